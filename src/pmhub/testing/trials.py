"""The scenario that each guard is there for, told in a few lines. A trial gives what broke, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations, product
from pathlib import Path

from pmhub.engine.guard import Limits
from pmhub.model.kinds import Kind
from pmhub.model.records import Value
from pmhub.sync.edit import resolve
from pmhub.testing.choke import SECOND, Fault
from pmhub.testing.dialects import Dialect
from pmhub.testing.oracles import Expected, violations
from pmhub.testing.server import BOT
from pmhub.testing.world import MINUTE, World, fresh

Trial = Callable[[], Iterator[str]]
ORDERS = ["".join(order) for order in permutations("ABC")]
OWN_VALUES = Expected(values=False)
CLOSINGS = 4


def _unless(found: object, wanted: object, what: str) -> Iterator[str]:
    if found != wanted:
        yield f"S {what}: {found!r}, should {wanted!r}"


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
    yield from _unless(len(found), 1, "results by order of connections")


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
            yield from _unless(world.shown(item, "title"), ["newer"] * 3, f"{second} after {first}")


def echo() -> Iterator[str]:
    """Restored from before a delivery, our own write does not beat what a person wrote meanwhile."""
    for here, _ in permutations("ABC", 2):
        with fresh() as world:
            item, backup = world.item("A1"), world.backup()
            world.edits(item, here, title=world.people.token("title"))
            world.wait()
            again = world.people.token("title")
            _title_once_sent(world, item, here, again)
            world.run()
            world.restore(backup)
            world.settle()
            yield from _unless(world.shown(item, "title"), [again] * 3, "after the restore")


def _title_once_sent(world: World, item: str, name: str, title: str) -> None:
    def act() -> None:
        if world.store.intents.in_state("sent"):
            world.choke.agitation = 0.0
            world.edits(item, name, title=title)

    world.choke.agitate, world.choke.agitation = act, 1.0


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
                yield from _unless(world.record(item)["status"], "review", connections)
                yield from _unless(len(world.store.conflicts.all()), 0, "conflicts")


def coarse_status() -> Iterator[str]:
    """A clash that a coarse remote cannot see is seen."""
    for first, then, lost in (("A", "B", "doing"), ("B", "A", "done")):
        with fresh() as world:
            item = world.item("A1")
            for name in (first, then):
                world.wait(30 * SECOND)
                world.edits(item, name, status="doing" if name == "A" else "done")
            world.settle()
            yield from _unless([c.clash.value for c in world.store.conflicts.all()], [lost], "losers")


def rich_text() -> Iterator[str]:
    """An edit on a lossy remote does not strip the others."""
    with fresh() as world:
        item = world.item("A1")
        head, middle, _ = str(world.value(item, "B", "body")).split("\n")
        world.edits(item, "B", body=f"{head}\n{middle}\nother")
        world.settle()
        yield from _unless(str(world.value(item, "A", "body"))[:2], "**", "A's bold line")


def unasked_change() -> Iterator[str]:
    """What C drops unasked stays on the others, with a change log and without."""
    for log in (True, False):
        for name in "AB":
            with fresh(log=log) as world:
                item = world.item("A1")
                world.edits(item, name, title="Ship it!")
                world.settle()
                yield from _unless(world.shown(item, "title"), ["Ship it!", "Ship it!", "Ship it"], f"log {log}")


def unasked_at_birth() -> Iterator[str]:
    """What C drops of a new thing stays on the others."""
    with fresh() as world:
        title = world.remotes["A"].things["A1"].fields["title"]
        yield from _unless(str(title)[-1:], "!", "A's title ends")
        world.settle()
        yield from _unless(world.remotes["A"].things["A1"].fields["title"], title, "A's title")


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
        yield from _unless(world.shown(item, "title"), [new] * 3, "title")


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
        yield from _unless(world.shown(item, "estimate"), [5.0] * 3, "estimate")


def life() -> Iterator[str]:
    """The database is restored from an older copy, or lost."""
    for seed in range(4):
        for lost in (False, True):
            with World(seed, 4) as world:
                backup = _live(world)
                world.restore(None if lost else backup)
                world.settle(16)
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
        world.settle(16)
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
            world.settle(16)
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
        yield from _unless(world.remotes["C"].things[on_c].fields["title"], "after", "the other copy")
        yield from _unless(len(world.remotes["A"].things), things, "things on A")


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
            yield from _unless(world.value(item, "C", "status"), done, "status")


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
        world.settle(30)
        yield from _unless(world.value(item, "C", "status"), "todo", "status")


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
        yield from _unless(world.value(item, "B", "status"), "todo", "status")


def mass_deletion() -> Iterator[str]:
    """Most things vanish at once: nothing is closed."""
    with fresh() as world:
        for held in world.remotes["A"].live(Kind.TICKET):
            world.remotes["A"].person_deletes(held.shown.id)
        world.settle()
        closed = sum(held.fields["status"] == "done" for held in world.remotes["B"].live(Kind.TICKET))
        yield from _unless(closed, 0, "closed on B")


def mass_closing() -> Iterator[str]:
    """Many items are closed at once: the run stops before its first write."""
    with fresh(0, 6) as world:
        world.limits = Limits(close_count=2, close_percent=10.0)
        for item in world.store.items.ids(Kind.TICKET)[:CLOSINGS]:
            world.edits(item, "A", status="done")
        writes = world.writes()
        world.runs(2)
        yield from _unless(world.writes(), writes, "writes")


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
            world.choke.forced = {_first_create(name, lag=50 * SECOND): Fault.AFTER}
            world.run()
            _wipe_all(world)
            world.settle()
            yield from violations(world)


def _first_create(name: str, names: str = "ABC", *, lag: int) -> int:
    """The number of the call."""
    with World(0, 3, names, lag=lag) as world:
        world.run()
        return next(int(line.split()[0]) for line in world.choke.log if f" {name} create " in line)


def lost_answer() -> Iterator[str]:
    """The answer to a create is lost, and the index does not show it while the next listings fail."""
    for name, failing in product("ABC", ("list", "read", "history", "search")):
        with World(0, 3, lag=2_000 * SECOND) as world:
            world.people.wipe = 0.0
            world.choke.forced = {_first_create(name, lag=2_000 * SECOND): Fault.AFTER}
            world.run()
            for _ in range(3):
                world.wait()
                world.choke.agitate, world.choke.agitation = _fail_once(world, name, failing), 1.0
                world.run()
            world.choke.agitation = 0.0
            world.settle()
            yield from violations(world)


def _fail_once(world: World, name: str, call: str) -> Callable[[], None]:
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
    call = _first_create("C", "AC", lag=1)
    for crash_after in range(1, 80, 2):
        with World(0, 3, "AC", lag=1) as world:
            world.choke.forced = {call: Fault.AFTER}
            world.run()
            world.wait()
            world.choke.crash_at = world.choke.steps + crash_after
            world.run()
            world.choke.crash_at = None
            world.remotes["C"].down = True
            world.runs(1)
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
            yield from _unless(world.record(item)["estimate"], before, "the item")
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
        yield from _unless([world.value(item, n, "estimate") for n in "AC"], [1007.0] * 2, "estimate")


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


def reformatted() -> Iterator[str]:
    """Other spaces are no news."""
    with fresh() as world:
        item, writes = world.item("A1"), world.writes()
        body = str(world.value(item, "A", "body"))
        world.edits(item, "A", body=body.replace(" tok", "  tok", 1))
        world.settle()
        yield from _unless(world.writes(), writes, "writes")


def raced() -> Iterator[str]:
    """A person writes between our last read of a thing and our write; the log tells, and nothing is lost."""
    for name in "BC":
        with fresh() as world:
            item = world.item("A1")
            world.edits(item, "A", title=world.people.token("title"))
            world.wait()
            theirs = world.people.token("title")
            _title_once_sent(world, item, name, theirs)
            world.run()
            world.settle()
            yield from violations(world)
