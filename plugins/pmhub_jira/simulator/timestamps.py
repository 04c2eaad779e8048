"""Epoch milliseconds and the ways Jira writes a moment."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


def zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


@lru_cache(maxsize=200_000)
def stamp(milliseconds: int, time_zone: str = "UTC") -> str:
    """Like 2026-11-22T10:00:00.123+0000: not RFC 3339, the offset has no colon."""
    moment = datetime.fromtimestamp(milliseconds // 1000, zone(time_zone))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}{moment:%z}"


def day(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d")


def is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC))
    except ValueError:
        return False
