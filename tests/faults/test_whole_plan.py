"""Roadmap items, releases, tickets and comments together: killed anywhere, in any weather, nothing is doubled or lost."""

from __future__ import annotations

import pytest

from pmhub.testing.choke import Choke
from pmhub.testing.dialects import PLAN
from pmhub.testing.oracles import violations
from pmhub.testing.storms import crash_world, script, steps_of_script, storm
from pmhub.testing.world import World

SEED, TICKETS = 3, 4
STRIDE = 23
SHARES = 4


@pytest.fixture(scope="module")
def steps() -> int:
    return steps_of_script(SEED, TICKETS, kinds=PLAN)


def test_the_script_holds_things_of_every_kind() -> None:
    with World(SEED, TICKETS, kinds=PLAN) as world:
        script(world, SEED)
        world.settle()
        assert violations(world) == []
        assert all(world.people.made[kind] for kind in PLAN)


@pytest.mark.parametrize("share", range(SHARES))
def test_killed_anywhere_the_whole_plan_recovers(steps, share) -> None:
    for step in range(1 + share * STRIDE, steps + 1, SHARES * STRIDE):
        assert crash_world(SEED, TICKETS, step, kinds=PLAN) == [], f"killed at step {step}"


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_killed_at_every_single_step_the_whole_plan_recovers(steps, share) -> None:
    if share == 0:
        print(f"\nK = {steps} steps, each alone")  # noqa: T201 - the number that a soak is read for
    for step in range(1 + share, steps + 1, SHARES):
        assert crash_world(SEED, TICKETS, step, kinds=PLAN) == [], f"killed at step {step}"


def weathered(seed: int) -> list[str]:
    with World(seed, TICKETS, kinds=PLAN, choke=Choke(seed, fault=0.15, agitation=0.08)) as world:
        storm(world, seed)
        world.settle()
        return violations(world)


@pytest.mark.parametrize("seed", [24, *range(6)])
def test_a_storm_leaves_the_whole_plan_in_step(seed) -> None:
    assert weathered(seed) == []


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_many_storms_leave_the_whole_plan_in_step(share) -> None:
    for seed in range(100 + share, 300, SHARES):
        assert weathered(seed) == [], f"seed {seed}"
