"""What is seen late, twice, out of order or from a replica that lags."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.testing.choke import SECOND, Choke
from pmhub.testing.oracles import violations
from pmhub.testing.trials.telling import unless
from pmhub.testing.world import MINUTE, World, fresh

TICK = 6 * SECOND


def unasked_change() -> Iterator[str]:
    """What C drops unasked stays on the others, with a change log and without."""
    for log in (True, False):
        for name in "AB":
            with fresh(log=log) as world:
                item = world.item("A1")
                world.edits(item, name, title="Ship it!")
                world.settle()
                yield from unless(world.shown(item, "title"), ["Ship it!", "Ship it!", "Ship it"], f"log {log}")


def unasked_at_birth() -> Iterator[str]:
    """What C drops of a new thing stays on the others."""
    with fresh() as world:
        title = world.remotes["A"].things["A1"].fields["title"]
        yield from unless(str(title)[-1:], "!", "A's title ends")
        world.settle()
        yield from unless(world.remotes["A"].things["A1"].fields["title"], title, "A's title")


def index_behind() -> Iterator[str]:
    """A listing still shows what our own write has replaced."""
    with fresh() as world:
        item, old, new = world.item("A1"), world.people.token("title"), world.people.token("title")
        world.edits(item, "B", title=old)
        world.runs(1)
        world.edits(item, "A", title=new)
        world.remotes["B"].lag = 2_000 * SECOND
        world.runs(3, MINUTE)
        world.settle()
        yield from violations(world)
        yield from unless(world.shown(item, "title"), [new] * 3, "title")


def seen_in_one_tick() -> Iterator[str]:
    """Two edits within one tick of the server's clock; the index shows the first long after a direct read has shown both."""
    with _on_the_tick() as world:
        item, remote = world.item("B1"), world.remotes["B"]
        world.edits(item, "B", title=world.people.token("title"))
        remote.lag = 4_000 * SECOND
        title = world.people.token("title")
        world.edits(item, "B", title=title)
        world.edits(item, "A", priority=world.people.token("priority"))
        world.run()
        world.run()
        remote.lag = 1
        world.settle()
        yield from violations(world)
        yield from unless(world.shown(item, "title"), [title] * 3, "title")


def _on_the_tick() -> World:
    """At rest, with fast runs, and B's clock of six seconds has just gone on."""
    world = fresh(grain=TICK, lag=1, choke=Choke(tick=10))
    world.wait(TICK - world.remotes["B"].time % TICK)
    return world


def read_from_a_replica() -> Iterator[str]:
    """A doubt is settled by a direct read, but not while a replica may still show what stood there before."""
    with _on_the_tick() as world:
        item, remote = world.item("B1"), world.remotes["B"]
        remote.stale = 1.0
        for _ in range(2):
            title = world.people.token("title")
            world.edits(item, "B", title=title)
            world.wait(SECOND)
            world.run()
        remote.stale = 0.0
        world.settle()
        yield from violations(world)
        yield from unless(world.shown(item, "title"), [title] * 3, "title")


def late_in_the_index() -> Iterator[str]:
    """An edit enters the index after a later edit of another thing has moved the cursor past it."""
    with fresh() as world:
        item, remote = world.item("B1"), world.remotes["B"]
        title = world.people.token("title")
        world.edits(item, "B", title=title)
        held = world.held(item, "B")
        held.index[-1] = (world.choke.now + MINUTE, held.shown)
        remote.lag = 1
        world.wait(10 * SECOND)
        world.people.new_ticket(remote)
        world.run()
        world.runs(1)
        yield from unless(world.value(item, "A", "title"), title, "title two runs later")
