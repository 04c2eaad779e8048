"""What is new since a moment: made, finished, taken up again, and dates that moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pmhub.insight.picture import Picture
from pmhub.insight.report.listing import Link, Listing, first
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category

MOST = 12
DATES = {"target", "start", "due", "date"}


@dataclass(frozen=True)
class Moved:
    link: Link
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """`edits`: how many other values were changed."""

    made: Listing[Link]
    finished: Listing[Link]
    reopened: Listing[Link]
    moved: Listing[Moved]
    edits: int

    @property
    def is_empty(self) -> bool:
        return not (self.made.total or self.finished.total or self.reopened.total or self.moved.total or self.edits)


def changes(picture: Picture, since: int) -> Changes:
    tickets = picture.of(Kind.TICKET)
    fresh = [change for change in picture.changes if change.at > since and change.result == "absorbed"]
    first_value = {(change.item, change.field): change.before for change in reversed(fresh)}
    reopened = [item for item in first_value if _is_reopened(picture, item, first_value[item])]
    return Changes(
        made=first(MOST, (_link(picture, row.id) for row in tickets if picture.created(row.id) > since)),
        finished=first(
            MOST,
            (
                _link(picture, row.id)
                for row in tickets
                if picture.category(row) is Category.DONE and row.set_at.get("status", 0) > since
            ),
        ),
        reopened=first(MOST, (_link(picture, item) for item, _ in reopened)),
        moved=first(MOST, _moved(picture, first_value)),
        edits=sum(change.field not in DATES | {"status"} for change in fresh),
    )


def _is_reopened(picture: Picture, what: tuple[str, str], before: object) -> bool:
    item, field = what
    row = picture.items.get(item)
    if field != "status" or row is None or row.kind is not Kind.TICKET or row.closed:
        return False
    was = picture.category_of(row, before)
    return was is Category.DONE and picture.category(row) is not Category.DONE


def _moved(picture: Picture, first_value: Mapping[tuple[str, str], object]) -> Iterator[Moved]:
    for (item, field), before in first_value.items():
        row = picture.items.get(item)
        after = row.record.get(field) if row else None
        if field in DATES and row and not row.closed and before != after:
            yield Moved(_link(picture, item), field, str(before or "no date"), str(after or "no date"))


def _link(picture: Picture, item: str) -> Link:
    return Link(picture.key(item), picture.url(item), picture.title(item))
