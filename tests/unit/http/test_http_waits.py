"""How long a server asks us to wait."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmhub.http import waits

NOW = 1_800_000_000_000  # Fri, 15 Jan 2027 08:00:00 GMT
DATE = {"date": "Fri, 15 Jan 2027 08:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7_000),
        ({"retry-after": " 7 "}, 7_000),
        ({"retry-after": "1.5"}, 1_500),
        ({"retry-after": "0"}, 1_000),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"}, 30_000),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 1_000),
        ({"retry-after": "999999999999"}, waits.LONGEST),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000090"}, 90_000),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "1800000090"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90"}, 90_000),
        ({"x-ratelimit-reset": "2027-01-15T08:01Z"}, 60_000),
        ({"x-ratelimit-reset": "2027-01-15T08:00:05.000+0000"}, 5_000),
        ({"x-ratelimit-reset": "2027-01-15T08:00Z"}, None),
        ({"x-ratelimit-reset": "2027-01-15T09:01"}, 3_660_000),
        ({"x-ratelimit-reset": "tomorrow"}, None),
        ({"retry-after": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000090"}, 3_000),
        ({}, None),
    ],
)
def test_a_wait_is_what_the_headers_name(headers: dict[str, str], expected: Any) -> None:
    assert waits.stated(headers, NOW) == expected


def test_a_point_in_time_is_read_against_the_servers_own_clock() -> None:
    an_hour_fast = NOW + 3_600_000
    headers = {**DATE, "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000090"}
    assert waits.stated(headers, an_hour_fast) == 90_000


def test_a_date_from_a_cache_tells_no_time() -> None:
    assert waits.server_now({**DATE, "age": "30"}) is None
    assert waits.server_now(DATE) == NOW


def test_guesses_grow_from_a_minute_to_a_cap() -> None:
    assert [waits.guessed(strikes) for strikes in (1, 2, 3, 4, 5, 99)] == [
        60_000,
        120_000,
        240_000,
        480_000,
        900_000,
        900_000,
    ]


@pytest.mark.parametrize(
    ("status", "headers", "message", "expected"),
    [
        (429, {}, "", True),
        (403, {"retry-after": "1"}, "", True),
        (403, {"x-ratelimit-remaining": "0"}, "", True),
        (403, {"ratelimit-reason": "burst"}, "", True),
        (403, {}, "You have exceeded a secondary rate limit.", True),
        (403, {"x-ratelimit-remaining": "9"}, "Resource not accessible", False),
        (404, {"retry-after": "1"}, "", False),
    ],
)
def test_a_limit_is_told_from_a_refusal(status: int, headers: dict[str, str], message: str, expected: Any) -> None:
    assert waits.is_limit(status, headers, message) is expected


def test_a_query_that_was_done_in_part_is_not_limited() -> None:
    errors = [{"type": "RATE_LIMITED"}]
    assert waits.is_graphql_limit({"data": None, "errors": errors})
    assert not waits.is_graphql_limit({"data": {"a": 1}, "errors": errors})
    assert not waits.is_graphql_limit([1])


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining", "date", "age"]), st.text()
    )
)
def test_no_header_breaks_the_reading(headers: dict[str, str]) -> None:
    wait = waits.stated(headers, NOW)
    assert wait is None or 1_000 <= wait <= waits.LONGEST
    assert 0 <= waits.retry_after(headers, NOW) <= waits.LONGEST / 1000
