"""A plan may be minutes old when it is carried out: does its target still stand as the plan believed?"""

from __future__ import annotations

from pmhub.engine.plan import still_valid
from pmhub.engine.state import Side
from pmhub.model.kinds import Kind

SIDE = Side("one", Kind.TICKET, frozenset({"title", "estimate"}), dict)


def test_what_stands_as_it_was_agreed_may_be_written_over() -> None:
    assert still_valid(SIDE, {"title": "old"}, {"title": "old", "estimate": 3.0})


def test_what_somebody_changed_since_may_not() -> None:
    assert not still_valid(SIDE, {"title": "old"}, {"title": "theirs"})


def test_where_nothing_was_ever_agreed_only_emptiness_may_be_written_over() -> None:
    assert still_valid(SIDE, {"estimate": None}, {"estimate": None})
    assert not still_valid(SIDE, {"estimate": None}, {"estimate": 5.0})


def test_a_field_that_the_target_does_not_tell_says_nothing() -> None:
    assert still_valid(SIDE, {"title": "old"}, {"estimate": 5.0})
