"""The roadmap on a time line, and as a board of now, next and later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pmhub.insight.picture import Picture
from pmhub.insight.progress import HORIZONS, Goal, goals
from pmhub.insight.report.listing import Listing, first
from pmhub.insight.report.scale import Days, Tick, day, day_of, share
from pmhub.model.ci import State
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category

MOST_GOALS, MOST_CARDS, MOST_BLOCKED = 30, 8, 2
NO_DATE = timedelta(days=45)
"""How far beyond today a goal is drawn of which nobody said when it ends."""
BEFORE, AFTER = timedelta(days=550), timedelta(days=730)
"""What lies farther from today is drawn at the edge."""


@dataclass(frozen=True)
class Bar:
    """In percent of the time line; `done` and `doing` of the bar's own place. `open_end`: nobody said when it ends."""

    x: float
    width: float
    done: float
    doing: float
    open_end: bool


@dataclass(frozen=True)
class Row:
    """`blocked`: what waits for what."""

    goal: Goal
    bar: Bar
    late: str
    blocked: Listing[str]


@dataclass(frozen=True)
class Counts:
    """Of goals that are not done yet. `latest`: the title of the one that is late by most days."""

    open: int
    late: int
    failing: int
    latest: str


@dataclass(frozen=True)
class Roadmap:
    rows: Listing[Row]
    ticks: Sequence[Tick]
    today: float
    board: Sequence[tuple[str, Listing[Row]]]
    counts: Counts


def roadmap(picture: Picture) -> Roadmap:
    found = goals(picture)
    now = day(picture.today) or date.min
    view = _view(picture, found, now)
    rows = [Row(goal, _bar(picture, goal, view), _late(picture, goal), _blocked(picture, goal)) for goal in found]
    board = [(horizon, first(MOST_CARDS, (r for r in rows if r.goal.horizon == horizon))) for horizon in HORIZONS]
    return Roadmap(
        rows=first(MOST_GOALS, rows),
        ticks=view.months(),
        today=view.place(now),
        board=board,
        counts=_counts([row for row in rows if row.goal.category is not Category.DONE]),
    )


def _view(picture: Picture, found: Sequence[Goal], now: date) -> Days:
    days = [each for goal in found for each in (_start(picture, goal), day(goal.target)) if each]
    return Days(
        max(min([*days, now - timedelta(days=30)]), now - BEFORE),
        min(max([*days, now + timedelta(days=60)]) + timedelta(days=10), now + AFTER),
    )


def _start(picture: Picture, goal: Goal) -> date | None:
    """Where nobody said when it begins, it began when it was written down."""
    created = picture.created(goal.item)
    return day(goal.start) or (day_of(created) if created else None)


def _bar(picture: Picture, goal: Goal, view: Days) -> Bar:
    target = day(goal.target)
    x = view.place(_start(picture, goal) or view.start)
    end = view.place(target or max(day(picture.today) or view.start, view.start) + NO_DATE)
    items = goal.rollup.items
    return Bar(
        x=min(x, end),
        width=max(round(end - x, 2), 1.5),
        done=share(items.done, items.total),
        doing=share(items.doing, items.total),
        open_end=target is None,
    )


def _late(picture: Picture, goal: Goal) -> str:
    slip = goal.rollup.slip
    if slip is None:
        return ""
    days = f"{slip.days} {'day' if slip.days == 1 else 'days'}"
    return f"{days} late" if slip.because is None else f"{days} late: {picture.key(slip.because)}"


def _blocked(picture: Picture, goal: Goal) -> Listing[str]:
    found = goal.rollup.blocked
    return first(MOST_BLOCKED, (f"{picture.key(each.item)} waits for {picture.key(each.by)}" for each in found))


def _counts(rows: Sequence[Row]) -> Counts:
    failing = sum(row.goal.rollup.state is State.NOK for row in rows)
    late = [goal for row in rows if (goal := row.goal).rollup.slip]
    latest = max(late, key=lambda goal: goal.rollup.slip.days if goal.rollup.slip else 0, default=None)
    return Counts(len(rows), len(late), failing, (latest.title or latest.key) if latest else "")
