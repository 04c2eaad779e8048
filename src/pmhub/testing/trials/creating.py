"""Creates whose outcome nobody knows, and copies that people make of copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from pmhub.model.kinds import Kind
from pmhub.model.records import Value
from pmhub.model.refs import marker
from pmhub.testing.choke import SECOND, Fault
from pmhub.testing.oracles import violations
from pmhub.testing.server import BOT
from pmhub.testing.world import MINUTE, World, fresh


def clone() -> Iterator[str]:
    """A copy that a person made of a copy, marker and all, is an item of its own."""
    for seed in range(3):
        with fresh(seed) as world:
            clone_of_a_copy(world, "ABC"[seed])
            world.settle()
            yield from violations(world)


def clone_of_a_copy(world: World, name: str) -> None:
    remote, people = world.remotes[name], world.people
    copied = next((h for h in remote.live(Kind.TICKET) if h.shown.author == BOT), None)
    if copied is None:
        return
    people.made[Kind.TICKET] += 1
    own: dict[str, Value] = {each: people.token(each) for each in ("title", "body", "priority")}
    fields = {**copied.fields, **own, "labels": (), "estimate": None, "status": "todo"}  # a clone begins open
    remote.person_creates(Kind.TICKET, fields, marker=copied.shown.marker)


def wiped_marker() -> Iterator[str]:
    """The answer to a create is lost, and a person destroys the marker before the next run."""
    for name in "AC":
        with World(0, 3, lag=50 * SECOND) as world:
            world.choke.forced = {first_create(name, lag=50 * SECOND): Fault.AFTER}
            world.run()
            _wipe_all(world)
            world.settle()
            yield from violations(world)


def first_create(name: str, names: str = "ABC", *, lag: int) -> int:
    """The number of the call."""
    with World(0, 3, names, lag=lag) as world:
        world.run()
        return next(int(line.split()[0]) for line in world.choke.log if f" {name} create " in line)


def lost_answer() -> Iterator[str]:
    """The answer to a create is lost, and the index does not show it while the next listings fail."""
    calls = {name: first_create(name, lag=2_000 * SECOND) for name in "ABC"}
    for name, failing in product("ABC", ("list", "read", "history", "search")):
        with World(0, 3, lag=2_000 * SECOND) as world:
            world.people.wipe = 0.0
            world.choke.forced = {calls[name]: Fault.AFTER}
            world.run()
            for _ in range(3):
                world.wait()
                world.choke.agitate, world.choke.agitation = fail_once(world, name, failing), 1.0
                world.run()
            world.choke.agitation = 0.0
            world.settle()
            yield from violations(world)


def fail_once(world: World, name: str, call: str) -> Callable[[], None]:
    """The next such call reaches nobody."""

    def act() -> None:
        if f" {name} {call} " in world.choke.log[-1]:
            world.choke.forced = {world.choke.calls: Fault.BEFORE}

    return act


def _wipe_all(world: World) -> None:
    for remote in world.remotes.values():
        for held in remote.live(Kind.TICKET):
            if held.shown.marker:
                remote.person_wipes_marker(held.shown.id)


def seen_then_down() -> Iterator[str]:
    """What was seen of a remote before it went down is still known as ours."""
    call = first_create("C", "AC", lag=1)
    for crash_after in range(1, 80, 2):
        with World(0, 3, "AC", lag=1) as world:
            world.choke.forced = {call: Fault.AFTER}
            world.run()
            world.wait()
            world.choke.crash_at = world.choke.steps + crash_after
            killed = world.run()
            world.choke.crash_at = None
            world.remotes["C"].down = True
            world.runs(1)
            world.settle()
            yield from violations(world)
        if not killed:
            return


def landed_late() -> Iterator[str]:
    """A create whose answer was lost is carried out minutes later, after the next run has looked for it."""
    with World(0, 3, lag=1) as world:
        world.people.wipe = 0.0
        world.choke.forced = {first_create("C", lag=1): Fault.BEFORE}
        world.run()
        (lost,) = world.store.intents.in_state("sent")
        world.wait(MINUTE)
        world.run()
        item = world.store.items.get(lost.action.item)
        if item is not None:
            draft = (item.kind, None, lost.action.data, marker(item.id))
            world.remotes["C"].create([draft])
        world.settle()
        yield from violations(world)
