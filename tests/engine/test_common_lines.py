"""Lines that both sides have beside a line that one of them replaced stand there once."""

from __future__ import annotations

import pytest

from pmhub.engine.text import merge_texts

BASE = "head\nmiddle\ntail"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ("head\none\nother\ntwo\ntail", "head\none\nmiddle\ntwo\ntail", "head\none\nother\ntwo\ntail"),
        ("head\none\nother\ntail", "head\nother\ntail", "head\none\nother\ntail"),
        ("head\none\nboth\ntail", "head\nboth\ntwo\ntail", "head\none\nboth\ntwo\ntail"),
        ("head\none\ntwo\ntail", "head\nmiddle\ntail", "head\none\ntwo\ntail"),
    ],
)
def test_a_line_that_both_have_is_kept_once(ours, theirs, merged) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = merge_texts(BASE, one, other, theirs_win=False)
        assert (found.text, found.lost) == (merged, ())


def test_a_line_that_only_a_lossy_remote_weakened_stands_for_itself() -> None:
    """Its own base says whether a side kept a line; the other side's has other words for it."""
    ours, theirs = "**head**\none\nmiddle\ntail", "other\none\nmiddle\ntail"
    found = merge_texts("*head*\nmiddle\ntail", ours, theirs, theirs_win=False, our_base="**head**\nmiddle\ntail")
    assert found.text == "other\none\nmiddle\ntail"


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ("a\nb\nc\nd", "a\nx\nc\nd\ny\nz", "a\nb\nc\ny\nz"),
        ("a\nb\nc", "n\na\no\np\nq\nr\ns\nt", "n\na\no\nb\nu\np\ns\nt"),
        ("a", "a\nb", "b"),
    ],
)
def test_what_both_put_in_once_in_places_of_their_own_is_kept_once(base, ours, theirs) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        lines = merge_texts(base, one, other, theirs_win=True).text.split("\n")
        assert len(lines) == len(set(lines))
        assert set(ours.split("\n")) & set(theirs.split("\n")) <= set(lines)


def test_a_line_that_one_side_put_in_twice_stays_twice() -> None:
    assert merge_texts("a\nb", "x\na\nx\nb", "x\na\nb", theirs_win=False).text.count("x") == 2


def test_blank_lines_are_no_common_words() -> None:
    assert merge_texts("a\nb\nc", "a\n\nb\nc", "a\nb\n\nc", theirs_win=False).text == "a\n\nb\n\nc"
