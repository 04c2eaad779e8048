"""Which item is a thing that nobody has bound yet: every case, by its signs."""

from __future__ import annotations

import pytest

from pmhub.engine.bind import Binding, Knowledge, Stray, decide, names

A_PERSONS = Stray(by_us=False, marked=None, own="own")
OURS = Stray(by_us=True, marked="marked", own="own")
A_NAMESAKE = Stray(by_us=False, marked=None, own="own", namesake="namesake")


def known(*, taken: bool = False, left: bool = False) -> Knowledge:
    return Knowledge(known=True, taken=taken, all_swept=False, left=left)


def unknown(*, all_swept: bool = False) -> Knowledge:
    return Knowledge(known=False, taken=False, all_swept=all_swept)


@pytest.mark.parametrize(
    ("stray", "knowledge", "binding"),
    [
        (A_PERSONS, unknown(), Binding.NEW),
        (A_PERSONS, known(), Binding.JOIN),
        (A_PERSONS, known(taken=True), Binding.DUPLICATE),
        (OURS, unknown(), Binding.WAIT),
        (OURS, unknown(all_swept=True), Binding.REBUILD),
        (OURS, known(), Binding.ADOPT),
        (OURS, known(taken=True), Binding.DUPLICATE),
        (OURS, known(taken=True, left=True), Binding.ADOPT),
        (A_PERSONS, known(taken=True, left=True), Binding.DUPLICATE),
        (A_NAMESAKE, known(), Binding.JOIN),
    ],
)
def test_what_becomes_of_a_thing_nobody_has_bound(stray, knowledge, binding) -> None:
    assert decide(stray, knowledge) is binding


def test_a_marker_is_believed_only_of_what_we_made() -> None:
    assert names(Stray(by_us=False, marked="marked", own="own")) == "own"
    assert names(OURS) == "marked"


def test_a_marker_says_more_than_a_name() -> None:
    assert names(Stray(by_us=True, marked="marked", own="own", namesake="namesake")) == "marked"
    assert names(A_NAMESAKE) == "namesake"
