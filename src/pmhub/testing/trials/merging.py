"""Edits that meet: which wins, what is merged, and what must not depend on chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

from pmhub.model.kinds import Kind
from pmhub.sync.edit import resolve
from pmhub.testing.choke import SECOND
from pmhub.testing.dialects import Dialect
from pmhub.testing.oracles import violations
from pmhub.testing.server import MemoryRemote
from pmhub.testing.trials.telling import ORDERS, OWN_VALUES, title_once_planned, title_once_sent, unless
from pmhub.testing.world import World, fresh


def order() -> Iterator[str]:
    """Three edit the same field at once: the order of connections does not matter."""
    found = set()
    for connections in ORDERS:
        with fresh(order=connections) as world:
            item = world.item("A1")
            for name in "CAB":
                world.wait(20 * SECOND)
                first, *rest = str(world.value(item, name, "body")).split("\n")
                world.edits(item, name, title=f"of {name}", body="\n".join([f"{name} {first}", *rest, f"{name} end"]))
            world.settle()
            record = world.record(item)
            losers = sorted(str(c.clash.value) for c in world.store.conflicts.all() if c.clash.field == "title")
            found.add((record["title"], record["body"], *losers))
    yield from unless(len(found), 1, "results by order of connections")


def reopened_by_three() -> Iterator[str]:
    """Two reopen it, then the third is more exact about it: taken in this order nobody contradicts anybody."""
    with fresh() as world:
        item = world.item("A1")
        world.edits(item, "A", status="done")
        world.settle()
        for name, status in (("B", "todo"), ("C", "todo"), ("A", "doing")):
            world.wait(20 * SECOND)
            world.edits(item, name, status=status)
        world.settle()
        yield from unless(world.record(item)["status"], "doing", "status")
        yield from unless([c.clash.value for c in world.store.conflicts.all()], [], "losers")


def newest() -> Iterator[str]:
    """A label does not make an older title newer; C's clock is an hour ahead."""
    for first, second, touched in permutations("ABC"):
        with fresh() as world:
            item = world.item("A1")
            for name, title in ((first, "older"), (second, "newer")):
                world.wait(50 * SECOND)
                world.edits(item, name, title=title)
            world.wait(50 * SECOND)
            world.edits(item, first, labels=("touched",))
            world.edits(item, touched, priority="touched")
            world.settle()
            yield from unless(world.shown(item, "title"), ["newer"] * 3, f"{second} after {first}")


def echo() -> Iterator[str]:
    """An edit made here has reached one side, and the backup from before comes back: it does not beat a person's of before."""
    for here, there in permutations("BC"):
        with fresh(names="BC") as world:
            item, backup, title = world.item("C1"), world.backup(), world.people.token("title")
            world.remotes[here].down = True
            world.edits(item, here, title=title)
            world.wait()
            world.edit_here(item, "title", world.people.token("title"))
            world.runs(2)
            world.restore(backup)
            world.remotes[here].down = False
            world.settle()
            yield from unless([world.value(item, name, "title") for name in (here, there)], [title] * 2, "title")


def finer_status() -> Iterator[str]:
    """A finer status is no conflict with a coarse one."""
    for connections in ORDERS:
        for first, then in ("AC", "CA"):
            with fresh(order=connections) as world:
                item = world.item("A1")
                for name in (first, then):
                    world.wait(30 * SECOND)
                    world.edits(item, name, status="review" if name == "A" else "doing")
                world.settle()
                yield from unless(world.record(item)["status"], "review", connections)
                yield from unless(len(world.store.conflicts.all()), 0, "conflicts")


def coarse_status() -> Iterator[str]:
    """A clash that a coarse remote cannot see is seen."""
    for first, then, lost in (("A", "B", "doing"), ("B", "A", "done")):
        with fresh() as world:
            item = world.item("A1")
            for name in (first, then):
                world.wait(30 * SECOND)
                world.edits(item, name, status="doing" if name == "A" else "done")
            world.settle()
            yield from unless([c.clash.value for c in world.store.conflicts.all()], [lost], "losers")


def rich_text() -> Iterator[str]:
    """An edit on a lossy remote does not strip the others."""
    with fresh() as world:
        item = world.item("A1")
        head, middle, _ = str(world.value(item, "B", "body")).split("\n")
        world.edits(item, "B", body=f"{head}\n{middle}\nother")
        world.settle()
        yield from unless(str(world.value(item, "A", "body"))[:2], "**", "A's bold line")


def reformatted() -> Iterator[str]:
    """Other spaces are no news."""
    with fresh() as world:
        item, writes = world.item("A1"), world.writes()
        body = str(world.value(item, "A", "body"))
        world.edits(item, "A", body=body.replace(" tok", "  tok", 1))
        world.settle()
        yield from unless(world.writes(), writes, "writes")


