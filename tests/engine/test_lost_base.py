"""After a lost database: how a copy and its source stood when they last agreed, by their change logs alone."""

from __future__ import annotations

from pmhub.engine.state import Clash, Side
from pmhub.engine.verify import Entry, Past, last_as_ours, last_in_step, overwritten, said_alike
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT

PLAIN = Side("plain", Kind.TICKET, frozenset({"title", "labels", "status"}), dict)


def past(field, now, *entries) -> Past:
    """Entries: (at, old, new, by_us)."""
    log = [Entry(field, old, new, by_us=by_us, at=at) for at, old, new, by_us in entries]
    return Past({field: now}, log, born=0)


def test_the_base_is_the_last_state_that_both_had() -> None:
    source = past("title", "three", (5, "one", "two", False), (9, "two", "three", False))
    copy = past("title", "two", (7, "one", "two", True))
    assert last_in_step(PLAIN, source, copy) == ({"title": "two"}, {"title": "two"})


def test_a_value_that_came_back_is_no_older_state() -> None:
    """The source went to two, which was delivered, and then back to one, which was not."""
    source = past("title", "one", (5, "one", "two", False), (9, "two", "one", False))
    copy = past("title", "two", (7, "one", "two", True))
    assert last_in_step(PLAIN, source, copy) == ({"title": "two"}, {"title": "two"})


def test_members_of_a_set_have_their_base_too() -> None:
    source = past("labels", ("a",), (5, ("a",), ("a", "b"), False), (9, ("a", "b"), ("a",), False))
    copy = past("labels", ("a", "b"), (7, ("a",), ("a", "b"), True))
    assert last_in_step(PLAIN, source, copy) == ({"labels": ("a", "b")}, {"labels": ("a", "b")})


def test_what_both_never_had_has_no_base() -> None:
    assert last_in_step(PLAIN, past("title", "one"), past("title", "made here")) == ({}, {})


def test_where_a_person_went_on_from_what_we_wrote_that_is_the_base() -> None:
    """The server had changed it unasked, so that the two were never the same."""
    copy = past("title", "theirs", (5, "Ship it", "theirs", False))
    assert last_in_step(PLAIN, past("title", "Ship it!"), copy) == ({"title": "Ship it!"}, {"title": "Ship it"})


def test_a_log_that_does_not_tell_the_values_tells_of_now_alone() -> None:
    source = past("title", "one")
    copy = past("title", "one", (5, ABSENT, ABSENT, True))
    assert last_in_step(PLAIN, source, copy) == ({"title": "one"}, {"title": "one"})


def test_an_edit_that_our_last_write_replaced_is_told_of_unless_the_source_had_it() -> None:
    copy = past("title", "ours", (5, "one", "theirs", False), (7, "theirs", "ours", True))
    knowing = past("title", "ours", (6, "one", "theirs", True), (7, "theirs", "ours", False))
    assert overwritten(PLAIN, copy, past("title", "ours")) == [Clash("title", "overwritten", "plain", "theirs")]
    assert overwritten(PLAIN, copy, knowing) == []


def test_a_copy_that_could_not_hold_the_field_when_it_was_made_has_no_base() -> None:
    """Else what a person wrote there first would silently replace what the source holds."""
    copy = past("title", "theirs", (5, None, "theirs", False))
    assert last_in_step(PLAIN, past("title", "ours"), copy) == ({}, {})


SHOUTS = Side(
    "shouts", Kind.TICKET, frozenset({"title"}), lambda fields: {k: str(v).upper() for k, v in fields.items()}
)


def test_where_the_source_is_gone_the_base_is_what_the_copy_last_had_of_the_item() -> None:
    """In the item's own words, so that what a coarse remote shows of them is no edit of ours."""
    copy = past("title", "THEIRS", (5, "OLD", "SHIP IT", True), (7, "SHIP IT", "THEIRS", False))
    assert last_as_ours(SHOUTS, {"title": "ship it"}, copy) == ({"title": "ship it"}, {"title": "SHIP IT"})
    assert last_as_ours(SHOUTS, {"title": "other"}, copy) == ({"title": "OLD"}, {"title": "OLD"})


def test_what_stands_where_our_create_was_sent_as_it_was_sent_is_nobodys_edit() -> None:
    """Where no marker and no author tell whether it is the thing we made: it may be what somebody made meanwhile."""
    sent, there = {"title": "Ship it", "status": "todo"}, {"title": "Ship it", "status": "done", "labels": ("a",)}
    assert said_alike(PLAIN, sent, there) == ({"title": "Ship it"}, {"title": "Ship it"})
