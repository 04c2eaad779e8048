"""What only happens with several remotes, told as sentences. Every scenario ends with the oracles."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations, product

import pytest

from pmhub.engine.guard import Limits
from pmhub.model.kinds import Kind
from pmhub.model.records import values
from pmhub.sync.edit import edit, resolve
from pmhub.testing.choke import SECOND, Fault
from pmhub.testing.oracles import Expected, violations
from pmhub.testing.server import BOT, POISON
from pmhub.testing.witness import tokens
from pmhub.testing.world import MINUTE, World, fresh

ORDERS = ["".join(order) for order in permutations("ABC")]
OWN_VALUES = Expected(values=False)


@pytest.fixture
def settled():
    """Makes worlds at rest, and closes them."""
    made = []

    def make(*args, **setup):
        made.append(fresh(*args, **setup))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_connections_does_not_matter(settled, seed) -> None:
    records = {order: _three_edit_at_once(settled(seed, order=order), seed) for order in ORDERS}
    assert len(set(records.values())) == 1, records


def _three_edit_at_once(world: World, seed: int) -> tuple:
    item = world.item("A1")
    for name in ORDERS[seed]:
        world.wait(20 * SECOND)
        middle = str(world.value(item, name, "body")).split("\n")[1:]
        body = "\n".join([f"{name} first", *middle, f"{name} end"])
        labels = (*world.value(item, name, "labels"), f"by-{name}")
        world.edits(item, name, title=f"title of {name}", body=body, labels=labels)
    world.settle()
    assert violations(world, OWN_VALUES) == []
    record = world.record(item)
    return record["title"], record["body"], record["labels"]


@pytest.mark.parametrize(("first", "second", "touched"), list(permutations("ABC")))
def test_newest_is_when_the_field_was_set_not_when_the_thing_was_touched(settled, first, second, touched) -> None:
    """C's clock is an hour ahead all the while."""
    world = settled()
    item = world.item("A1")
    for name, title in ((first, "older"), (second, "newer")):
        world.wait(50 * SECOND)
        world.edits(item, name, title=title)
    world.wait(50 * SECOND)
    world.edits(item, first, labels=("touched",))
    world.edits(item, touched, priority="touched")
    world.settle()
    assert world.shown(item, "title") == ["newer"] * 3


@pytest.mark.parametrize(("here", "there"), list(permutations("ABC", 2)))
def test_after_a_restore_our_own_writes_do_not_beat_a_persons(settled, here, there) -> None:
    """The backup is from before a delivery; the person wrote again just when it was under way."""
    world = settled()
    item, backup = world.item("A1"), world.backup()
    world.edits(item, here, title=world.people.token("title"))
    world.wait()
    again = world.people.token("title")

    def once_it_is_sent() -> None:
        if world.store.intents.in_state("sent"):
            world.choke.agitation = 0.0
            world.edits(item, here, title=again)

    world.choke.agitate, world.choke.agitation = once_it_is_sent, 1.0
    world.run()
    world.restore(backup)
    world.settle()
    assert violations(world) == []
    assert world.value(item, there, "title") == again


@pytest.mark.parametrize(("order", "first"), list(product(ORDERS, "AC")))
def test_a_finer_status_is_no_conflict_with_a_coarse_one(settled, order, first) -> None:
    world = settled(order=order)
    item, writes = world.item("A1"), world.remotes["B"].writes
    for name in (first, "C" if first == "A" else "A"):
        world.wait(30 * SECOND)
        world.edits(item, name, status="review" if name == "A" else "doing")
    world.settle()
    assert world.record(item)["status"] == "review"
    assert not world.store.conflicts.all()
    assert world.remotes["B"].writes == writes


def test_a_value_that_a_remote_has_had_for_long_is_no_newer_than_what_replaced_it(settled) -> None:
    """Two people write one word; where it was already replaced, the thing that still has it was touched later."""
    world = settled()
    item, word, newer = world.item("A1"), world.people.token("title"), world.people.token("title")
    for name in "AB":
        world.edits(item, name, title=word)
    world.remotes["B"].down = True
    world.runs(1)
    world.edits(item, "C", title=newer)
    world.wait()
    world.edits(item, "B", priority=world.people.token("priority"))
    world.remotes["B"].down = False
    world.settle()
    assert world.shown(item, "title") == [newer] * 3
    assert violations(world) == []


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("first", "kept", "lost"), [("A", "done", "doing"), ("B", "doing", "done")])
def test_a_clash_that_a_coarse_remote_cannot_see_is_seen(settled, order, first, kept, lost) -> None:
    """In B's words A did not move."""
    world = settled(order=order)
    item = world.item("A1")
    for name in (first, "B" if first == "A" else "A"):
        world.wait(30 * SECOND)
        world.edits(item, name, status="doing" if name == "A" else "done")
    world.settle()
    assert world.record(item)["status"] == kept
    assert [conflict.clash.value for conflict in world.store.conflicts.all()] == [lost]
    assert violations(world) == []


