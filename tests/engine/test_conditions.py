"""Conditions compare fields and do nothing else: whatever is written, reading one ends at once, and so does asking it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmhub.engine.conditions import LONGEST, NotACondition, parse

FIELDS = {"type": "bug", "labels": ("shop", "web"), "estimate": 3.0, "due": None, "title": "Pay"}
KNOWN = (*FIELDS, "priority")


def holds(text):
    return parse(text, KNOWN).holds(FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        "type == 'bug'",
        "type != 'story'",
        "'web' in labels",
        "'app' not in labels",
        "type in ('bug', 'task')",
        "estimate > 2 and estimate <= 3",
        "1 < estimate < 5",
        "not due",
        "due == None",
        "priority == None",
        "type == 'story' or title",
        "not (type == 'story' or 'app' in labels)",
        "'x' not in due",
    ],
)
def test_what_holds(text) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text", ["type == 'story'", "'app' in labels", "estimate < 'a'", "due > 1", "priority in labels", "title in due", "3 in title"]
)  # fmt: skip
def test_what_does_not_hold_among_it_what_cannot_be_compared(text) -> None:
    assert not holds(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour == 'red'", "`colour` is no field"),
        ("type =", "is no condition"),
        ("", "is no condition"),
        ("type.upper() == 'BUG'", "only compare"),
        ("len(labels) > 1", "only compare"),
        ("labels[0] == 'a'", "only compare"),
        ("9 ** 9 ** 9 == 1", "only compare"),
        ("'a' * 9999999", "only compare"),
        ("[x for x in labels]", "only compare"),
        ("(lambda: type)()", "only compare"),
        ("f'{type}' == 'bug'", "only compare"),
        ("type == b'bug'", "only compare"),
        ("(type := 'a')", "only compare"),
        ("import os", "is no condition"),
        ("type == 'a" + "a" * LONGEST + "'", "is longer"),
        (" or ".join(["due"] * 60), "too many parts"),
        ("not " * 110 + "type", "too many parts"),
    ],
)
def test_what_is_no_condition_is_told(text, told) -> None:
    with pytest.raises(NotACondition) as found:
        parse(text, KNOWN)
    assert told in str(found.value)


values = st.one_of(st.none(), st.text(max_size=5), st.floats(allow_nan=False), st.tuples(st.text(max_size=3)))
words = st.lists(
    st.sampled_from(
        ["type", "labels", "due", "==", "<", "in", "not", "and", "or", "(", ")", "'a'", "1", ",", ".x", "*"]
    ),
    max_size=9,
)


@settings(max_examples=500)
@given(words, st.fixed_dictionaries({"type": values, "labels": values, "due": values}))
def test_every_text_is_a_condition_that_can_be_asked_or_is_told_not_to_be(parts, fields) -> None:
    try:
        condition = parse(" ".join(parts), ("type", "labels", "due"))
    except NotACondition:
        return
    assert condition.holds(fields) in (True, False)
