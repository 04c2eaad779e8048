"""What a lost database takes with it, and what markers and change logs give back: invariant I13."""

from __future__ import annotations

import pytest

from pmhub.model.kinds import Kind
from pmhub.testing.choke import SECOND, Fault
from pmhub.testing.oracles import violations
from pmhub.testing.world import World, fresh


@pytest.fixture
def world():
    with fresh(names="BC") as made:
        yield made


def test_a_comment_whose_ticket_is_placed_late_is_not_taken_for_a_lost_one(world) -> None:
    """Its copy is placed as an item of its own only once nothing else can be placed: the comment itself may be next."""
    item = world.item("C1")
    world.people.comments(world.remotes["B"], world.thing(item, "B"))
    world.settle()
    world.restore(None)
    world.remotes["B"].down = True
    world.runs(3)
    world.remotes["B"].down = False
    world.settle()
    assert violations(world) == []


@pytest.mark.parametrize("name", "BC")
def test_what_cannot_be_placed_for_want_of_a_change_log_is_not_made_again(world, name) -> None:
    world.restore(None)
    with world.choke.calm():
        world.choke.agitate, world.choke.agitation = _history_fails(world, name), 1.0
        world.run()
    world.settle()
    assert violations(world) == []


def _history_fails(world: World, name: str):
    def act() -> None:
        if f" {name} history " in world.choke.log[-1]:
            world.choke.forced = {world.choke.calls: Fault.BEFORE}

    return act


def test_a_line_that_was_delivered_is_not_delivered_again(world) -> None:
    """How both stood when they last agreed is read from their change logs, not taken from their first day."""
    item = world.item("C1")
    head, middle, tail = str(world.value(item, "C", "body")).split("\n")
    world.edits(item, "C", body=f"{head}\nnew {world.people.token('body')}\n{middle}\n{tail}")
    world.settle()
    body = str(world.value(item, "C", "body")).split("\n")
    world.edits(item, "C", body="\n".join([*body[:2], f"more {world.people.token('body')}", *body[3:]]))
    world.restore(None)
    world.settle()
    assert violations(world) == []


def test_a_label_that_was_taken_off_before_does_not_come_back(world) -> None:
    item, label = world.item("C1"), world.people.token("labels")
    labels = world.value(item, "C", "labels")
    world.remotes["C"].person_edits(world.thing(item, "C"), labels=(*labels, label))
    world.settle()
    world.remotes["C"].person_edits(world.thing(item, "C"), labels=labels)
    world.people.removed.add(label)
    world.restore(None)
    world.settle()
    assert violations(world) == []
    assert world.value(item, "B", "labels") == labels


def test_what_is_newer_on_one_side_alone_is_no_conflict(world) -> None:
    """An estimate would be held."""
    world.remotes["A"] = world.make_remote("A")
    world.order = "ABC"
    world.settle()
    item = world.item("C1")
    world.edits(item, "A", estimate=world.people.number("estimate"))
    world.settle()
    newer = world.people.number("estimate")
    world.edits(item, "A", estimate=newer)
    world.restore(None)
    world.settle(resolving=False)
    assert not [c for c in world.store.conflicts.all() if c.clash.field == "estimate"]
    assert world.value(item, "C", "estimate") == newer
    assert violations(world) == []


def test_an_edit_that_our_last_write_met_is_told_of(world) -> None:
    """The database that was to verify that write is lost; the change log shows what it replaced."""
    item = world.item("C1")
    world.edits(item, "C", title=world.people.token("title"))
    world.wait()
    theirs = world.people.token("title")

    def once_it_is_sent() -> None:
        if world.store.intents.in_state("sent"):
            world.choke.agitation = 0.0
            world.remotes["B"].person_edits(world.thing(item, "B"), title=theirs)
            world.choke.crash_at = world.choke.steps + 3

    world.choke.agitate, world.choke.agitation = once_it_is_sent, 1.0
    world.run()
    world.choke.crash_at = None
    world.restore(None)
    world.settle()
    assert violations(world) == []
    assert theirs in [c.clash.value for c in world.store.conflicts.all()]


@pytest.mark.parametrize("met", [False, True])
def test_an_edit_made_here_that_reached_one_side_only_goes_on_or_is_told_of(world, met) -> None:
    """Where a person wrote elsewhere it yields: it stands in our name, and nobody can know whose it was."""
    item, ours = world.item("C1"), world.people.token("title")
    world.remotes["C"].down = True
    world.edit_here(item, "title", ours)
    world.runs(2)
    assert world.value(item, "B", "title") == ours
    if met:
        world.edits(item, "C", title=world.people.token("title"))
    world.restore(None)
    world.remotes["C"].down = False
    world.settle()
    if not met:
        assert world.shown(item, "title") == [ours] * 2
        return
    assert ours in [c.clash.value for c in world.store.conflicts.all()]


def test_lost_twice_within_a_minute_nothing_is_made_twice(world) -> None:
    for _ in range(2):
        world.people.new_ticket(world.remotes["C"])
        world.wait(20 * SECOND)
        world.run()
        world.restore(None)
    world.settle()
    assert violations(world) == []
    assert len(world.remotes["B"].live(Kind.TICKET)) == len(world.remotes["C"].live(Kind.TICKET))
