"""How the tests of an item stand: what the latest runs say of it, by any of the names it goes by."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.engine.result_history import Health, Verdict, health
from pmhub.engine.results import state
from pmhub.model.ci import State
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.store.results import Result
from pmhub.sync.hub import Hub


@dataclass(frozen=True)
class Tested:
    """A result that speaks of an item. `item`: the item itself, or the one below it that it speaks of."""

    item: str
    result: Result
    health: Health


@dataclass(frozen=True)
class Standing:
    state: State
    tests: tuple[Tested, ...]


def standing(hub: Hub, item: str) -> Standing:
    """Of a ticket; of a roadmap item by all tickets below it."""
    tests = tuple(tested for each in _counted(hub, item) for tested in _of_ticket(hub, each))
    return Standing(state(tested.result.outcome for tested in tests), tests)


def _of_ticket(hub: Hub, item: str) -> list[Tested]:
    found = hub.store.results.of_tickets(_keys(hub, item))
    return [Tested(item, result, _health(hub, result)) for result in found]


def _health(hub: Hub, result: Result) -> Health:
    if result.test is None:
        return Health(verdict=Verdict.UNKNOWN)
    return health(hub.store.results.history(result.test, result.run.run.environment))


def _counted(hub: Hub, item: str) -> Iterator[str]:
    """A ticket alone; a roadmap item with everything below it, each once, however the parents run."""
    found = hub.store.items.get(item)
    if found is None or found.kind is not Kind.ROADMAP_ITEM:
        yield item
        return
    seen, waiting = {item}, [item]
    while waiting:
        here = waiting.pop(0)
        yield here
        below = [each for each in hub.store.links.children(here) if each not in seen]
        seen.update(below)
        waiting += below


def _keys(hub: Hub, item: str) -> list[str]:
    things = [(b.remote, b.kind, b.thing) for b in hub.store.items.bound(item) if b.thing is not None]
    seen = (hub.store.observations.get(*thing) for thing in things)
    return [each.ref.key for each in seen if each and each.ref.key]
