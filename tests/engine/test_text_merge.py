"""Texts merge by lines and the gaps between them."""

from __future__ import annotations

import time

import pytest

from pmhub.engine.text import merge_texts

BASE = "one\ntwo\nthree"
SECONDS = 5


@pytest.mark.parametrize("theirs_win", [True, False])
@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (BASE, "one\n2\nthree", "one\n2\nthree"),
        ("1\ntwo\nthree", "one\ntwo\n3", "1\ntwo\n3"),
        ("one\ntwo\nthree\nfour", "one\ntwo\n3", "one\ntwo\n3\nfour"),
        ("zero\none\ntwo\nthree", "1\ntwo\nthree", "zero\n1\ntwo\nthree"),
        ("one\ntwo\nours\nthree", "one\ntwo\ntheirs\nthree", "one\ntwo\nours\ntheirs\nthree"),
        ("one\ntwo\nboth\nthree", "one\ntwo\nboth\nthree", "one\ntwo\nboth\nthree"),
        ("one\nthree", "one\n2\nthree", "one\n2\nthree"),
        ("one\n2\nthree", "one\nthree", "one\n2\nthree"),
        ("one\nthree", "one\nthree", "one\nthree"),
        ("", "one\ntwo\nthree\nfour", "four"),
        ("1\n2\n3", BASE, "1\n2\n3"),
    ],
)
def test_what_does_not_touch_the_same_line_needs_no_winner(ours, theirs, merged, theirs_win) -> None:
    result = merge_texts(BASE, ours, theirs, theirs_win=theirs_win)
    assert (result.text, result.lost) == (merged, ())


@pytest.mark.parametrize(("theirs_win", "kept", "lost"), [(True, "theirs", "ours"), (False, "ours", "theirs")])
def test_one_line_replaced_on_both_sides_goes_to_the_winner_alone(theirs_win, kept, lost) -> None:
    result = merge_texts(BASE, "one\nours\nthree", "1\ntheirs\nthree", theirs_win=theirs_win)
    assert (result.text, result.lost) == (f"1\n{kept}\nthree", (lost,))


def test_a_line_that_says_the_same_keeps_our_form() -> None:
    result = merge_texts("a\nb", "**a**\nb", "__a__\nb\nc", theirs_win=True)
    assert result.text == "**a**\nb\nc"


def test_a_line_that_a_lossy_remote_only_weakened_did_not_move_here() -> None:
    base, ours = "*head*\ntail", "**head**\ntail"
    changed = merge_texts(base, ours, "another head\ntail", theirs_win=False, our_base=ours)
    assert (changed.text, changed.lost) == ("another head\ntail", ())
    beside = merge_texts(base, f"{ours}\nmine", "*head*\nother", theirs_win=True, our_base=ours)
    assert (beside.text, beside.lost) == ("**head**\nother\nmine", ())


def test_a_remote_that_changed_the_number_of_lines_is_compared_with_its_own_words_alone() -> None:
    result = merge_texts("one two", "one\ntwo\nthree", "one two", theirs_win=True, our_base="one\ntwo")
    assert (result.text, result.lost) == ("one\ntwo\nthree", ())


def test_a_long_text_of_one_line_repeated_merges_at_once() -> None:
    base = "*\n" * 32_000
    ours, theirs = "mine\n" + base, base + "theirs"
    began = time.process_time()
    merged = merge_texts(base, ours, theirs, theirs_win=True)
    assert time.process_time() - began < SECONDS
    assert merged.text.startswith("mine\n*")
    assert merged.text.endswith("*\ntheirs")
    assert merged.lost == ()


def test_edits_all_over_a_long_text_of_repeated_lines_are_kept() -> None:
    lines = ["- [ ] same", *["text"] * 5] * 500
    ours, theirs = list(lines), list(lines)
    ours[7], theirs[2_400] = "changed here", "changed there"
    merged = merge_texts("\n".join(lines), "\n".join(ours), "\n".join(theirs), theirs_win=False)
    assert merged.text.count("changed here") == merged.text.count("changed there") == 1
    assert merged.lost == ()
