"""Worlds whose database is lost again and again, between kills and faults; and what only a lost database knew."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from pmhub.engine.state import HUB
from pmhub.model.kinds import Kind
from pmhub.testing.choke import SECOND
from pmhub.testing.oracles import violations
from pmhub.testing.witness import tokens
from pmhub.testing.world import World

_MOST_RUNS = 14
_NAMES = ("AB", "BC", "ABC")


def losing_world(seed: int) -> list[str]:
    """What breaks in a random life of a few runs, half of them killed, with a database lost here and there."""
    chance = random.Random(seed)
    setup: dict[str, Any] = {"stale": chance.choice([0.0, 0.4]), "grain": chance.choice([1, 6 * SECOND])}
    order = "".join(chance.sample("ABC", 3))
    with World(chance.randrange(1000), chance.randrange(5), chance.choice(_NAMES), order=order, **setup) as world:
        for _ in range(chance.randrange(4, _MOST_RUNS)):
            _something_happens(world, chance)
        world.settle()
        return violations(world)


def _something_happens(world: World, chance: random.Random) -> None:
    choke, what = world.choke, chance.random()
    if what < 0.6:  # noqa: PLR2004
        choke.fault, choke.agitation = chance.choice([0.0, 0.1, 0.5]), chance.choice([0.0, 0.05, 0.2])
        choke.crash_at = choke.steps + chance.randrange(1, 150) if chance.random() < 0.6 else None  # noqa: PLR2004
        world.run()
        choke.fault, choke.agitation, choke.crash_at = 0.0, 0.0, None
    elif what < 0.8:  # noqa: PLR2004
        world.wait(chance.choice((1, 5, 60, 300, 2000)) * SECOND)
    else:
        forgive(world)
        world.restore(None)


def forgive(world: World, *, restored: bool = False) -> None:
    """What only the lost database knew is lost with it: edits made here that were not delivered.

    `restored`: an older one stands in its place, takes what it had sent itself for what was sent last, and knows no label
    that was taken off since. So it is where a label was passed on from one copy to another before the source had it.
    """
    there = {
        name: {t for held in remote.live(Kind.TICKET) for v in held.fields.values() for t in tokens(v)}
        for name, remote in world.remotes.items()
    }
    on_some = set().union(*there.values())
    for item in world.store.items.ids(Kind.TICKET):
        for value in world.record(item).values():
            world.people.born.update(dict.fromkeys(tokens(value) - on_some, ""))
        _forgive_edits_here(world, item, there, restored=restored)
    if restored or len(world.remotes) > 2:  # noqa: PLR2004
        _forgive_labels(world, world.people.removed & on_some)


def _forgive_labels(world: World, removed: set[str]) -> None:
    world.people.born.update(dict.fromkeys(removed, ""))
    for remote in world.remotes.values():
        for held in remote.things.values():
            for token in removed:
                held.trace.removed.pop(token, None)


def _forgive_edits_here(world: World, item: str, there: Mapping[str, set[str]], *, restored: bool) -> None:
    """Half delivered, such an edit stands somewhere in our name alone, and nobody can know whose it was: no marker and no
    change log tells. It yields, and is told of as a conflict; where the origin cannot hold the field at all, it stays where
    it stands.
    """
    found = world.store.items.get(item)
    stamps = found.stamps if found else {}
    for name in (name for name, stamp in stamps.items() if stamp.remote == HUB):
        half = {t for t in tokens(world.record(item)[name]) if not all(t in shown for shown in there.values())}
        for token in half:
            world.witness.replaced.pop(token, None)
        if restored or not all(name in remote.dialect.holds(Kind.TICKET) for remote in world.remotes.values()):
            world.people.born.update(dict.fromkeys(half, ""))
