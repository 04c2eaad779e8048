"""Turning a run round, over values alone."""

from __future__ import annotations

from pmhub.engine.state import Item
from pmhub.engine.undo import CREATED, GONE, HELD, LEARNED, TOUCHED, LeftAlone, Reversal, Step, reverse
from pmhub.model.kinds import Kind


def item(**record) -> Item:
    return Item("one", Kind.TICKET, record, {})


def took(before, after, field="title", *, learned=False) -> Step:
    return Step("one", "A", "absorb", field, before, after, learned)


def wrote(before, after, field="title", remote="B") -> Step:
    return Step("one", remote, "update", field, before, after)


def reversed_(steps, now, earlier=None, held=()):
    return reverse(steps, earlier or {}, {"one": now} if now else {}, held)


def test_a_value_nobody_touched_goes_back() -> None:
    found = reversed_([took("old", "new"), wrote("old", "new")], item(title="new"))
    assert found.rows == (Reversal("one", "title", "new", "old"),)
    assert found.left == ()


def test_a_value_that_only_looks_different_was_not_touched() -> None:
    found = reversed_([took("old", "new title")], item(title="new  title "))
    assert [row.back for row in found.rows] == ["old"]


def test_a_value_that_was_changed_since_is_left_alone() -> None:
    found = reversed_([took("old", "new")], item(title="newer"))
    assert (found.rows, found.left) == ((), (LeftAlone("one", "title", TOUCHED),))


def test_two_moves_in_one_run_go_back_to_the_first() -> None:
    found = reversed_([took("old", "newer"), took("newer", "newest")], item(title="newest"))
    assert found.rows == (Reversal("one", "title", "newest", "old"),)


def test_what_was_created_is_left_alone_with_all_that_followed_it() -> None:
    steps = [Step("one", "B", "create", "title", None, "new"), wrote("todo", "doing", "status")]
    found = reversed_(steps, item(title="new", status="doing"))
    assert (found.rows, found.left) == ((), (LeftAlone("one", "", CREATED),))


def test_a_created_copy_does_not_keep_what_the_item_took_in_from_going_back() -> None:
    steps = [took("old", "new"), Step("one", "B", "create", "title", None, "new")]
    found = reversed_(steps, item(title="new"))
    assert [row.back for row in found.rows] == ["old"]


def test_a_run_that_only_delivered_gives_back_what_the_item_had() -> None:
    """The remote is coarser: what it showed before is not what the item was."""
    earlier = {("one", "status"): [took("review", "done", "status")]}
    found = reversed_([wrote("doing", "done", "status")], item(status="done"), earlier)
    assert found.rows == (Reversal("one", "status", "done", "review"),)


def test_a_run_that_only_delivered_what_nobody_remembers_gives_back_what_the_remote_had() -> None:
    found = reversed_([wrote("old", "new")], item(title="new"))
    assert found.rows == (Reversal("one", "title", "new", "old"),)


def test_a_value_that_replaced_none_is_left_alone() -> None:
    found = reversed_([took(None, "2026-01-01", "due", learned=True)], item(due="2026-01-01"))
    assert (found.rows, found.left) == ((), (LeftAlone("one", "due", LEARNED),))


def test_a_value_that_was_empty_goes_back_to_empty() -> None:
    found = reversed_([took((), ("shop",), "labels")], item(labels=("shop",)))
    assert found.rows == (Reversal("one", "labels", ("shop",), ()),)


def test_a_field_where_a_conflict_waits_is_left_alone() -> None:
    found = reversed_([took("old", "new")], item(title="new"), held={("one", "title")})
    assert found.left == (LeftAlone("one", "title", HELD),)


def test_an_item_that_is_no_more_is_left_alone() -> None:
    assert reversed_([took("old", "new")], None).left == (LeftAlone("one", "title", GONE),)


def test_an_undo_and_its_own_undo_meet() -> None:
    first = reversed_([took("old", "new")], item(title="new")).rows[0]
    again = reversed_([took(first.now, first.back)], item(title=first.back)).rows[0]
    assert (again.now, again.back) == ("old", "new")
