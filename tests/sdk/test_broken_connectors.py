"""A connector with one mistake: the kit names the method and the rule, and what came instead."""

from __future__ import annotations

import broken_further
import pytest
from broken_connectors import MISTAKES
from new_plugin import Shelf, ShelfBench

from pmhub.sdk import Kind
from pmhub.testing.conformance import Unmet, ring
from pmhub.testing.conformance.suite import CHECKS, verdict

NAMED = {check.name: check for check in CHECKS}


def bench_of(connector):
    return type("Broken", (ShelfBench,), {"connector_type": connector})


@pytest.mark.parametrize("name", MISTAKES)
def test_the_kit_names_the_mistake(name):
    mistake = MISTAKES[name]
    found = verdict(NAMED[mistake.check], bench_of(mistake.connector), Kind.TICKET)
    assert isinstance(found, Unmet), f"{mistake.check} let it pass: {found!r}"
    assert found.method == mistake.method
    assert mistake.told in str(found)


@pytest.mark.parametrize("name", broken_further.MISTAKES)
def test_every_other_check_can_fail(name):
    mistake = broken_further.MISTAKES[name]
    found = verdict(NAMED[name], bench_of(mistake.connector), Kind.TICKET)
    assert isinstance(found, Unmet), f"{name} let it pass: {found!r}"
    assert found.method == mistake.method


UNTRIED = {
    "a_natural_key_is_taken_once",
    "a_refused_draft_stands_in_its_place",
    "what_we_made_is_taken_away",
    "what_a_person_made_is_not_taken_away",
}
"""A ticket has no natural key, the minimal connector creates one at a time, and comments alone are taken back: see
connectors/conformance/test_taking_back.py.
"""


def test_no_check_is_without_a_mistake():
    tried = {mistake.check for mistake in (*MISTAKES.values(), *broken_further.MISTAKES.values())}
    assert NAMED.keys() - tried == UNTRIED


@pytest.mark.parametrize("check", sorted({mistake.check for mistake in MISTAKES.values()}))
def test_the_same_check_passes_without_the_mistake(check):
    assert verdict(NAMED[check], ShelfBench, Kind.TICKET) is None


class ForgetsTitles(Shelf):
    """Every update goes well; titles are not in it."""

    def update(self, target, over, changes):
        kept = {name: value for name, value in changes.items() if name != "title"}
        return super().update(target, over, kept)


def test_the_ring_tells_of_a_card_that_is_made_twice():
    found = ring.killed(bench_of(MISTAKES["CreatesTwice"].connector), 0, None)
    assert any("duplicate" in told or "tickets of" in told for told in found), found


def test_the_ring_tells_of_an_edit_that_is_lost():
    found = [told for seed in range(4) for told in ring.killed(bench_of(ForgetsTitles), seed, None)]
    assert any("(title), which nobody replaced, is lost on yours" in told for told in found), found


def test_the_ring_has_nothing_to_tell_without_a_mistake():
    assert ring.killed(ShelfBench, 0, None) == []
