"""Is a release ready? All that is known of it, put to the rules of the gate."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pmhub.engine.gate import Coverage, Finding, Freshness, Scope, Scoped, findings
from pmhub.insight.picture import Picture, names
from pmhub.insight.releases import facts, members, tickets_of
from pmhub.model.kinds import Kind
from pmhub.store import Store
from pmhub.store.reading import ItemRow
from pmhub.sync.report import CONFLICTS, ITEMS_FAILED, OK

COMPLETE = (OK, ITEMS_FAILED, CONFLICTS)
"""Exit codes of a run that reached every remote: what it left waits for a person."""
_TOLD = "told"


@dataclass(frozen=True)
class Readiness:
    """`findings` empty: ready. `scope`: what was looked at."""

    release: ItemRow
    version: str
    status: str
    date: str | None
    scope: Scope
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        return not self.findings


def readiness(picture: Picture, store: Store, release: ItemRow, fresh: Mapping[str, Freshness]) -> Readiness:
    """`fresh`: connection → how old what we know of it is."""
    known = _Known(store)
    tickets = tickets_of(picture, release)
    told = facts(release)
    scope = Scope(
        release=_scoped(picture, known, release),
        tickets=tuple(_scoped(picture, known, row) for row in tickets),
        sources=tuple(fresh[name] for name in _connections(picture, [release, *tickets]) if name in fresh),
        has_notes=bool(release.record.get("notes")) or not members(picture, release),
    )
    found = findings(scope, picture.workspace.gate)
    return Readiness(release, told.version, told.status, told.date, scope, found)


class _Known:
    """What waits for a person, by item."""

    def __init__(self, store: Store) -> None:
        self.held: dict[str, list[str]] = defaultdict(list)
        self.refused: dict[str, list[str]] = defaultdict(list)
        self.unknown: dict[str, list[str]] = defaultdict(list)
        for conflict in store.conflicts.all(open_only=True):
            if conflict.clash.field not in self.held[conflict.item]:
                self.held[conflict.item].append(conflict.clash.field)
        for failure in store.failures.all():
            if failure.state == "dead":
                self.refused[failure.item].append(failure.message)
        for item, remote in sorted(store.intents.unknown()):
            self.unknown[item].append(remote)


def _scoped(picture: Picture, known: _Known, row: ItemRow) -> Scoped:
    record = row.record
    node = picture.nodes.get(row.id)
    open_blockers = [item for item in node.blocked_by if not _is_done(picture, item)] if node else []
    return Scoped(
        item=row.id,
        name=picture.key(row.id) if row.kind is not Kind.RELEASE else facts(row).version,
        title=picture.title(row.id),
        url=picture.url(row.id),
        is_release=row.kind is Kind.RELEASE,
        type=str(record.get("type") or ""),
        priority=str(record.get("priority") or ""),
        labels=names(record.get("labels")),
        category=picture.category(row),
        status=str(record.get("status") or ""),
        tests=node.tests if node else (),
        tested=bool(node) and _is_tested(picture, row.id),
        blocked_by=tuple(picture.key(item) for item in open_blockers),
        held=tuple(known.held.get(row.id, ())),
        refused=tuple(known.refused.get(row.id, ())),
        unknown=tuple(picture.connections.get(remote, remote) for remote in known.unknown.get(row.id, ())),
    )


def _is_done(picture: Picture, item: str) -> bool:
    node = picture.nodes.get(item)
    return node is None or node.is_done


def _is_tested(picture: Picture, item: str) -> bool:
    """A test speaks of it, of a part of it, or of a ticket it is a part of."""
    parts = picture.forest.reached([item]).values()
    return any(node.tests for node in parts) or any(picture.nodes[above].tests for above in _above(picture, item))


def _above(picture: Picture, item: str) -> Iterable[str]:
    seen = {item}
    waiting = list(picture.nodes[item].parents)
    for parent in waiting:
        if parent in picture.nodes and parent not in seen and picture.items[parent].kind is Kind.TICKET:
            seen.add(parent)
            waiting += picture.nodes[parent].parents
            yield parent


def _connections(picture: Picture, rows: Iterable[ItemRow]) -> list[str]:
    """Of the syncs that these items belong to, and where tests are asked for, of those that bring them."""
    syncs = picture.workspace.syncs
    used = {row.sync for row in rows}
    if picture.workspace.gate.tests is not Coverage.IGNORED:
        used |= {name for name, sync in syncs.items() if sync.kind is Kind.TEST_RUN}
    found = (place.connection for name in syncs if name in used for place in syncs[name].places)
    return list(dict.fromkeys(found))


def freshness(picture: Picture, store: Store) -> dict[str, Freshness]:
    """Connection → how long ago a run last read it whole, in the order of the configuration.

    A connection that is not known to be down was read by the last run that ended; one that is down, by the last run
    that reached every remote, at the latest.
    """
    ended = [run for run in store.runs.recent(10_000) if run["outcome"] and run["ended"] <= picture.at]
    last = next((run["ended"] for run in ended), None)
    whole = next((run["ended"] for run in ended if run["outcome"]["code"] in COMPLETE), None)
    failed = down(store)
    times = {name: whole if remote in failed else last for remote, name in picture.connections.items()}
    return {name: Freshness(name, None if at is None else (picture.at - at) / 1000) for name, at in times.items()}


def down(store: Store) -> set[str]:
    """Remotes that did not answer the last run that asked them."""
    told = json.loads(store.meta.get(_TOLD) or "{}")
    return {key.removeprefix("down ").rpartition(" ")[0] for key in told if key.startswith("down ")}
