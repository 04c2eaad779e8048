"""When the next request may leave."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmhub.http import Budget, Pace, pace

NOW = 1_800_000_000_000


def test_a_budget_of_a_minute_frees_as_its_oldest_piece_leaves_the_minute() -> None:
    budget = Budget(per_minute=2, per_hour=500, spent=[NOW - 50_000, NOW - 10_000])
    assert budget.free_at(1, NOW) == NOW + 10_000
    assert budget.free_at(2, NOW) == NOW + 50_000


def test_a_budget_of_an_hour_binds_too() -> None:
    budget = Budget(per_minute=80, per_hour=3, spent=[NOW - 3_000_000, NOW - 2_000_000, NOW - 1_000_000])
    assert budget.free_at(1, NOW) == NOW + 600_000 + pace.LEEWAY


def test_a_batch_larger_than_the_budget_is_not_held_for_ever() -> None:
    assert Budget(per_minute=2).free_at(50, NOW) == NOW
    assert Budget(per_minute=2, spent=[NOW - 1_000]).free_at(50, NOW) == NOW + 59_000


@pytest.mark.parametrize(
    ("others", "taken", "left"),
    [(1, 49, 500), (1, 50, 480), (0, 400, 500), (3, 400, 440), (50, 400, 400)],
    ids=["needs little", "made a tenth", "is alone", "beside three", "beside many: a fifth at most"],
)
def test_who_made_much_of_an_hour_leaves_room_for_each_other(others: int, taken: int, left: int) -> None:
    assert pace.beside(Budget(per_hour=500), others, taken).per_hour == left


@given(st.integers(1, 5), st.lists(st.integers(1, 3), max_size=40))
def test_no_minute_holds_more_than_its_budget(limit: Any, batches: Any) -> None:
    budget, now, spent = Budget(per_minute=limit, per_hour=10_000), NOW, []
    for pieces in (min(batch, limit) for batch in batches):
        now = budget.free_at(pieces, now)
        budget.spend(pieces, now)
        spent += [now] * pieces
        assert len([moment for moment in spent if now - 60_000 < moment]) <= limit


def test_writes_keep_their_gap() -> None:
    gaps = Pace(write_gap=1.0)
    assert gaps.write_turn(NOW) == NOW
    gaps.wrote(NOW)
    assert gaps.write_turn(NOW + 300) == NOW + 1_000


def test_a_limit_holds_its_scope_and_no_other() -> None:
    held = Pace()
    here = pace.scopes("GET", "/things/{id}", "https://e.com/things/1")
    there = pace.scopes("POST", "/things", "https://e.com/things")
    held.limited(
        pace.scope_of("tracker-burst-based", "GET", "/things/{id}", "https://e.com/things/1"), {"retry-after": "9"}, NOW
    )
    assert held.free_at(here, NOW) == NOW + 9_000
    assert held.free_at(there, NOW) == NOW


def test_reasons_choose_the_scope() -> None:
    def scope(reason: Any) -> Any:
        return pace.scope_of(reason, "PUT", "/things/{id}", "https://e.com/things/1?x=1")

    assert scope("") == scope("global-app-quota") == pace.EVERYTHING
    assert scope("tracker-burst-based") == scope("something-new") == "PUT /things/{id}"
    assert scope("per-issue-on-write") == "/things/1"


def test_limits_without_a_time_grow_until_one_request_goes_well() -> None:
    held = Pace()
    scope = pace.EVERYTHING
    assert held.limited(scope, {}, NOW) == NOW + 60_000
    assert held.limited(scope, {}, NOW + 60_000) == NOW + 180_000
    held.went_well([scope])
    assert held.limited(scope, {}, NOW + 200_000) == NOW + 260_000
