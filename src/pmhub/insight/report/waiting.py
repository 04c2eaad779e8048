"""What waits for a person: conflicts, refused writes, writes without an outcome. And how fresh every connection is."""

from __future__ import annotations

from collections.abc import Iterable

from pmhub.engine.gate import Freshness
from pmhub.engine.state import HUB
from pmhub.insight.picture import Picture
from pmhub.insight.report.listing import Link, Listing, first
from pmhub.model.lean import dataclass
from pmhub.model.records import Value
from pmhub.store import Store
from pmhub.store.conflicts import Conflict

MOST, LONGEST = 15, 90


@dataclass(frozen=True)
class Question:
    """One field of one item that two sides changed. `sides`: where, and what it says there."""

    link: Link
    field: str
    sides: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Refusal:
    link: Link
    connection: str
    what: str
    message: str
    hint: str


@dataclass(frozen=True)
class Waiting:
    questions: Listing[Question]
    refusals: Listing[Refusal]
    unknown: int

    @property
    def total(self) -> int:
        return self.questions.total + self.refusals.total + self.unknown


@dataclass(frozen=True)
class Source:
    """A connection with what is known through it."""

    freshness: Freshness
    items: int
    is_down: bool


def waiting(picture: Picture, store: Store) -> Waiting:
    refused = (failure for failure in store.failures.all() if failure.state == "dead")
    return Waiting(
        questions=first(MOST, _questions(picture, store.conflicts.all(open_only=True))),
        refusals=first(
            MOST,
            (
                Refusal(
                    _link(picture, failure.item),
                    picture.connections.get(failure.remote, failure.remote),
                    " ".join(part for part in (failure.op, failure.field) if part),
                    failure.message,
                    failure.hint,
                )
                for failure in refused
            ),
        ),
        unknown=len(store.intents.unknown()),
    )


def _questions(picture: Picture, conflicts: Iterable[Conflict]) -> list[Question]:
    grouped: dict[tuple[str, str], list[Conflict]] = {}
    for conflict in conflicts:
        grouped.setdefault((conflict.item, conflict.clash.field), []).append(conflict)
    return [
        Question(_link(picture, item), field or "its place", tuple(_side(picture, each) for each in rows))
        for (item, field), rows in grouped.items()
    ]


def _side(picture: Picture, conflict: Conflict) -> tuple[str, str]:
    remote = conflict.clash.remote
    return "here" if remote == HUB else picture.connections.get(remote, remote), _short(conflict.clash.value)


def _short(value: Value) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else "(empty)" if value in (None, "") else str(value)
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"


def _link(picture: Picture, item: str) -> Link:
    return Link(picture.key(item), picture.url(item), picture.title(item))
