"""Jira's ways to write a moment or a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

EARLIEST: Final = 100_000_000_000  # 1973 in milliseconds, the year 5138 in seconds


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
