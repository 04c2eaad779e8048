"""What is wrong in the database or on the remotes, as they were last read, and what would mend it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from pmhub.engine.state import Item
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.markdown import text_key
from pmhub.model.records import CLOSED, Fields


class Ill(StrEnum):
    DOUBLE = "double"
    """A second thing of an item that has one there."""
    DOUBLED_COMMENT = "doubled comment"
    """We said the same, for the same person, twice on one thing."""
    ORPHAN = "orphan"
    """We made it, and the item it names is not known."""
    MISSING = "missing"
    """It was not there when last looked for."""
    DEAD_PARENT = "dead parent"
    """Its parent is no item, lives nowhere, or was closed by a deletion."""
    LEFTOVER = "leftover"
    """Text that another synchronizing tool seems to have left."""


@dataclass(frozen=True)
class Standing:
    """A thing as last read, and its place in our books. `mirrors`: somebody else's on another remote."""

    remote: str
    kind: Kind
    id: str
    fields: Fields
    item: str | None = None
    on: str | None = None
    created_at: int = 0
    by_us: bool = False
    marked: bool = False
    duplicate: bool = False
    unlinked: bool = False
    missing: bool = False
    mirrors: bool = False

    @property
    def is_closed(self) -> bool:
        name, value = CLOSED.get(self.kind, ("", ""))
        return bool(name) and self.fields.get(name) == value


@dataclass(frozen=True)
class Finding:
    """`remote`, `thing` empty for what is wrong in an item alone. `mends`: `repair --yes` can do something about it."""

    ill: Ill
    item: str | None
    remote: str
    kind: Kind
    thing: str
    remedy: str
    mends: bool = False


# What others write under or around the texts they carry. A tool of ours names itself in a marker, which is not text.
_LEFTOVERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"\b(issue|card|task|ticket|comment) is (being )?synchroni[sz]ed with\b",
        r"\b(synced|mirrored|replicated) (with|from|by|via) \[",
        r"\bvia \[\w*(sync|link)\w*(\.\w+)?\]",
        r"^\(Comment from [^)\n]+\):",
        r"^\[[^\]\n]+\] Upstream, .{1,80} wrote \[",
        r"<!--\s*(?!pmhub:)[\w:-]*(sync|linkback|mirror)[\w:-]*[^>]*-->",
    )
)


def findings(things: Sequence[Standing], items: Mapping[str, Item], living: Mapping[str, bool]) -> list[Finding]:
    """`living`: for each item, whether it has a thing anywhere that is not gone."""
    mine = [thing for thing in things if not thing.unlinked]
    return [
        *_doubles(mine),
        *_doubled_comments(mine),
        *_orphans(mine),
        *_missing(mine),
        *_dead_parents(items, living),
        *_leftovers(mine),
    ]


def _of(ill: Ill, thing: Standing, remedy: str, *, mends: bool = False) -> Finding:
    return Finding(ill, thing.item, thing.remote, thing.kind, thing.id, remedy, mends)


def _doubles(things: Sequence[Standing]) -> Iterator[Finding]:
    for thing in things:
        if not thing.duplicate or thing.is_closed:
            continue
        if thing.by_us and thing.kind in CLOSED:
            yield _of(Ill.DOUBLE, thing, "we made it: it is closed, where the sync's `deleted` allows that", mends=True)
        else:
            yield _of(
                Ill.DOUBLE, thing, "close or delete it by hand, or `pmhub unlink` the other and `pmhub link` this"
            )


def _doubled_comments(things: Sequence[Standing]) -> Iterator[Finding]:
    """Two comments that mirror two of a person's are none: somebody may say the same twice."""
    places: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for thing in things:
        if thing.kind is Kind.COMMENT and thing.by_us and thing.on is not None and not thing.duplicate:
            places[thing.remote, thing.on].append(thing)
    for ours in places.values():
        kept: list[Standing] = []
        for thing in sorted(ours, key=lambda each: (not each.mirrors, each.created_at, each.id)):
            if not thing.mirrors and any(_says_the_same(thing, other) for other in kept):
                yield _of(Ill.DOUBLED_COMMENT, thing, "delete it by hand: comments cannot be closed")
            else:
                kept.append(thing)


def _says_the_same(thing: Standing, other: Standing) -> bool:
    """A copy that lost its marker still has the line that names the author, as part of its text."""
    body, said = _body(thing), text_key(_body(other))
    if text_key(body) == said:
        return thing.fields.get("author") == other.fields.get("author")
    head, _, rest = body.partition("\n\n")
    author = other.fields.get("author")
    return isinstance(author, str) and author in head and "\n" not in head and text_key(rest) == said


def _body(thing: Standing) -> str:
    body = thing.fields.get("body")
    return body if isinstance(body, str) else ""


def _orphans(things: Sequence[Standing]) -> Iterator[Finding]:
    for thing in things:
        if thing.by_us and thing.marked and thing.item is None and not thing.duplicate:
            yield _of(
                Ill.ORPHAN, thing, "everything is listed again; if nobody claims it, it is an item anew", mends=True
            )


def _missing(things: Sequence[Standing]) -> Iterator[Finding]:
    for thing in things:
        if thing.missing:
            yield _of(
                Ill.MISSING, thing, "it is looked for again; still gone, the sync's `deleted` decides", mends=True
            )


def _dead_parents(items: Mapping[str, Item], living: Mapping[str, bool]) -> Iterator[Finding]:
    for item in items.values():
        parent = item.record.get("parent")
        if not isinstance(parent, str):
            continue
        if parent not in items or not living.get(parent):
            yield Finding(Ill.DEAD_PARENT, item.id, "", item.kind, "", "we forget that parent", mends=True)
        elif items[parent].closed and not item.closed:
            yield Finding(Ill.DEAD_PARENT, item.id, "", item.kind, "", "its parent was deleted: choose another")


def _leftovers(things: Sequence[Standing]) -> Iterator[Finding]:
    for thing in things:
        if any(pattern.search(_body(thing)) for pattern in _LEFTOVERS):
            yield _of(Ill.LEFTOVER, thing, "only told: pmhub changes no text that others wrote")
