"""What a lost database takes with it, and what markers and change logs give back: invariant I13."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pmhub.engine.state import HOLD, Policy
from pmhub.model.kinds import Kind
from pmhub.testing.choke import SECOND, Fault
from pmhub.testing.oracles import Expected, violations
from pmhub.testing.world import MINUTE, World, fresh


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


def test_a_line_of_a_ticket_that_is_gone_lives_on_in_the_copy_that_has_it(world) -> None:
    """The other copy is older, and nothing tells how these two stood: neither is written over the other."""
    item, remotes = world.item("C1"), world.remotes
    head, middle, tail = str(world.value(item, "C", "body")).split("\n")
    theirs, ours = world.people.token("body"), world.people.token("body")
    remotes["B"].down = True
    world.edits(item, "C", body=f"new {theirs}\n{middle}\n{tail}")
    world.edits(item, "B", body=f"{head}\nnew {ours}\n{middle}\n{tail}")
    world.runs(2)
    remotes["A"] = world.make_remote("A")
    world.order = "BCA"
    world.runs(2)
    remotes["C"].person_deletes(world.thing(item, "C"))
    remotes["B"].down = False
    world.restore(None)
    world.settle()
    assert violations(world, Expected(counts=False, values=False)) == []
    merged = f"new {theirs}\nnew {ours}\n{middle}\n{tail}"
    for name in "AB":
        assert merged in [held.fields["body"] for held in remotes[name].live(Kind.TICKET)]


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


# Edits that go on from what we wrote, which only the change logs tell.


@pytest.fixture
def prompt():
    """A world whose indexes show everything at once, but where they are told not to, and where B is written first."""
    with fresh(names="AB", order="BA", lag=1) as made:
        yield made


def _hide(world: World, item: str, name: str, since: int) -> None:
    """The index there does not show yet what came after its first `since` entries."""
    held = world.held(item, name)
    held.index[since:] = [(world.choke.now + 5 * MINUTE, shown) for _, shown in held.index[since:]]


def _told(world: World, field: str):
    return [c.clash.value for c in world.store.conflicts.all() if c.clash.field == field]


@pytest.mark.parametrize(("behind", "field"), [("A", "priority"), ("B", "priority"), ("A", "title"), ("B", "title")])
def test_who_goes_on_from_what_we_delivered_wins_whatever_the_index_shows(prompt, behind, field) -> None:
    """Neither is it undone nor, with a policy that names the side it came from, does the older value win."""
    world, item = prompt, prompt.item("A1")
    known = len(world.held(item, behind).index)
    delivered, newer = world.people.token(field), world.people.token(field)
    world.edits(item, "A", **{field: delivered})
    world.runs(1)
    world.edits(item, "B", **{field: newer})
    world.wait(MINUTE)
    _hide(world, item, behind, known)
    world.restore(None)
    world.run()
    assert world.shown(item, field) == [newer] * 2
    assert _told(world, field) == []
    world.settle()
    assert violations(world) == []


def test_what_was_edited_a_moment_before_the_loss_is_placed_a_run_later(prompt) -> None:
    """A direct read may show a replica that lags."""
    world, item = prompt, prompt.item("A1")
    known = len(world.held(item, "B").index)
    title = world.people.token("title")
    world.edits(item, "B", title=title)
    _hide(world, item, "B", known)
    world.restore(None)
    world.choke.tick = 1
    world.run()
    assert "memory:B" not in [bound.remote for bound in world.store.items.bound(item)]
    world.settle()
    assert world.shown(item, "title") == [title] * 2
    assert violations(world) == []


def test_an_edit_between_the_log_and_the_direct_read_is_an_edit(prompt) -> None:
    """A log that is older than what was seen would take it for what stood there from the beginning."""
    world, item = prompt, prompt.item("A1")
    known, label = len(world.held(item, "B").index), world.people.token("labels")
    world.edits(item, "B", title=world.people.token("title"))
    _hide(world, item, "B", known)
    world.wait(MINUTE)
    thing = world.thing(item, "B")
    labels = world.value(item, "B", "labels")

    def once_the_log_is_read() -> None:
        if " B read " in world.choke.log[-1]:
            world.choke.agitation = 0.0
            world.remotes["B"].person_edits(thing, labels=tuple(sorted([*labels, label])))

    world.restore(None)
    world.choke.agitate, world.choke.agitation = once_the_log_is_read, 1.0
    world.run()
    assert world.choke.agitation == 0.0
    world.settle()
    assert world.shown(item, "labels") == [tuple(sorted([*labels, label]))] * 2
    assert violations(world) == []


def _killed_once(world: World, it_happened: Callable[[], bool]) -> None:
    """A run that ends with the write after which this holds."""

    def act() -> None:
        if it_happened():
            world.choke.agitation, world.choke.crash_at = 0.0, world.choke.steps + 1

    world.wait()
    world.choke.agitate, world.choke.agitation = act, 1.0
    assert world.run()


def _body(world: World, item: str, name: str) -> list[str]:
    return str(world.value(item, name, "body")).split("\n")


@pytest.mark.parametrize("last", "AB")
def test_a_line_over_one_that_we_had_passed_on_is_no_clash(prompt, last) -> None:
    """The two texts were never the same: a line that A has got waits on B."""
    world, item = prompt, prompt.item("B1")
    passed_on, waits, newer, tail = (world.people.token("body") for _ in range(4))
    world.edits(item, "A", body="\n".join([passed_on, *_body(world, item, "A")[1:]]))
    head, *rest = _body(world, item, "B")
    world.remotes["B"].person_edits("B1", body="\n".join([head, waits, *rest]))
    _killed_once(world, lambda: passed_on in _body(world, item, "B"))
    assert waits not in _body(world, item, "A")
    edits = {
        "A": lambda: world.edits(item, "A", body="\n".join([newer, *_body(world, item, "A")[1:]])),
        "B": lambda: world.edits(item, "B", body="\n".join([*_body(world, item, "B")[:-1], tail])),
    }
    for name in sorted(edits, key=lambda name: name == last):
        world.wait()
        edits[name]()
    world.restore(None)
    world.settle()
    assert [_body(world, item, name) for name in "AB"] == [[newer, waits, rest[0], tail]] * 2
    assert _told(world, "body") == []
    assert [text for text in violations(world) if text.startswith("T")] == []


def test_a_label_taken_off_where_it_came_from_does_not_come_back_from_where_we_passed_it_on(prompt) -> None:
    """The two sets were never the same: a label that A has not got waits on B."""
    world, item = prompt, prompt.item("B1")
    labels = world.value(item, "B", "labels")
    passed_on, waits = world.people.token("labels"), world.people.token("labels")
    world.remotes["A"].person_edits(world.thing(item, "A"), labels=(*labels, passed_on))
    world.remotes["B"].person_edits("B1", labels=(*labels, waits))
    _killed_once(world, lambda: passed_on in world.value(item, "B", "labels"))
    world.wait()
    world.people.removed.add(passed_on)
    world.remotes["A"].person_edits(world.thing(item, "A"), labels=labels)
    world.restore(None)
    world.settle()
    assert world.shown(item, "labels") == [tuple(sorted([*labels, waits]))] * 2
    assert violations(world) == []


def test_a_label_taken_off_just_before_we_passed_it_on_does_not_come_back(prompt) -> None:
    """For a moment both sides are as they were when the copy was made, and that is not how they last agreed."""
    world, ticket = prompt, prompt.people.new_ticket(prompt.remotes["A"])
    labels, label = world.remotes["A"].things[ticket].fields["labels"], world.people.token("labels")

    def once_it_is_sent(then: Callable[[], None]) -> None:
        def act() -> None:
            if world.store.intents.in_state("sent"):
                world.choke.agitation = 0.0
                then()

        world.wait()
        world.choke.agitate, world.choke.agitation = act, 1.0
        world.run()

    once_it_is_sent(lambda: world.remotes["A"].person_edits(ticket, labels=(*labels, label)))
    world.people.removed.add(label)
    once_it_is_sent(lambda: world.remotes["A"].person_edits(ticket, labels=labels))
    assert label in world.value(world.item(ticket), "B", "labels")
    world.restore(None)
    world.settle()
    assert world.shown(world.item(ticket), "labels") == [labels] * 2
    assert violations(world) == []


def test_what_a_server_makes_of_a_value_that_is_sent_again_is_no_edit(world) -> None:
    """C drops the last mark of a title: nobody agreed on that, so the title is sent again, and C's log tells of no change."""
    title = world.value(world.item("B1"), "B", "title")
    assert str(title)[-1] == "!"
    for _ in range(2):
        world.restore(None)
        world.settle()
        assert world.value(world.item("B1"), "B", "title") == title