def learned_field() -> Iterator[str]:
    """A field that B learns late is filled, not wiped."""
    with fresh() as world:
        item = world.item("B1")
        world.edits(item, "A", estimate=5.0)
        world.settle()
        remote = world.remotes["B"]
        old = remote.dialect
        remote.dialect = Dialect(old.statuses, known=old.known, unknown=old.unknown)
        for held in remote.live(Kind.TICKET):
            held.shown.fields["estimate"] = None  # type: ignore[index]  # the server's own copy
        world.settle()
        yield from unless(world.shown(item, "estimate"), [5.0] * 3, "estimate")


def raced() -> Iterator[str]:
    """A person writes between our last read of a thing and our write; the log tells, and nothing is lost."""
    for name in "BC":
        with fresh() as world:
            item = world.item("A1")
            world.edits(item, "A", title=world.people.token("title"))
            world.wait()
            theirs = world.people.token("title")
            title_once_sent(world, item, name, theirs)
            world.run()
            world.settle()
            yield from violations(world)


def outrun() -> Iterator[str]:
    """A person writes between the pull and our last read of a thing, which comes just before the write: it is seen."""
    for name in "BC":
        with fresh() as world:
            item = world.item("A1")
            world.edits(item, "A", title=world.people.token("title"))
            world.wait()
            title_once_planned(world, item, name, world.people.token("title"))
            world.run()
            world.settle()
            yield from violations(world)


def held() -> Iterator[str]:
    """A held field travels nowhere until a person has chosen, in any order of connections."""
    for connections in ORDERS:
        with fresh(order=connections) as world:
            item = world.item("A1")
            before = world.record(item)["estimate"]
            world.edits(item, "A", estimate=1001.0)
            world.edits(item, "C", estimate=1003.0)
            world.settle(resolving=False)
            yield from unless(world.record(item)["estimate"], before, "the item")
            resolve(world.hub(), item, "estimate", 1001.0)
            world.settle(resolving=False)
            yield from violations(world, OWN_VALUES)


def held_edited_here() -> Iterator[str]:
    """Editing a held field at the hub is the resolution of its conflict."""
    with fresh() as world:
        item = world.item("A1")
        world.edits(item, "A", estimate=1001.0)
        world.edits(item, "C", estimate=1003.0)
        world.runs(2)
        world.edit_here(item, "estimate", 1007.0)
        world.settle(resolving=False)
        yield from unless([world.value(item, n, "estimate") for n in "AC"], [1007.0] * 2, "estimate")


def edited_here() -> Iterator[str]:
    """An edit at the hub while the run goes on is not lost."""
    for after in range(1, 60, 3):
        with fresh() as world:
            item, due = world.item("A1"), world.choke.steps + after
            world.edits(item, "C", title=world.people.token("title"), priority=world.people.token("priority"))
            world.wait()
            world.choke.agitate, world.choke.agitation = _edit_once(world, item, due), 1.0
            world.run()
            world.settle()
            yield from violations(world)


def _edit_once(world: World, item: str, due: int) -> Callable[[], None]:
    def act() -> None:
        if world.choke.steps >= due and not world.choke.writing:
            world.choke.agitation = 0.0
            world.edit_here(item, "title", world.people.token("title"))

    return act


def edited_while_asked() -> Iterator[str]:
    """An edit at the hub while the change logs are asked about the value before it: it is the newest."""
    with fresh() as world:
        item = world.item("A1")
        for name in "AB":
            world.wait(20 * SECOND)
            world.edits(item, name, title=world.people.token("title"))
        world.wait()
        title = world.people.token("title")

        def act() -> None:
            if " history " in world.choke.log[-1] and not world.choke.writing:
                world.choke.agitation = 0.0
                world.edit_here(item, "title", title)

        world.choke.agitate, world.choke.agitation = act, 1.0
        world.run()
        world.settle()
        yield from violations(world)
        yield from unless(world.shown(item, "title"), [title] * 3, "title")


def edited_once_written() -> Iterator[str]:
    """A person writes after our update or create has landed and before it is read back: that is an edit like any other."""
    for born in (False, True):
        with fresh() as world:
            remote, theirs = world.remotes["B"], world.people.token("title")
            if born:
                world.people.new_ticket(world.remotes["A"])
            else:
                world.edits(world.item("A1"), "A", title=world.people.token("title"))
            world.wait()
            world.choke.agitate, world.choke.agitation = _title_once_written(world, remote, theirs), 1.0
            world.run()
            world.settle()
            yield from violations(world)


def _title_once_written(world: World, remote: MemoryRemote, title: str) -> Callable[[], None]:
    def act() -> None:
        written = world.store.intents.in_state("acked", remote=remote.id)
        if written and not world.choke.writing:
            world.choke.agitation = 0.0
            world.edits(written[0].item, remote.name, title=title)

    return act
