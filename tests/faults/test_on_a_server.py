"""The hub's store on a server: killed, failed and lost like one on a file. A sample always; all of it as a soak, of which
`SHARD=i/n` takes every n-th part.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from contextlib import closing
from functools import partial

import pytest
from test_fault_matrix import CALLS, FAULTS, POSITIONS, SEED, TICKETS, kind_of, story

from pmhub.store import Store
from pmhub.testing.choke import Choke, Fault
from pmhub.testing.dialects import PLAN
from pmhub.testing.oracles import violations
from pmhub.testing.storms import crash_world, steps_of_script, storm_world
from pmhub.testing.world import World

SHARD, SHARDS = (int(part) for part in os.environ.get("SHARD", "0/1").split("/"))
SMALL = (0, 2)
"""Seed and tickets of the script that the sample kills."""


def test_a_server_makes_no_difference_to_what_is_asked_and_written(postgres) -> None:
    logs = []
    for schemas in (None, postgres):
        with World(1, 2, "AB", schemas=schemas) as world:
            world.runs(2)
            world.act("title")
            world.runs(1)
            logs.append(list(world.choke.log))
    assert logs[0] == logs[1]


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_killed_here_and_there_it_recovers(postgres, share) -> None:
    steps = steps_of_script(*SMALL, "AB")
    assert crash_world(*SMALL, int(steps * share), None, "AB", schemas=postgres) == []


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "restored"])
def test_a_lost_store_and_one_from_a_backup_double_nothing(postgres, lost) -> None:
    with World(2, 2, "AB", schemas=postgres) as world:
        world.runs(2)
        backup = None if lost else world.backup()
        world.people.new_ticket(world.remotes["A"])
        world.runs(2)
        world.restore(backup)
        world.settle()
        assert violations(world) == []


def four_runs(world: World) -> list[str]:
    """With people between them. What they told of trouble; after it the hub begins anew."""
    told = []
    for number in range(4):
        world.run()
        if world.trouble:
            told.append(world.trouble.pop())
            world.reopen()
        if number < 3:
            world.act()
        world.wait()
    return told


def steps_of_four_runs(tickets: int = 2, names: str = "AB") -> int:
    with World(SMALL[0], tickets, names) as world:
        four_runs(world)
        return world.choke.steps


def cut_world(schemas, step: int, tickets: int = 2, names: str = "AB") -> list[str]:
    """What breaks when the server ends the hub's session at this step of the script."""
    with (
        World(SMALL[0], tickets, names, schemas=schemas) as world,
        closing(Store(world.file, server=world.server)) as other,
    ):
        cut_at(world.choke, step, lambda: end_session(other, world.store))
        told = four_runs(world)
        if world.choke.steps > step:  # after the last step nobody asks anything
            assert [trouble.count("StoreError") > 0 for trouble in told] == [True]
        world.choke.step = partial(Choke.step, world.choke)
        world.reopen()
        world.settle()
        return violations(world)


def cut_at(choke: Choke, step: int, cut: Callable[[], None]) -> None:
    taken = choke.step

    def counted() -> None:
        taken()
        if choke.steps == step:
            cut()

    choke.step = counted


def end_session(other: Store, store: Store) -> None:
    other.database.rows("SELECT pg_terminate_backend(?)", [store.database.connection.info.backend_pid])


@pytest.mark.parametrize("share", [0.15, 0.5])
def test_a_session_cut_here_and_there_breaks_no_promise(postgres, share) -> None:
    assert cut_world(postgres, int(steps_of_four_runs() * share)) == []


@pytest.mark.soak
def test_a_session_cut_at_every_step_breaks_no_promise(postgres) -> None:
    steps = range(1 + SHARD, steps_of_four_runs() + 1, SHARDS)
    print(f"\n{len(steps)} steps in this shard")  # noqa: T201 - what a soak is read for
    assert {step: found for step in steps if (found := cut_world(postgres, step))} == {}


@pytest.mark.soak
def test_killed_at_every_step_it_recovers_on_a_server(postgres) -> None:
    steps = steps_of_script(0, 4)
    mine = range(1 + SHARD, steps + 1, SHARDS)
    print(f"\nK = {steps} steps, {len(mine)} of them in this shard")  # noqa: T201 - what a soak is read for
    assert {step: found for step in mine if (found := crash_world(0, 4, step, schemas=postgres))} == {}


@pytest.mark.soak
@pytest.mark.parametrize("second", [3, 11, 29])
def test_killed_twice_it_recovers_on_a_server(postgres, second) -> None:
    for step in range(second + SHARD, steps_of_script(0, 3), 23 * SHARDS):
        assert crash_world(0, 3, step, second, schemas=postgres) == [], f"killed at step {step} and {second} later"


@pytest.fixture(scope="module")
def calls() -> dict[str, list[int]]:
    with World(SEED, TICKETS, kinds=PLAN) as world:
        story(world)
        found: dict[str, list[int]] = {}
        for line in world.choke.log:
            found.setdefault(kind_of(line), []).append(int(line.split(" ", 1)[0]))
        return found


@pytest.mark.soak
@pytest.mark.parametrize(
    ("call", "position", "fault"),
    list(itertools.product(CALLS, POSITIONS, FAULTS))[SHARD::SHARDS],
    ids=lambda part: str(part).replace(" ", "-"),
)
def test_a_fault_breaks_no_promise_on_a_server(calls, call, position, fault: Fault, postgres) -> None:
    numbers = calls[call]
    at = {"first": numbers[0], "middle": numbers[len(numbers) // 2], "last": numbers[-1]}[position]
    with World(SEED, TICKETS, kinds=PLAN, schemas=postgres) as world:
        world.choke.forced = {at: fault}
        story(world)
        world.settle()
        assert violations(world) == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SHARD, 20, SHARDS))
def test_a_storm_breaks_no_promise_on_a_server(postgres, seed) -> None:
    assert storm_world(seed, schemas=postgres) == []
