"""What a trial is, and how it tells what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

from pmhub.testing.oracles import Expected
from pmhub.testing.world import World

Trial = Callable[[], Iterator[str]]
ORDERS = ["".join(order) for order in permutations("ABC")]
OWN_VALUES = Expected(values=False)


def unless(found: object, wanted: object, what: str) -> Iterator[str]:
    if found != wanted:
        yield f"S {what}: {found!r}, should {wanted!r}"


def title_once_planned(world: World, item: str, name: str, title: str) -> None:
    _title_once(world, "planned", item, name, title)


def title_once_sent(world: World, item: str, name: str, title: str) -> None:
    _title_once(world, "sent", item, name, title)


def _title_once(world: World, state: str, item: str, name: str, title: str) -> None:
    def act() -> None:
        if world.store.intents.in_state(state):
            world.choke.agitation = 0.0
            world.edits(item, name, title=title)

    world.choke.agitate, world.choke.agitation = act, 1.0
