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
