"""Jira's ways to write a moment or a day, and when an answer came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

EARLIEST: Final = 100_000_000_000  # 1973 in milliseconds, the year 5138 in seconds


class AnswerTimes:
    """Server times of answers, in milliseconds, each later than the one before: what tells the states of a thing apart that
    has no time of change of its own. `clock` gives the server's time.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._last = 0

    def __call__(self) -> int:
        self._last = max(self._last + 1, self._clock())
        return self._last


def milliseconds(moment: Any) -> int:  # noqa: ANN401 - JSON
    """From `2026-11-22T10:00:00.123+0000`; 0 stands for none.

    The example of the bulk change log shows a number, and one of seconds [D]: whatever is too small for milliseconds is.
    """
    if isinstance(moment, int | float):
        return round(moment if moment >= EARLIEST else moment * 1000)
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1000)
    except (TypeError, ValueError):
        return 0


def day(text: str | None) -> str | None:
    """An ISO date from text that starts with one, or None."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None