@pytest.mark.parametrize(
    ("older", "newer", "late"), [(*pair, late) for pair in permutations("ABC", 2) for late in (0, 1)]
)
def test_the_newer_edit_wins_also_when_one_of_the_two_is_seen_late(settled, older, newer, late) -> None:
    world = settled()
    item, hidden = world.item("A1"), world.remotes[newer if late else older]
    world.edits(item, older, title="older")
    world.wait(MINUTE)
    world.edits(item, newer, title="newer")
    hidden.down = True
    world.runs(2)
    world.settle()
    assert world.shown(item, "title") == ["newer"] * 3


def test_an_edit_on_a_lossy_remote_does_not_strip_the_others(settled) -> None:
    world = settled()
    item = world.item("A1")
    head, middle, _ = str(world.value(item, "B", "body")).split("\n")
    world.edits(item, "B", body=f"{head}\n{middle}\nother")
    world.settle()
    body = str(world.value(item, "A", "body"))
    assert body.startswith("**")
    assert body.endswith("other")
    assert not world.store.conflicts.all()


def test_an_edit_of_the_very_line_that_a_lossy_remote_weakens_is_no_conflict(settled) -> None:
    world = settled()
    item = world.item("A1")
    _, *rest = str(world.value(item, "B", "body")).split("\n")
    world.edits(item, "B", body="\n".join(["another head", *rest]))
    world.settle()
    assert str(world.value(item, "A", "body")).split("\n")[0] == "another head"
    assert not world.store.conflicts.all()


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("name", "AB")
def test_what_a_server_drops_unasked_stays_on_the_others(settled, name, log) -> None:
    """C drops a trailing exclamation mark and no mapping knows. Where no change log tells so, its answer does."""
    world = settled(log=log)
    item = world.item("A1")
    world.edits(item, name, title="Ship it!")
    world.settle()
    assert world.shown(item, "title") == ["Ship it!", "Ship it!", "Ship it"]
    assert violations(world) == []


@pytest.mark.parametrize("first", range(0, 44, 11))
def test_a_remote_that_joins_late_gets_everything_once_wherever_the_run_is_killed(first) -> None:
    for crash_after in range(first, 400, 44):
        with World(1, 4, "AB", order="ABC") as world:
            world.runs(1)
            world.act("comment")
            world.settle()
            world.remotes["C"] = world.make_remote("C")
            world.people.new_ticket(world.remotes["C"])
            world.choke.crash_at = world.choke.steps + crash_after if crash_after else None
            crashed = world.run()
            world.wait(5 * SECOND)
            world.run()
            world.settle()
            assert violations(world) == [], crash_after
        if crash_after and not crashed:
            return


@pytest.mark.parametrize("source", ["A1", "B1"])
def test_a_field_that_a_remote_learns_late_is_filled_not_wiped(settled, source) -> None:
    world = settled()
    item = world.item(source)
    world.edits(item, "A", estimate=5.0)
    world.settle()
    _learns_estimates(world)
    world.settle()
    assert world.shown(item, "estimate") == [5.0] * 3
    assert not world.store.conflicts.all()


def _learns_estimates(world: World) -> None:
    remote = world.remotes["B"]
    remote.dialect = replace(remote.dialect, without=frozenset())
    for held in remote.live(Kind.TICKET):
        held.shown = replace(held.shown, fields={**held.fields, "estimate": None})


