"""A budget of our own: so many requests an hour."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pmhub.http.hourly import HOUR, Hourly

NOW = 1_800_000_000_000


def test_the_next_request_leaves_as_the_oldest_of_the_hour_does() -> None:
    hourly = Hourly(2, [NOW - HOUR + 7, NOW - 5])
    assert hourly.take(NOW) == NOW + 7
    assert hourly.take(NOW + 7) == NOW + 7
    assert hourly.take(NOW + 8) == NOW - 5 + HOUR


def test_what_an_earlier_process_asked_beyond_a_smaller_budget_is_waited_for() -> None:
    hourly = Hourly(1, [NOW - 30, NOW - 20, NOW - 10])
    assert hourly.take(NOW) == NOW - 10 + HOUR
    assert hourly.asked() == [NOW - 30, NOW - 20, NOW - 10]


@given(st.integers(1, 4), st.lists(st.integers(0, HOUR), max_size=40))
def test_no_hour_holds_more_than_its_budget(limit: Any, pauses: Any) -> None:
    hourly, now, left = Hourly(limit), NOW, []
    for pause in pauses:
        now += pause
        while (moment := hourly.take(now)) > now:
            now = moment
        left.append(now)
        assert len([each for each in left if now - HOUR < each]) <= limit
