"""One alert a distinct problem: what lasts was told by an earlier run, and what is over is told once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pmhub.model.alerts import Alert
from pmhub.model.codec import dump
from pmhub.model.lean import dataclass
from pmhub.sync.hub import Hub
from pmhub.sync.naming import name_of
from pmhub.sync.report import GUARDED, down_key, held_key, refused_key

_TOLD = "told"
"""Key of the meta table: every problem that lasts, with where it is."""


@dataclass(frozen=True, slots=True)
class _Lasting:
    """`where`: a connection, or a connection and an item; empty for what a person ends and need not be told of.
    `item`: what it is about where `where` does not say.
    """

    key: str
    where: str
    message: str
    hint: str = ""
    item: str = ""


def note_alerts(hub: Hub) -> None:
    """At the end of a run, inside its transaction."""
    told: dict[str, str] = json.loads(hub.store.meta.get(_TOLD) or "{}")
    lasting = {each.key: each for each in _lasting(hub)}
    now = {key: each.where for key, each in lasting.items()}
    unseen = {key: where for key, where in told.items() if _is_elsewhere(hub, key)}
    over = _over(hub, told, {**unseen, **now})
    hub.report.known = frozenset(told.keys() & now.keys())
    hub.report.news = frozenset(now.keys() - told.keys())
    hub.report.recovered = sorted(set(over.values()))
    hub.report.alerts = [
        *(_begun(hub, lasting[key]) for key in sorted(hub.report.news)),
        *(Alert(key, _called(hub, where), is_over=True) for key, where in sorted(over.items())),
    ]
    hub.store.meta.put(_TOLD, dump({**unseen, **now}))


def _lasting(hub: Hub) -> Iterator[_Lasting]:
    names = {remote.id: remote.connection for remote in hub.remotes.values()}
    for remote, error in hub.report.down.items():
        yield _Lasting(down_key(remote, error), names[remote], error.message, error.hint)
    for failure in hub.store.failures.all():
        if failure.state != "ignored":
            where = f"{names.get(failure.remote, failure.remote)}: {failure.item}"
            key = refused_key(failure.remote, failure.item, failure.op)
            yield _Lasting(key, where, failure.message, failure.hint)
    for conflict in hub.store.conflicts.all(open_only=True):
        key = held_key(conflict.item, conflict.clash.field)
        told = f"two sides changed its {conflict.clash.field or 'place'}, and it waits for a person"
        yield _Lasting(key, "", told, "See `pmhub conflicts list`.", conflict.item)
    if hub.report.stopped:
        yield _Lasting(GUARDED, "the guard", hub.report.stopped, "Look at `pmhub plan`.")


def _begun(hub: Hub, problem: _Lasting) -> Alert:
    where = _called(hub, problem.where) if problem.where else name_of(hub, problem.item)
    return Alert(problem.key, where, problem.message, problem.hint)


def _called(hub: Hub, where: str) -> str:
    connection, _, item = where.partition(": ")
    return f"{connection}: {name_of(hub, item)}" if item else connection


def _is_elsewhere(hub: Hub, key: str) -> bool:
    """A remote that this run had nothing to do with."""
    kind, _, rest = key.partition(" ")
    return kind == "down" and rest.rpartition(" ")[0] not in hub.remotes


def _over(hub: Hub, told: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Key → where. What a person put aside did not recover, nor did what only fails in another way."""
    aside = {refused_key(f.remote, f.item, f.op) for f in hub.store.failures.all() if f.state == "ignored"}
    still = set(now.values())
    return {
        key: where
        for key, where in told.items()
        if key not in now and key not in aside and where and where not in still
    }
