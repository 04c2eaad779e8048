"""Worlds with a story: a script that is killed at a chosen step, and weather of all kinds at once."""

from __future__ import annotations

import random
from typing import Any

from pmhub.testing.choke import SECOND, Choke
from pmhub.testing.oracles import violations
from pmhub.testing.world import WAIT, World

_ROUNDS = 4
_DEEDS = 4


def script(world: World, seed: int, crash_at: int | None = None, second: int | None = None) -> None:
    """Four runs with people between them, killed at a step and, perhaps, so many steps after that."""
    choke = world.choke
    choke.crash_at = crash_at
    world.rng.seed(seed * 7919 + 1)
    for number in range(_ROUNDS):
        crashed = world.run()
        if crashed and second:
            choke.crash_at = choke.steps + second
        if number < _ROUNDS - 1:
            for _ in range(_DEEDS):
                world.act()
        soon = crashed and (crash_at or 0) % 3 == 0
        world.wait(5 * SECOND if soon else WAIT)


def crash_world(
    seed: int,
    tickets: int,
    crash_at: int,
    second: int | None = None,
    names: str = "ABC",
    **setup: Any,  # noqa: ANN401
) -> list[str]:
    """What breaks when the script is killed at this step."""
    with World(seed, tickets, names, **setup) as world:
        script(world, seed, crash_at, second)
        world.settle()
        return violations(world)


def steps_of_script(seed: int, tickets: int, names: str = "ABC", **setup: Any) -> int:  # noqa: ANN401
    with World(seed, tickets, names, **setup) as world:
        script(world, seed)
        return world.choke.steps


def storm(world: World, seed: int, runs: int = 8) -> None:
    """Crashes, outages, faults and people inside runs, by chance."""
    chance = random.Random(seed)
    for _ in range(runs):
        if chance.random() < 0.5:  # noqa: PLR2004
            world.choke.crash_at = world.choke.steps + chance.randrange(1, 200)
        if chance.random() < 0.15:  # noqa: PLR2004
            remote = world.remotes[chance.choice(sorted(world.remotes))]
            remote.down = not remote.down
        world.run()
        world.choke.crash_at = None
        world.wait(chance.choice((5, 60, 300)) * SECOND)


def storm_world(
    seed: int,
    tickets: int = 4,
    names: str = "ABC",
    *,
    agitation: float = 0.02,
    fault: float = 0.15,
    wipe: float = 0.3,
    **setup: Any,  # noqa: ANN401
) -> list[str]:
    """What breaks after a storm. `wipe`: see People."""
    with World(seed, tickets, names, choke=Choke(seed, fault, agitation), **setup) as world:
        world.people.wipe = wipe
        storm(world, seed)
        world.settle()
        return violations(world)
