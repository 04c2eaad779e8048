"""The database is restored from an older copy, or lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pmhub.engine.canon import as_set, as_value
from pmhub.testing.choke import SECOND
from pmhub.testing.oracles import violations
from pmhub.testing.trials.creating import fail_once
from pmhub.testing.trials.telling import unless
from pmhub.testing.world import MINUTE, World, fresh


def life() -> Iterator[str]:
    """The database is restored from an older copy, or lost."""
    for seed in range(4):
        for lost in (False, True):
            with World(seed, 4) as world:
                backup = _live(world)
                world.restore(None if lost else backup)
                world.settle()
                yield from violations(world)


def _live(world: World) -> Path | None:
    backup = None
    for number in range(5):
        world.run()
        backup = world.backup() if number == 1 else backup
        world.act()
        world.act()
        world.wait()
    world.runs(6)
    return backup


def restored_at_once() -> Iterator[str]:
    """The database is restored before the index shows what was made since the backup."""
    with fresh() as world:
        world.remotes["B"].lag = world.remotes["C"].lag = 2_000 * SECOND
        backup = world.backup()
        world.people.new_ticket(world.remotes["A"])
        world.wait()
        world.run()
        world.restore(backup)
        world.run()
        world.settle()
        yield from violations(world)


def lost_at_once() -> Iterator[str]:
    """The database is lost before the index shows our last copies."""
    for seed in range(4):
        with World(seed, 4) as world:
            world.people.wipe = 0.0
            world.run()
            world.act()
            world.wait(MINUTE)
            world.run()
            world.restore(None)
            world.run()
            world.settle()
            yield from violations(world)


def orphans() -> Iterator[str]:
    """Origin and database are gone: the copies stay one item."""
    with fresh() as world:
        item = world.item("A1")
        on_b, on_c = world.thing(item, "B"), world.thing(item, "C")
        world.remotes["A"].person_deletes("A1")
        things = len(world.remotes["A"].things)
        world.restore(None)
        world.settle()
        world.remotes["B"].person_edits(on_b, title="after")
        world.settle()
        yield from unless(world.remotes["C"].things[on_c].fields["title"], "after", "the other copy")
        yield from unless(len(world.remotes["A"].things), things, "things on A")


def unread() -> Iterator[str]:
    """The database is lost, and a change log that it takes to place our copies cannot be read in the first run."""
    for name in "BC":
        with fresh(names="BC") as world:
            world.restore(None)
            world.choke.agitate, world.choke.agitation = fail_once(world, name, "history"), 1.0
            world.run()
            world.settle()
            yield from violations(world)


def placed_late() -> Iterator[str]:
    """A comment's copy waits until the comment itself, on a ticket that is placed in that very run, had its turn."""
    with fresh(names="BC") as world:
        item = world.item("C1")
        world.people.comments(world.remotes["B"], world.thing(item, "B"))
        world.settle()
        world.restore(None)
        world.remotes["B"].down = True
        world.runs(3)
        world.settle()
        yield from violations(world)


def waits_below() -> Iterator[str]:
    """A ticket changes while its log is read, so it waits; so does a comment's copy elsewhere, as the comment is on that ticket."""
    with fresh(names="BC") as world:
        remote, ticket = world.remotes["B"], world.thing(world.item("C1"), "B")
        world.people.comments(remote, ticket)
        world.settle()
        world.restore(None)

        def act() -> None:
            if " B history " in world.choke.log[-1]:
                world.choke.agitation = 0.0
                world.people.edits(remote, ticket, title=world.people.token("title"))

        world.choke.agitate, world.choke.agitation = act, 1.0
        world.run()
        world.settle()
        yield from violations(world)


def taken_off_before() -> Iterator[str]:
    """A label that was delivered and taken off again does not come back with the copy that still has it."""
    with fresh(names="BC") as world:
        item, label = world.item("C1"), world.people.token("labels")
        labels = world.value(item, "C", "labels")
        for shown in ((label,), ()):
            world.settle()
            world.remotes["C"].person_edits("C1", labels=(*as_set(labels), *shown))
        world.restore(None)
        world.settle()
        yield from unless(world.value(item, "B", "labels"), labels, "labels")


def met_by_our_last_write() -> Iterator[str]:
    """The write met a person's edit, and the database that was to find out is lost."""
    with fresh(names="BC") as world:
        item = world.item("C1")
        world.edits(item, "C", title=world.people.token("title"))
        world.wait()
        title, killed = world.people.token("title"), 3

        def act() -> None:
            if world.store.intents.in_state("sent"):
                world.choke.agitation, world.choke.crash_at = 0.0, world.choke.steps + killed
                world.edits(item, "B", title=title)

        world.choke.agitate, world.choke.agitation = act, 1.0
        world.run()
        world.restore(None)
        world.settle()
        yield from violations(world)


def shown_late() -> Iterator[str]:
    """The index shows neither what we wrote on the copy nor that a person went on from it."""
    with fresh(names="AB", lag=1) as world:
        item = world.item("A1")
        held, title = world.held(item, "B"), world.people.token("title")
        known = len(held.index)
        world.edits(item, "A", title=world.people.token("title"))
        world.runs(1)
        world.edits(item, "B", title=title)
        held.index[known:] = [(world.choke.now + 5 * MINUTE, shown) for _, shown in held.index[known:]]
        world.wait(MINUTE)
        world.restore(None)
        world.run()
        yield from unless(world.shown(item, "title"), [title] * 2, "title")


def half_passed_on() -> Iterator[str]:
    """A label of A's is passed on to B, where another waits, and the run is killed; then A's is taken off."""
    with fresh(names="AB", order="BA", lag=1) as world:
        item, passed_on, waits = world.item("B1"), world.people.token("labels"), world.people.token("labels")
        a, b = ((world.remotes[name], world.thing(item, name)) for name in "AB")
        labels = as_set(world.value(item, "A", "labels"))
        for (remote, thing), label in ((a, passed_on), (b, waits)):
            remote.person_edits(thing, labels=as_value(labels | {label}))

        def act() -> None:
            if passed_on in as_set(world.value(item, "B", "labels")):
                world.choke.agitation, world.choke.crash_at = 0.0, world.choke.steps + 1

        world.choke.agitate, world.choke.agitation = act, 1.0
        world.run()
        a[0].person_edits(a[1], labels=as_value(labels))
        world.restore(None)
        world.settle()
        yield from unless(world.shown(item, "labels"), [as_value(labels | {waits})] * 2, "labels")


def passed_on_since() -> Iterator[str]:
    """A title is passed on, the other side goes on from it, and the backup from before comes back."""
    with fresh(names="BC") as world:
        item, backup = world.item("C1"), world.backup()
        for name in "CB":
            world.settle()
            world.edits(item, name, title=world.people.token("title"))
        world.restore(backup)
        world.settle()
        yield from unless([c.clash for c in world.store.conflicts.all()], [], "conflicts")


def known_to_copies_alone() -> Iterator[str]:
    """A copy was made with what its source cannot hold; after the loss the source learns to, and empties nothing."""
    with fresh(names="B", order="BA") as world:
        item, estimate = world.item("B1"), 5.0
        world.edit_here(item, "estimate", estimate)
        world.remotes["A"] = world.make_remote("A")
        world.settle()
        world.restore(None)
        world.settle()
        world.remotes["B"].admin_adds_a_field("estimate")
        world.settle()
        yield from unless(world.value(item, "A", "estimate"), estimate, "estimate")
