"""The roadmap with its progress, in the order in which people plan it."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.engine.rollup import Rollup, roll_up
from pmhub.insight.picture import Picture, text
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category

HORIZONS = ("now", "next", "later")


@dataclass(frozen=True)
class Goal:
    """A roadmap item as it is told. `horizon`: as people set it, else by its status and target. `level`: 0 at the top."""

    item: str
    key: str
    title: str
    url: str
    status: str
    category: Category
    horizon: str
    start: str | None
    target: str | None
    owner: str
    level: int
    rollup: Rollup


def rollup_of(picture: Picture, item: str) -> Rollup | None:
    """None for what is neither a roadmap item nor a ticket."""
    node = picture.nodes.get(item)
    return roll_up(picture.forest, node, picture.today) if node else None


def goals(picture: Picture) -> list[Goal]:
    """All that are not dropped: what is above before what is below it; of those side by side what is done last, by target."""
    rows = {row.id: row for row in picture.of(Kind.ROADMAP_ITEM) if row.record.get("status") != "dropped"}
    below: dict[str | None, list[str]] = {}
    for row in rows.values():
        parent = row.record.get("parent")
        below.setdefault(parent if isinstance(parent, str) and parent in rows else None, []).append(row.id)
    ordered = dict(_ordered(picture, below))
    ordered |= {item: 0 for item in rows if item not in ordered}  # goals in a ring have none above them to start from
    return [_goal(picture, item, level) for item, level in ordered.items()]


def _ordered(picture: Picture, below: dict[str | None, list[str]]) -> Iterator[tuple[str, int]]:
    def rank(item: str) -> tuple[bool, str, str]:
        row = picture.items[item]
        is_done = picture.category(row) is Category.DONE
        return is_done, text(row.record.get("target")) or "9", picture.title(item)

    waiting = [(item, 0) for item in sorted(below.get(None, ()), key=rank, reverse=True)]
    while waiting:
        item, level = waiting.pop()
        yield item, level
        waiting += [(child, level + 1) for child in sorted(below.get(item, ()), key=rank, reverse=True)]


def _goal(picture: Picture, item: str, level: int) -> Goal:
    row = picture.items[item]
    record, category = row.record, picture.category(row)
    rolled = roll_up(picture.forest, picture.nodes[item], picture.today)
    return Goal(
        item=item,
        key=picture.key(item),
        title=picture.title(item),
        url=picture.url(item),
        status=str(record.get("status") or category),
        category=category,
        horizon=_horizon(record.get("horizon"), category, rolled),
        start=text(record.get("start")),
        target=text(record.get("target")),
        owner=str(record.get("owner") or ""),
        level=level,
        rollup=rolled,
    )


def _horizon(told: object, category: Category, rolled: Rollup) -> str:
    """Where nobody said: now is what is being worked on, next what has tickets, later the rest. What is done is none of them."""
    if category is Category.DONE:
        return "done"
    if told in HORIZONS:
        return str(told)
    if category is Category.DOING or rolled.items.doing or rolled.items.done:
        return "now"
    return "next" if rolled.leaves else "later"