@pytest.mark.parametrize("seed", range(4))
def test_a_remote_that_is_down_for_days_does_not_delay_the_others(settled, seed) -> None:
    world = settled(seed)
    item, remotes = world.item("C1"), world.remotes
    remotes["C"].down = True
    for _ in range(10):
        world.act()
        world.act()
        world.runs(1, 20_000 * SECOND)
    world.runs(2)
    stored = {name: remotes[name].dialect.stored("title", world.value(item, name, "title")) for name in "AB"}
    assert stored["A"] == stored["B"]
    world.settle()
    assert violations(world) == []


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("first", range(0, 42, 21))
def test_a_deletion_closes_the_copies_and_an_edit_beats_it(edited, first) -> None:
    for crash_after in range(first, 400, 42):
        with World(2, 3) as world:
            crashed = _origin_is_deleted(world, crash_after, edited=edited)
            item = world.store.items.ids(Kind.TICKET)[0]
            statuses = [world.value(item, name, "status") for name in "BC" if _is_on(world, item, name)]
            assert not any(
                h.shown.author == BOT and tokens(h.fields["title"]) & {"tok4"}
                for h in world.remotes["A"].live(Kind.TICKET)
            )
            assert violations(world, Expected(counts=False, values=False)) == [], crash_after
            if edited:
                assert "done" not in statuses, crash_after
                assert world.value(item, "C", "title") == "kept"
            else:
                assert set(statuses) == {"done"}, crash_after
        if crash_after and not crashed:
            return


def _origin_is_deleted(world: World, crash_after: int, *, edited: bool) -> bool:
    """While its copy on C is not made yet."""
    world.remotes["C"].down = True
    world.people.wipe = 0.0
    world.runs(3)
    world.remotes["C"].down = False
    world.remotes["A"].person_deletes("A1")
    if edited:
        world.edits(world.store.items.ids(Kind.TICKET)[0], "B", title="kept")
    world.choke.crash_at = world.choke.steps + crash_after if crash_after else None
    crashed = False
    for _ in range(3):
        crashed |= world.run()
        world.wait()
    world.settle()
    return crashed


def _is_on(world: World, item: str, name: str) -> bool:
    bound = world.store.items.bound_on(item, world.remotes[name].id)
    return bound is not None and bound.thing is not None


def test_when_most_things_vanish_at_once_nothing_is_closed(settled) -> None:
    world = settled()
    for held in world.remotes["A"].live(Kind.TICKET):
        world.remotes["A"].person_deletes(held.shown.id)
    world.settle()
    assert "done" not in {held.fields["status"] for held in world.remotes["B"].live(Kind.TICKET)}
    assert "nothing was closed" in world.report.stopped


def test_when_many_items_are_closed_at_once_a_guard_stops_the_run(settled) -> None:
    world = settled(0, 6)
    world.limits = Limits(close_count=2, close_percent=10.0)
    for item in world.store.items.ids(Kind.TICKET)[:4]:
        world.edits(item, "A", status="done")
    writes = world.writes()
    world.runs(2)
    assert "would be closed" in world.report.stopped
    assert world.writes() == writes


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_that_a_person_made_of_a_copy_is_an_item_of_its_own(settled, seed) -> None:
    """The marker was cloned with it; its author is not us, so it names nothing."""
    world = settled(seed)
    remote = world.remotes["ABC"[seed % 3]]
    copied = next(held for held in remote.live(Kind.TICKET) if held.shown.author == BOT)
    token, people = world.people.token, world.people
    people.made[Kind.TICKET] += 1
    own = {
        "title": token("title"),
        "body": token("body"),
        "priority": token("priority"),
        "labels": (),
        "estimate": None,
    }
    remote.person_creates(Kind.TICKET, {**copied.fields, **own}, marker=copied.shown.marker)
    world.settle()
    assert violations(world) == []


@pytest.mark.parametrize("name", "AC")
@pytest.mark.parametrize("seed", range(3))
def test_a_wiped_marker_does_not_make_our_copy_a_strangers(seed, name) -> None:
    """The answer to the create is lost, and a person destroys the marker before any run has seen it."""
    with World(seed, 3) as world:
        world.choke.forced = {_call_of_first_create(name, seed, 3, "ABC"): Fault.AFTER}
        world.run()
        _wipe_all_markers(world)
        world.settle()
        assert violations(world) == []


@pytest.mark.parametrize("first", range(1, 5))
def test_what_was_seen_of_a_remote_before_it_went_down_is_still_known_as_ours(first) -> None:
    """The answer to a create is lost, the copy is seen, the run is killed; then that remote does not even say who we are."""
    for crash_after in range(first, 80, 4):
        with World(0, 2, "AC", lag=1) as world:
            world.choke.forced = {_call_of_first_create(lag=1): Fault.AFTER}
            world.run()
            world.wait()
            world.choke.crash_at = world.choke.steps + crash_after
            killed = world.run()
            world.choke.crash_at = None
            world.remotes["C"].down = True
            world.runs(1)
            world.settle()
            assert violations(world) == [], crash_after
        if not killed:
            return


