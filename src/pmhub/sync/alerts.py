"""One alert a distinct problem: what lasts was told by an earlier run, and what is over is told once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pmhub.model.codec import dump
from pmhub.sync.hub import Hub
from pmhub.sync.report import GUARDED, down_key, held_key, refused_key

_TOLD = "told"
"""Key of the meta table: every problem that lasts, with where it is."""


def note_alerts(hub: Hub) -> None:
    """At the end of a run, inside its transaction."""
    told: dict[str, str] = json.loads(hub.store.meta.get(_TOLD) or "{}")
    now = dict(_lasting(hub))
    unseen = {key: where for key, where in told.items() if _is_elsewhere(hub, key)}
    hub.report.known = frozenset(told.keys() & now.keys())
    hub.report.news = frozenset(now.keys() - told.keys())
    hub.report.recovered = sorted(_over(hub, told, {**unseen, **now}))
    hub.store.meta.put(_TOLD, dump({**unseen, **now}))


def _lasting(hub: Hub) -> Iterator[tuple[str, str]]:
    """Key → where: a connection, or a connection and an item."""
    names = {remote.id: remote.connection for remote in hub.remotes.values()}
    for remote, error in hub.report.down.items():
        yield down_key(remote, error), names[remote]
    for failure in hub.store.failures.all():
        if failure.state != "ignored":
            where = f"{names.get(failure.remote, failure.remote)}: {failure.item}"
            yield refused_key(failure.remote, failure.item, failure.op), where
    for conflict in hub.store.conflicts.all(open_only=True):
        yield held_key(conflict.item, conflict.clash.field), ""
    if hub.report.stopped:
        yield GUARDED, "the guard"


def _is_elsewhere(hub: Hub, key: str) -> bool:
    """A remote that this run had nothing to do with."""
    kind, _, rest = key.partition(" ")
    return kind == "down" and rest.rpartition(" ")[0] not in hub.remotes


def _over(hub: Hub, told: dict[str, str], now: dict[str, str]) -> set[str]:
    """What a person put aside did not recover, nor did what only fails in another way."""
    aside = {refused_key(f.remote, f.item, f.op) for f in hub.store.failures.all() if f.state == "ignored"}
    still = set(now.values())
    return {
        where for key, where in told.items() if key not in now and key not in aside and where and where not in still
    }
