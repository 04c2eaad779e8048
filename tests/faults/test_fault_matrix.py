"""Every fault at every kind of call, at its first, a middle and its last time: nothing is doubled, lost or reverted."""

from __future__ import annotations

import itertools

import pytest

from pmhub.testing.choke import Fault
from pmhub.testing.dialects import PLAN
from pmhub.testing.oracles import violations
from pmhub.testing.world import WAIT, World

SEED, TICKETS = 3, 5
CALLS = ("list", "sweep", "read", "history", "create", "create release", "update", "comment", "transition")
FAULTS = tuple(Fault)
POSITIONS = ("first", "middle", "last")
STORY = (
    ("status", "title", "body", "comment", "status", "status"),
    ("status", "comment", "under goal", "status", "label", "release"),
    ("status", "edit comment", "title", "status", "edit goal", "edit release"),
    ("status", "body", "comment", "status"),
    (),
)
"""What people do after each run."""


def story(world: World) -> None:
    world.rng.seed(SEED)
    for deeds in STORY:
        world.run()
        for deed in deeds:
            world.act(deed)
        world.wait(WAIT)


def kind_of(line: str) -> str:
    """What a line of the log is a call for; checks and the names of remotes are left out."""
    _, _, name, arguments = line.split(" ", 3)
    if name == "create":
        return {"comment": "comment", "release": "create release"}.get(arguments[3:].split('"')[0], "create")
    if name == "update":
        return "transition" if '"status"' in arguments else "update"
    return {"search": "list", "list": "sweep"}.get(name, name)


@pytest.fixture(scope="module")
def calls() -> dict[str, list[int]]:
    """Kind of call → the numbers of its calls in a script that nothing disturbs."""
    with World(SEED, TICKETS, kinds=PLAN) as world:
        world.choke.log = []
        story(world)
        found: dict[str, list[int]] = {}
        for line in world.choke.log:
            found.setdefault(kind_of(line), []).append(int(line.split(" ", 1)[0]))
        return found


def test_the_script_makes_calls_of_every_kind(calls) -> None:
    assert {name for name in CALLS if len(calls.get(name, ())) < len(POSITIONS)} == set()


@pytest.mark.parametrize(
    ("call", "position", "fault"),
    list(itertools.product(CALLS, POSITIONS, FAULTS)),
    ids=lambda part: str(part).replace(" ", "-"),
)
def test_a_fault_breaks_no_promise(calls, call, position, fault) -> None:
    numbers = calls[call]
    at = {"first": numbers[0], "middle": numbers[len(numbers) // 2], "last": numbers[-1]}[position]
    with World(SEED, TICKETS, kinds=PLAN) as world:
        world.choke.forced = {at: fault}
        story(world)
        world.settle()
        assert violations(world) == []