def test_where_it_cannot_be_known_what_we_wrote_the_later_wins_and_the_other_is_told(world) -> None:
    """B's edit may not have been what stands on C in C's words, and the policy names B: then it would undo C's."""
    item, ours, theirs = world.item("B1"), world.people.token("title"), world.people.token("title")
    world._policies = lambda: {"title": Policy("memory:B")}
    world.edits(item, "B", title=f"{ours}!")
    world.runs(1)
    assert world.value(item, "C", "title") == ours
    world.edits(item, "C", title=theirs)
    world.restore(None)
    world.settle()
    assert world.shown(item, "title") == [theirs] * 2
    assert f"{ours}!" in _told(world, "title")
    assert violations(world) == []


@pytest.mark.parametrize("noticed", [True, False])
@pytest.mark.parametrize("changed", ["body", "title"])
def test_what_was_passed_on_after_the_backup_is_nobodys_edit_once_it_is_restored(world, changed, noticed) -> None:
    """Else the word that a person has replaced would clash with the new one, and might win; and a hold be asked for."""
    world._policies = lambda: {"title": Policy(HOLD)}
    item, backup = world.item("C1"), world.backup()

    def somebody_edits(name: str, line: int) -> None:
        lines = str(world.value(item, name, changed)).split("\n")
        world.edits(item, name, **{changed: "\n".join([*lines[:line], world.people.token(changed), *lines[line:][1:]])})
        world.wait()

    somebody_edits("C", 0)
    world.settle()
    if changed == "body":
        somebody_edits("C", 0)
        somebody_edits("B", 2)
    else:
        somebody_edits("B", 0)
    world.restore(backup, noticed=noticed)
    world.settle(resolving=False)
    assert violations(world) == []
    assert [c.clash for c in world.store.conflicts.all()] == []
