"""How old what we know is: of each sync on each of its connections, by what runs covered."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from pmhub.config.workspace import Sync, Workspace
from pmhub.engine.gate import Freshness
from pmhub.insight.picture import Picture
from pmhub.model.kinds import Kind
from pmhub.store import Store
from pmhub.sync.report import CONFLICTS, ITEMS_FAILED, OK

COMPLETE: Final = (OK, ITEMS_FAILED, CONFLICTS)
"""Exit codes of a run that reached every remote: what it left waits for a person."""
SEARCHED: Final = 10_000
_TOLD: Final = "told"
_MAY_READ: Final = "its account may not read them, or no run has asked yet"


def freshness(picture: Picture, store: Store) -> list[Freshness]:
    """In the order of the configuration."""
    remotes = {name: remote for remote, name in picture.connections.items()}
    wanted = {(name, remotes[c]): c for name, sync in picture.workspace.syncs.items() for c in _read_from(sync)}
    times = read_times(store, wanted.keys(), picture.workspace, picture.at)
    return [Freshness(sync, c, _age(picture, times.get((sync, remote)))) for (sync, remote), c in wanted.items()]


def read_times(
    store: Store, wanted: Iterable[tuple[str, str]], workspace: Workspace, until: int
) -> dict[tuple[str, str], int]:
    """(sync, remote) → when the last run ended that had read it whole, for those that one did."""
    waiting, found = set(wanted), dict[tuple[str, str], int]()
    for run in islice(store.runs.ended(until), SEARCHED):
        if not waiting:
            break
        seen = waiting & set(_covered(run["outcome"] or {}, workspace, waiting))
        found |= dict.fromkeys(seen, int(run["ended"]))
        waiting -= seen
    return found


def complete_times(store: Store, workspace: Workspace, until: int) -> dict[str, int]:
    """Sync → when the last run ended that brought it up to date everywhere, for those that one did."""
    waiting, found = set(workspace.syncs), dict[str, int]()
    for run in islice(store.runs.ended(until), SEARCHED):
        if not waiting:
            break
        seen = waiting & set(completed(run["outcome"] or {}, workspace))
        found |= dict.fromkeys(seen, int(run["ended"]))
        waiting -= seen
    return found


def completed(outcome: Mapping[str, Any], workspace: Workspace) -> Iterable[str]:
    """Runs of before told no syncs: one that reached every remote counts for all."""
    if "complete" in outcome:
        return list(outcome["complete"])
    return workspace.syncs if outcome.get("code") in COMPLETE else ()


def _covered(
    outcome: Mapping[str, Any], workspace: Workspace, wanted: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    if "read" in outcome:
        yield from ((sync, remote) for sync, remotes in outcome["read"].items() for remote in remotes)
    elif completed(outcome, workspace):
        yield from wanted


def _read_from(sync: Sync) -> list[str]:
    """Tests are read from one place, or none; where they are shown nothing is learnt."""
    if sync.kind is Kind.TEST_RUN:
        return [sync.source.connection] if sync.source else []
    return list(dict.fromkeys(endpoint.connection for endpoint in sync.endpoints))


def of_pull_requests(picture: Picture, store: Store, syncs: Collection[str]) -> list[Freshness]:
    """Of every container of these syncs whose connector tells of them; none where no rule asks."""
    if not picture.workspace.gate.pull_requests:
        return []
    times = store.pull_requests.read_at()
    return [
        Freshness(f"pull requests of {scope}", name, _age(picture, times.get((remote, scope))), _MAY_READ)
        for remote, name in picture.connections.items()
        for scope in _code(picture.workspace, name, syncs)
    ]


def _code(workspace: Workspace, connection: str, syncs: Collection[str]) -> list[str]:
    if not workspace.connections[connection].connector.tells_pull_requests():
        return []
    kinds = (Kind.TICKET, Kind.RELEASE)
    chosen = (sync for name, sync in workspace.syncs.items() if name in syncs and sync.kind in kinds)
    endpoints = (endpoint for sync in chosen for endpoint in sync.endpoints if endpoint.connection == connection)
    return list(dict.fromkeys(endpoint.scope.key for endpoint in endpoints))


def by_connection(found: Iterable[Freshness]) -> dict[str, Freshness]:
    """Of each connection the oldest: what was never read comes before all."""
    oldest: dict[str, Freshness] = {}
    for each in found:
        known = oldest.setdefault(each.connection, each)
        if known.seconds is not None and (each.seconds is None or each.seconds > known.seconds):
            oldest[each.connection] = each
    return oldest


def down(store: Store) -> set[str]:
    """Remotes that did not answer the last run that asked them."""
    told = json.loads(store.meta.get(_TOLD) or "{}")
    return {key.removeprefix("down ").rpartition(" ")[0] for key in told if key.startswith("down ")}


def _age(picture: Picture, at: int | None) -> float | None:
    return None if at is None else (picture.at - at) / 1000
