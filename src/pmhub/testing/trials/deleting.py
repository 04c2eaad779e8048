"""Things that vanish: one, many, for a moment, or while somebody edits them."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.engine.guard import Limits
from pmhub.model.kinds import Kind
from pmhub.testing.choke import SECOND
from pmhub.testing.trials.telling import unless
from pmhub.testing.world import fresh

CLOSINGS = 4


def deletion() -> Iterator[str]:
    """An edit elsewhere beats a deletion, also one that no index shows yet."""
    for late in (False, True):
        with fresh() as world:
            item = world.item("A1")
            world.remotes["A"].person_deletes("A1")
            world.run()
            if late:
                world.runs(3)
            else:
                world.edits(item, "B", title="kept")
                world.runs(3)
            world.settle()
            done = "done" if late else "todo"
            yield from unless(world.value(item, "C", "status"), done, "status")


def late_edit() -> Iterator[str]:
    """The edit lands between two sweeps, on a remote whose index is slow."""
    with fresh(lag=4_000 * SECOND) as world:
        item = world.item("A1")
        world.remotes["A"].person_deletes("A1")
        for _ in range(6):
            world.wait()
            world.run()
            if any(b.missing for b in world.store.items.bound(item)):
                world.edits(item, "B", title="kept")
                break
        world.settle()
        yield from unless(world.value(item, "C", "status"), "todo", "status")


def vanished_for_a_moment() -> Iterator[str]:
    """One direct read that does not find a thing is no deletion."""
    with fresh() as world:
        item, held = world.item("A1"), world.remotes["A"].things["A1"]
        for _ in range(8):
            held.deleted = True
            world.runs(1)
            held.deleted = False
            world.runs(2)
            if any(b.missing for b in world.store.items.bound(item)):
                break
        world.settle()
        yield from unless(world.value(item, "B", "status"), "todo", "status")


def mass_deletion() -> Iterator[str]:
    """Most things vanish at once: nothing is closed."""
    with fresh() as world:
        for held in world.remotes["A"].live(Kind.TICKET):
            world.remotes["A"].person_deletes(held.shown.id)
        world.settle()
        closed = sum(held.fields["status"] == "done" for held in world.remotes["B"].live(Kind.TICKET))
        yield from unless(closed, 0, "closed on B")


def mass_closing() -> Iterator[str]:
    """Many items are closed at once: the run stops before its first write."""
    with fresh(0, 6) as world:
        world.limits = Limits(close_count=2, close_percent=10.0)
        for item in world.store.items.ids(Kind.TICKET)[:CLOSINGS]:
            world.edits(item, "A", status="done")
        writes = world.writes()
        world.runs(2)
        yield from unless(world.writes(), writes, "writes")
