"""How the tests of an item stand: what the latest runs say of it, by any of the names it goes by."""

from __future__ import annotations

from dataclasses import dataclass

from pmhub.engine.results import state
from pmhub.model.ci import State
from pmhub.store.results import Result
from pmhub.sync.hub import Hub


@dataclass(frozen=True)
class Standing:
    state: State
    results: tuple[Result, ...]


def standing(hub: Hub, item: str) -> Standing:
    results = hub.store.results.of_tickets(_keys(hub, item))
    return Standing(state(result.outcome for result in results), tuple(results))


def _keys(hub: Hub, item: str) -> list[str]:
    things = [(b.remote, b.kind, b.thing) for b in hub.store.items.bound(item) if b.thing is not None]
    seen = (hub.store.observations.get(*thing) for thing in things)
    return [each.ref.key for each in seen if each and each.ref.key]
