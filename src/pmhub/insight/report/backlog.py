"""The backlog by state and by age, and how it grew and was worked off."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from pmhub.insight.picture import Picture
from pmhub.insight.report.listing import Link, Listing, first
from pmhub.insight.report.scale import Days, Tick, day, day_of, share
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category
from pmhub.store.reading import ItemRow

AGES = (
    (7, "under a week"),
    (30, "under a month"),
    (90, "1 to 3 months"),
    (180, "3 to 6 months"),
    (365, "6 to 12 months"),
)
OLDER = "over a year"
MOST_OLDEST, MOST_WORDS, STEPS = 8, 12, 40
LONGEST = timedelta(days=730)


@dataclass(frozen=True)
class AgeRow:
    """Open tickets of one age; `todo_width`, `doing_width` in percent of the largest row."""

    label: str
    todo: int
    doing: int
    todo_width: float
    doing_width: float


@dataclass(frozen=True)
class Resting:
    """A ticket in progress; `days` since its state last changed."""

    link: Link
    status: str
    days: int


@dataclass(frozen=True)
class BurnUp:
    """`made` and `done`: SVG paths in a field of 100 by 100, closed at the bottom. `top`: the count at full height."""

    made: str
    done: str
    top: int
    made_now: int
    done_now: int
    ticks: Sequence[Tick]
    since: str


@dataclass(frozen=True)
class Backlog:
    words: Listing[tuple[str, Category, int]]
    todo: int
    doing: int
    done: int
    ages: Sequence[AgeRow]
    oldest: Listing[Resting]
    burn_up: BurnUp | None

    @property
    def total(self) -> int:
        return self.todo + self.doing + self.done


def backlog(picture: Picture) -> Backlog:
    tickets = picture.of(Kind.TICKET)
    categories = {row.id: picture.category(row) for row in tickets}
    by_category = Counter(categories.values())
    words = Counter((str(row.record.get("status") or categories[row.id]), categories[row.id]) for row in tickets)
    order = list(Category)
    ranked = sorted(words.items(), key=lambda each: (order.index(each[0][1]), -each[1], each[0][0]))
    return Backlog(
        words=first(MOST_WORDS, ((word, category, number) for (word, category), number in ranked)),
        todo=by_category[Category.TODO],
        doing=by_category[Category.DOING],
        done=by_category[Category.DONE],
        ages=_ages(picture, [row for row in tickets if categories[row.id] is not Category.DONE], categories),
        oldest=_oldest(picture, [row for row in tickets if categories[row.id] is Category.DOING]),
        burn_up=_burn_up(picture, tickets, categories),
    )


def _ages(picture: Picture, tickets: Sequence[ItemRow], categories: dict[str, Category]) -> list[AgeRow]:
    now = day(picture.today) or date.min
    labels = [*(label for _, label in AGES), OLDER]
    counted = Counter((_age(now, picture.created(row.id)), categories[row.id]) for row in tickets)
    pairs = [(label, counted[label, Category.TODO], counted[label, Category.DOING]) for label in labels]
    largest = max((todo + doing for _, todo, doing in pairs), default=0)
    return [AgeRow(label, todo, doing, share(todo, largest), share(doing, largest)) for label, todo, doing in pairs]


def _age(now: date, created: int) -> str:
    days = (now - day_of(created)).days
    return next((label for limit, label in AGES if days < limit), OLDER)


def _oldest(picture: Picture, tickets: Sequence[ItemRow]) -> Listing[Resting]:
    now = day(picture.today) or date.min
    resting = [
        Resting(
            Link(picture.key(row.id), picture.url(row.id), picture.title(row.id)),
            str(row.record.get("status") or ""),
            (now - day_of(row.set_at.get("status") or picture.created(row.id))).days,
        )
        for row in tickets
    ]
    return first(MOST_OLDEST, sorted(resting, key=lambda each: (-each.days, each.link.key)))


def _burn_up(picture: Picture, tickets: Sequence[ItemRow], categories: dict[str, Category]) -> BurnUp | None:
    """Two counts over time: tickets that were there, and those of them that were done."""
    made = sorted(picture.created(row.id) for row in tickets)
    finished = (row for row in tickets if categories[row.id] is Category.DONE)
    # What was first seen done may tell a later time than it was done at: an upper bound.
    done = sorted(min(row.set_at.get("status") or picture.created(row.id), picture.at) for row in finished)
    now = day(picture.today)
    if not made or now is None:
        return None
    view = Days(max(min(day_of(made[0]), now - timedelta(days=7)), now - LONGEST), now)
    ends = [picture.at - round((picture.at - _ms(view.start)) * (STEPS - step) / STEPS) for step in range(STEPS + 1)]
    top = max(1, len(made))
    return BurnUp(
        made=_area([bisect_right(made, end) for end in ends], top),
        done=_area([bisect_right(done, end) for end in ends], top),
        top=top,
        made_now=len(made),
        done_now=len(done),
        ticks=view.months(6),
        since=view.start.isoformat(),
    )


def _ms(day_: date) -> int:
    return (day_ - date(1970, 1, 1)).days * 86_400_000


def _area(counts: Sequence[int], top: int) -> str:
    points = (f"{100 * step / (len(counts) - 1):.1f} {100 - 100 * n / top:.1f}" for step, n in enumerate(counts))
    return f"M0 100L{'L'.join(points)}L100 100Z"
