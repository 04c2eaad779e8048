"""After a lost database: how a copy and its source stood when they last agreed, by their change logs alone."""

from __future__ import annotations

from pmhub.engine.lost_base import Past, last_as_ours, last_in_step, overwritten, perhaps_written_over, unseen_since
from pmhub.engine.state import Clash, Side
from pmhub.engine.verify import Entry, said_alike
from pmhub.model.kinds import Kind
from pmhub.model.records import ABSENT

PLAIN = Side("plain", Kind.TICKET, frozenset({"title", "body", "labels", "status"}), dict)


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


def test_as_before_for_a_moment_is_not_how_they_last_agreed() -> None:
    """The copy was made before the source had b; we passed b on when the source had just lost it again."""
    source = past("labels", ("a",), (5, ("a",), ("a", "b"), False), (9, ("a", "b"), ("a",), False))
    copy = Past({"labels": ("a", "b")}, [Entry("labels", ("a",), ("a", "b"), by_us=True, at=10)], born=6)
    assert last_in_step(PLAIN, source, copy) == ({"labels": ("a", "b")}, {"labels": ("a", "b")})


def test_what_we_passed_on_with_more_beside_it_is_known_to_both() -> None:
    """They were never the same: `waits` has not reached the copy."""
    source = past("labels", ("told", "waits"), (5, (), ("waits",), False), (9, ("waits",), ("told", "waits"), True))
    copy = past("labels", (), (6, (), ("told",), False), (12, ("told",), (), False))
    assert last_in_step(PLAIN, source, copy) == ({"labels": ("told",)}, {"labels": ("told",)})


def test_lines_that_we_passed_on_with_more_beside_them_are_known_to_both() -> None:
    before, wrote = "head\nmore\ntail", "new\nmore\ntail"
    source = past("body", wrote, (5, "head\ntail", before, False), (9, before, wrote, True))
    copy = past("body", "newer\ntail", (6, "head\ntail", "new\ntail", False), (12, "new\ntail", "newer\ntail", False))
    assert last_in_step(PLAIN, source, copy) == ({"body": "new\ntail"}, {"body": "new\ntail"})


def test_what_was_taken_back_just_before_we_passed_it_on_was_passed_on() -> None:
    """That the source says nothing more by then is in any write of ours: it explains none."""
    source = past("labels", (), (5, (), ("told",), False), (9, ("told",), (), False))
    copy = past("labels", ("mine", "told"), (6, (), ("mine",), False), (12, ("mine",), ("mine", "told"), True))
    assert last_in_step(PLAIN, source, copy) == ({"labels": ("told",)}, {"labels": ("told",)})


def test_what_a_person_put_back_is_not_what_we_passed_on() -> None:
    """Only a write of ours that came later can have told it."""
    source = past("labels", ("told", "waits"), (5, (), ("waits",), False), (9, ("waits",), ("told", "waits"), True))
    copy = past("labels", ("late",), (6, (), ("told",), False), (12, ("told",), ("late",), False))
    assert last_in_step(PLAIN, source, copy) == ({"labels": ("told",)}, {"labels": ("told",)})


def test_what_the_log_ends_on_and_nobody_has_seen_is_unseen() -> None:
    """Where the log does not tell the value, nothing is known to be unseen."""
    log = [Entry("title", "one", "two", by_us=False, at=5), Entry("labels", ABSENT, ABSENT, by_us=False, at=9)]
    assert unseen_since(Kind.TICKET, {"title": "one", "labels": ()}, log) == 5
    assert unseen_since(Kind.TICKET, {"title": "two", "labels": ()}, log) is None
    assert unseen_since(Kind.TICKET, {"labels": ()}, log) is None


def test_what_both_never_had_has_no_base() -> None:
    assert last_in_step(PLAIN, past("title", "one"), past("title", "made here")) == ({}, {})


def test_where_a_person_went_on_from_what_we_wrote_that_is_the_base() -> None:
    """The server had changed it unasked, so that the two were never the same."""
    copy = past("title", "theirs", (5, "Ship it", "theirs", False))
    assert last_in_step(PLAIN, past("title", "Ship it!"), copy) == ({"title": "Ship it!"}, {"title": "Ship it"})


def test_what_changed_just_before_we_wrote_may_be_what_we_wrote() -> None:
    """And a person went on from it, unless the source moved again."""
    copy = Past({"title": "theirs"}, [Entry("title", "Ship it", "theirs", by_us=False, at=12)], born=9)
    just_changed = past("title", "Ship it!", (5, "old", "Ship it!", False))
    moved_since = past("title", "new", (5, "old", "Ship it!", False), (10, "Ship it!", "new", False))
    for source, found in ((just_changed, ["title"]), (moved_since, [])):
        base = last_in_step(PLAIN, source, copy)
        assert base == ({}, {"title": "Ship it"})
        assert perhaps_written_over(source, copy, *base) == found


def test_words_of_a_third_side_were_added_to_what_the_source_held_when_the_copy_was_made() -> None:
    """That side may be gone: with the copy as its base they would be replaced by the older text of the source."""
    source = past("body", "a\nnew\nb", (5, "a\nb", "a\nnew\nb", False))
    copy = Past({"body": "told\nb"}, [], born=9)
    assert last_in_step(PLAIN, source, copy) == ({"body": "a\nb"}, {"body": "a\nb"})
    of_its_own_words = Past({"body": "b"}, [], born=9)
    assert last_in_step(PLAIN, source, of_its_own_words) == ({"body": "b"}, {"body": "b"})


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
