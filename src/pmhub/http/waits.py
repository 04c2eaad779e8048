"""How long a server asks us to wait, and for what. Pure: headers in, milliseconds out.

Rules: RFC 9110 10.2.3 (Retry-After), the X-RateLimit-* headers in use, and `RateLimit-Reason`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

LONGEST: Final = 24 * 3600 * 1000  # a longer request is taken for a mistake of the server
FIRST_GUESS: Final = 60_000
LONGEST_GUESS: Final = 15 * 60_000
EPOCH_AFTER: Final = 1_000_000_000  # smaller numbers are seconds from now, as in the RateLimit drafts
FORBIDDEN: Final = 403
TOO_MANY: Final = 429
SAYS_LIMIT: Final = re.compile(r"rate limit|secondary limit|abuse detection|too many requests", re.IGNORECASE)


def is_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether a 403 or 429 means "later" and not "no". Some servers tell on every answer that there is nothing to wait for."""
    if status == TOO_MANY:
        return True
    if status != FORBIDDEN:
        return False
    asks = headers.get("retry-after", "0").strip() != "0" or "ratelimit-reason" in headers
    return asks or remaining(headers) == 0 or SAYS_LIMIT.search(message) is not None


def is_graphql_limit(data: Any) -> bool:  # noqa: ANN401 - parsed JSON
    """GraphQL answers 200 and says so inside; with any data beside it, part of the request was done."""
    if not isinstance(data, dict) or data.get("data") or not isinstance(data.get("errors"), list):
        return False
    return any(isinstance(error, dict) and error.get("type") == "RATE_LIMITED" for error in data["errors"])


def remaining(headers: Mapping[str, str]) -> int | None:
    value = headers.get("x-ratelimit-remaining", "").strip()
    return int(value) if value.isdecimal() else None


def stated(headers: Mapping[str, str], now: int) -> int | None:
    """Milliseconds from now that the server asks for; None if it names no usable time. `now` is milliseconds, our clock.

    Points in time are read against the server's own Date header: our clock may be wrong.
    """
    reference = server_now(headers) or now
    wait = until_retry_after(headers.get("retry-after", ""), reference)
    if wait is None and not remaining(headers):
        wait = until_reset(headers.get("x-ratelimit-reset", "").strip(), reference)
    return None if wait is None else min(max(wait, 1000), LONGEST)


def guessed(strikes: int) -> int:
    """Milliseconds to wait after the n-th limit in a row that names no time."""
    doubled: int = FIRST_GUESS << min(max(strikes - 1, 0), 10)
    return min(doubled, LONGEST_GUESS)


def retry_after(headers: Mapping[str, str], now: int) -> float:
    """Seconds from now that a Retry-After names; 0.0 without one."""
    wait = until_retry_after(headers.get("retry-after", ""), server_now(headers) or now)
    return 0.0 if wait is None else min(max(wait, 0), LONGEST) / 1000


def until_retry_after(value: str, reference: int) -> int | None:
    value = value.strip()
    if re.fullmatch(r"\d{1,15}(\.\d+)?", value):
        return int(float(value) * 1000)
    point = http_date(value)
    return None if point is None else point - reference


def until_reset(value: str, reference: int) -> int | None:
    """Only a reset that lies ahead tells anything: one without seconds may name a minute that has begun."""
    if re.fullmatch(r"\d{1,15}", value):
        seconds = int(value)
        wait = seconds * 1000 - (reference if seconds >= EPOCH_AFTER else 0)
    else:
        point = iso_date(value)
        wait = 0 if point is None else point - reference
    return wait if wait > 0 else None


def http_date(value: str) -> int | None:
    """Milliseconds since the epoch."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - it costs start-up

    try:
        return milliseconds(parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError):
        return None


def iso_date(value: str) -> int | None:
    try:
        return milliseconds(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None


def milliseconds(point: datetime) -> int:
    aware = point if point.tzinfo else point.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def server_now(headers: Mapping[str, str]) -> int | None:
    """The server's clock, to the second; None where a cache may have answered with an old Date."""
    return None if headers.get("age", "0").strip() != "0" else http_date(headers.get("date", ""))