@cache
def _call_of_first_create(name="C", seed=0, tickets=2, names="AC", **setup) -> int:
    with World(seed, tickets, names, **setup) as world:
        world.run()
        return next(int(line.split()[0]) for line in world.choke.log if f" {name} create " in line)


def _wipe_all_markers(world: World) -> None:
    for remote in world.remotes.values():
        for held in remote.live(Kind.TICKET):
            if held.shown.marker:
                remote.person_wipes_marker(held.shown.id)


@pytest.mark.parametrize("noticed", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_a_restored_database_doubles_and_loses_nothing(seed, noticed) -> None:
    with World(seed, 4) as world:
        backup = _some_life(world, backup_after=1)
        world.restore(backup, noticed=noticed)
        world.settle()
        assert violations(world) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_lost_database_doubles_and_loses_nothing(seed) -> None:
    with World(seed, 4) as world:
        _some_life(world, backup_after=1)
        world.restore(None)
        world.settle()
        assert violations(world) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_database_lost_before_the_index_shows_our_last_copies_doubles_nothing(seed) -> None:
    """A first reading through an index that lags is no sweep, however full it looks."""
    with World(seed, 4) as world:
        world.people.wipe = 0.0
        world.run()
        world.act()
        world.wait(MINUTE)
        world.run()
        world.restore(None)
        world.run()
        world.settle()
        assert violations(world) == []


def _some_life(world: World, backup_after: int):
    backup = None
    for number in range(5):
        world.run()
        if number == backup_after:
            backup = world.backup()
        world.act()
        world.act()
        world.wait()
    world.runs(6)
    return backup


@pytest.mark.parametrize("seed", range(2))
def test_copies_whose_origin_and_database_are_gone_stay_one_item(settled, seed) -> None:
    world = settled(seed)
    item = world.item("A1")
    on_b, on_c = world.thing(item, "B"), world.thing(item, "C")
    world.remotes["A"].person_deletes("A1")
    things = len(world.remotes["A"].things)
    world.restore(None)
    world.settle()
    world.remotes["B"].person_edits(on_b, title="after")
    world.settle()
    assert world.remotes["C"].things[on_c].fields["title"] == "after"
    assert len(world.remotes["A"].things) == things
    assert len(world.remotes["B"].things) == len(world.remotes["C"].things)


def test_one_poisonous_item_delays_no_other(settled) -> None:
    world = settled()
    world.remotes["A"].person_creates(Kind.TICKET, {"title": POISON, "status": "todo"})
    world.people.made[Kind.TICKET] += 1
    for name in "ABC":
        world.people.new_ticket(world.remotes[name])
    world.settle()
    missing = {("B", Kind.TICKET): 1, ("C", Kind.TICKET): 1}
    assert violations(world, Expected(missing)) == []
    assert {failure.state for failure in world.store.failures.all()} == {"dead"}
    assert len(world.store.failures.all()) == 2


@pytest.mark.parametrize("order", ORDERS)
def test_a_held_field_travels_nowhere_until_a_person_has_chosen(settled, order) -> None:
    world = settled(order=order)
    item = world.item("A1")
    before = world.record(item)["estimate"]
    world.edits(item, "A", estimate=1001.0)
    world.edits(item, "C", estimate=1003.0)
    world.edits(item, "B", title="free")
    world.settle(resolving=False)
    assert world.record(item)["estimate"] == before
    assert (world.value(item, "A", "estimate"), world.value(item, "C", "estimate")) == (1001.0, 1003.0)
    assert world.value(item, "A", "title") == "free"
    resolve(world.hub(), item, "estimate", 1001.0)
    world.settle(resolving=False)
    assert world.value(item, "C", "estimate") == 1001.0
    assert violations(world, OWN_VALUES) == []


def test_what_comes_after_the_conflict_was_shown_is_still_news(settled) -> None:
    world = settled()
    item = world.item("A1")
    world.edits(item, "A", estimate=1001.0)
    world.edits(item, "C", estimate=1003.0)
    world.runs(2)
    resolve(world.hub(), item, "estimate", 1001.0)
    world.edits(item, "C", estimate=1004.0)
    world.settle()
    assert world.value(item, "A", "estimate") == 1004.0


def test_editing_a_held_field_here_is_the_resolution(settled) -> None:
    world = settled()
    item = world.item("A1")
    world.edits(item, "A", estimate=1001.0)
    world.edits(item, "C", estimate=1003.0)
    world.runs(2)
    edit(world.hub(), item, "estimate", 1007.0)
    world.settle(resolving=False)
    assert (world.value(item, "A", "estimate"), world.value(item, "C", "estimate")) == (1007.0, 1007.0)
    assert not world.store.conflicts.all(open_only=True)


@pytest.mark.parametrize("after", range(1, 60, 7))
def test_an_edit_here_while_the_run_goes_on_is_not_lost(settled, after) -> None:
    world = settled()
    item = world.item("A1")
    world.edits(item, "C", title=world.people.token("title"), priority=world.people.token("priority"))
    world.wait()
    due = world.choke.steps + after

    def once() -> None:
        if world.choke.steps >= due and not world.choke.writing:
            world.choke.agitation = 0.0
            world.edit_here(item, "title", world.people.token("title"))

    world.choke.agitate, world.choke.agitation = once, 1.0
    world.run()
    world.settle()
    assert violations(world) == []


def test_the_named_side_wins_whatever_is_newer(settled) -> None:
    world = settled()
    item = world.item("A1")
    world.edits(item, "A", priority="of A")
    world.wait(MINUTE)
    world.edits(item, "C", priority="of C")
    world.settle()
    assert world.shown(item, "priority") == ["of A"] * 3
    assert [conflict.clash.value for conflict in world.store.conflicts.all()] == ["of C"]


def test_a_parent_that_a_remote_does_not_have_yet_is_set_once_it_has(settled) -> None:
    """The child's parent becomes known while that parent cannot be on C."""
    world = settled()
    world.remotes["C"].down = True
    above = world.people.new_ticket(world.remotes["A"])
    item = world.item("A1")
    world.remotes["A"].person_edits("A1", parent=f"ticket:{above}")
    world.runs(2)
    world.remotes["C"].down = False
    world.settle()
    assert world.value(item, "C", "parent") == f"ticket:{world.thing(world.item(above), 'C')}"
    assert violations(world) == []


def test_a_circle_of_parents_delays_nothing(settled) -> None:
    world = settled()
    one, other = (world.people.new_ticket(world.remotes["A"]) for _ in "xy")
    world.remotes["A"].person_edits(one, parent=f"ticket:{other}")
    world.remotes["A"].person_edits(other, parent=f"ticket:{one}")
    world.settle()
    assert violations(world) == []


@pytest.mark.parametrize("seed", range(3))
def test_at_rest_a_run_lists_each_remote_once_and_asks_nothing_else(seed) -> None:
    """But every fourth run looks through everything here: two listings and two bulk reads a remote."""
    with World(seed, 4, page=100) as world:
        world.choke.agitation, world.choke.fault = 0.03, 0.1
        for _ in range(6):
            world.run()
            world.wait()
        world.settle()
        calls = sorted((sorted(line.split(" ", 3)[2] for line in run) for run in world.idle), key=len)
        assert calls[:3] == [["check"] * 3 + ["search"] * 3] * 3
        assert calls[3] == ["check"] * 3 + ["list"] * 6 + ["read"] * 6 + ["search"] * 3


def test_what_was_seen_is_stored_in_our_words(settled) -> None:
    world = settled()
    item = world.item("A1")
    world.edits(item, "A", status="review")
    world.settle()
    seen = world.store.observations.get(world.remotes["C"].id, Kind.TICKET, world.thing(item, "C"))
    assert seen is not None
    assert values(seen.observation().record)["status"] == "doing"


def test_a_copy_that_was_deleted_before_we_ever_saw_it_does_not_hold_up_its_item(settled) -> None:
    world = settled(names="AB")
    ticket = world.people.new_ticket(world.remotes["A"])
    while not world.store.items.unseen("memory:B", Kind.TICKET):
        _run_without_reading_back(world, "B")
    (copy,) = world.store.items.unseen("memory:B", Kind.TICKET)
    world.remotes["B"].person_deletes(copy.thing)
    world.settle()
    assert violations(world, Expected(missing={("B", Kind.TICKET): 1}, values=False)) == []
    assert world.value(world.item(ticket), "A", "status") == "done"


def _run_without_reading_back(world: World, name: str) -> None:
    def act() -> None:
        if f" {name} read " in world.choke.log[-1]:
            world.choke.forced = {world.choke.calls: Fault.BEFORE}

    world.wait()
    world.choke.agitate, world.choke.agitation = act, 1.0
    world.run()
    world.choke.agitation = 0.0
