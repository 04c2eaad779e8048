"""A run may be killed at any transaction edge and at any edge of a call: nothing is doubled, lost or reverted."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from pmhub.testing.storms import crash_world, steps_of_script

SEED, TICKETS = 1, 20
STRIDE = 11
OFFSET = int(os.environ.get("CRASH_OFFSET", datetime.now(UTC).toordinal())) % STRIDE
"""Another each day, so that eleven days of runs take every step."""
SHARES = 12
"""The sweep is cut into tests, so that several workers can share it."""
AFTER_THE_FIRST = (3, 11, 29)
WHOLE = 50
SHARD, SHARDS = (int(part) for part in os.environ.get("SHARD", "0/1").split("/"))


@pytest.fixture(scope="module")
def steps() -> int:
    return steps_of_script(SEED, TICKETS)


def test_the_script_is_long_enough_to_mean_something(steps) -> None:
    assert steps > 1000


@pytest.mark.parametrize("share", range(SHARES))
def test_killed_anywhere_it_recovers(steps, share) -> None:
    for step in range(1 + OFFSET + share * STRIDE, steps + 1, SHARES * STRIDE):
        assert crash_world(SEED, TICKETS, step) == [], f"killed at step {step}: CRASH_OFFSET={OFFSET}"


@pytest.mark.parametrize("second", AFTER_THE_FIRST)
def test_killed_again_while_it_recovers_it_still_recovers(second) -> None:
    for step in range(second, steps_of_script(0, 3), 47):
        assert crash_world(0, 3, step, second) == [], f"killed at step {step} and {second} later"


@pytest.mark.soak
def test_killed_at_every_single_step_it_recovers() -> None:
    """`SHARD=i/n` takes every n-th step."""
    steps = steps_of_script(SEED, WHOLE)
    mine = range(1 + SHARD, steps + 1, SHARDS)
    print(f"\nK = {steps} steps of {WHOLE} items, {len(mine)} of them in this shard")  # noqa: T201 - what a soak is read for
    assert {step: found for step in mine if (found := crash_world(SEED, WHOLE, step))} == {}


@pytest.mark.soak
@pytest.mark.parametrize("second", AFTER_THE_FIRST)
def test_killed_twice_among_many_it_recovers(second) -> None:
    steps = steps_of_script(SEED, WHOLE)
    for step in range(second + SHARD, steps + 1, 97 * SHARDS):
        assert crash_world(SEED, WHOLE, step, second) == [], f"killed at step {step} and {second} later"


@pytest.mark.soak
@pytest.mark.parametrize("names", ["ABC", "BC"])
@pytest.mark.parametrize("second", [None, *AFTER_THE_FIRST])
def test_killed_at_every_step_and_again_with_stale_reads_and_coarse_times(names, second) -> None:
    weather = {"stale": 0.4, "grain": 6000}
    steps = steps_of_script(0, 4, names, **weather)
    print(f"\nK = {steps} steps on {names}, second kill {second} later")  # noqa: T201 - the number that a soak is read for
    for step in range(1, steps + 1):
        assert crash_world(0, 4, step, second, names, **weather) == [], f"killed at step {step}"
