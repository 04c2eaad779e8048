"""Jira's ways to write a moment or a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any


def milliseconds(moment: Any) -> int:  # noqa: ANN401 - JSON
    """From `2026-11-22T10:00:00.123+0000`; a number is taken for epoch milliseconds, and 0 stands for none."""
    if isinstance(moment, int | float):
        return int(moment)
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
