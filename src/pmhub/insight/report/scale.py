"""Places on charts: days and counts as percent of a width or a height."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from pmhub.model.lean import dataclass


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Days:
    """From one day to another, both in view."""

    start: date
    end: date

    def place(self, day: date) -> float:
        """In percent, held inside the view."""
        whole = max(1, (self.end - self.start).days)
        return round(min(100.0, max(0.0, 100 * (day - self.start).days / whole)), 2)

    def months(self, most: int = 9) -> list[Tick]:
        """The first days of months, of every second or third where they would stand too close."""
        firsts = [day for day in _firsts(self.start, self.end) if day > self.start]
        every = next((step for step in (1, 2, 3, 6, 12) if len(firsts) <= most * step), 24)
        kept = [day for day in firsts if (day.month - 1) % min(every, 12) == 0]
        return [Tick(self.place(day), f"{day:%b ’%y}" if day.month == 1 else f"{day:%b}") for day in kept]


def _firsts(start: date, end: date) -> Iterable[date]:
    day = start.replace(day=1)
    while day <= end:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def day_of(at: int) -> date:
    """`at`: milliseconds since the epoch."""
    return datetime.fromtimestamp(at / 1000, UTC).date()


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def share(part: float, whole: float) -> float:
    """In percent; of nothing, nothing."""
    return round(100 * part / whole, 2) if whole else 0.0
