"""Canonical values of each kind, and how each of their fields merges.

A record holds no ids, urls or timestamps of ours. A field left out is *absent*: no opinion, never written. `None`, `""`
and `()` are *empty*: an opinion. Values are what JSON can hold, with tuples for lists; sets are sorted tuples of text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from enum import Enum, StrEnum
from functools import cache
from typing import Any, Final, Literal, TypeAlias, cast

from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass


class Absent(Enum):
    """No opinion on a field, which is not the same as an empty one."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None
Fields: TypeAlias = Mapping[str, Value]


class Merge(StrEnum):
    """How two edits of one field meet: ATOMIC as a whole, TEXT by lines, SET by add and remove, REF as the item it names,
    LINKS by add and remove of those whose other end is there, too.
    """

    ATOMIC = "atomic"
    LINE = "line"
    TEXT = "text"
    SET = "set"
    REF = "ref"
    LINKS = "links"


def _of(merge: Merge, *, set_once: bool = False) -> Any:  # noqa: ANN401 - what dataclasses.field returns has no name
    return field(default=ABSENT, metadata={"merge": merge, "set_once": set_once})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A unit of work.

    `status`, `type`, `priority` are canonical words (see vocabulary.py); `assignees`, `reporter` are people's names in
    the workspace's map; `due` is an ISO date; `estimate` a number of points; `iteration` the name of the sprint it
    is planned for; `time_estimate` is in seconds, what it was first thought to take; `releases` are names; `parent` names the
    ticket or roadmap item it belongs to (from a connector: that thing's remote id as `<kind>:<id>`); `links` are
    `<relation>:<target>`, stated by one of the two ends only (see links.py), the target named as `parent` is.
    """

    title: str | Absent | None = _of(Merge.LINE)
    body: str | Absent | None = _of(Merge.TEXT)
    type: str | Absent | None = _of(Merge.ATOMIC)
    status: str | Absent | None = _of(Merge.ATOMIC)
    priority: str | Absent | None = _of(Merge.ATOMIC)
    assignees: tuple[str, ...] | Absent = _of(Merge.SET)
    reporter: str | Absent | None = _of(Merge.ATOMIC, set_once=True)
    labels: tuple[str, ...] | Absent = _of(Merge.SET)
    components: tuple[str, ...] | Absent = _of(Merge.SET)
    estimate: float | Absent | None = _of(Merge.ATOMIC)
    due: str | Absent | None = _of(Merge.ATOMIC)
    iteration: str | Absent | None = _of(Merge.ATOMIC)
    time_estimate: int | Absent | None = _of(Merge.ATOMIC)
    releases: tuple[str, ...] | Absent = _of(Merge.SET)
    parent: str | Absent | None = _of(Merge.REF)
    links: tuple[str, ...] | Absent = _of(Merge.LINKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something said on an item. `author` is who first said it: a name in the people map, or a display name.

    `deleted`: true once it was taken back where it was said. No observation tells it; writing it deletes a copy.
    """

    body: str | Absent | None = _of(Merge.TEXT)
    author: str | Absent | None = _of(Merge.ATOMIC, set_once=True)
    deleted: bool | Absent | None = _of(Merge.ATOMIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapItem:
    """A goal on the roadmap, above tickets.

    `status`: idea, planned, in_progress, shipped or dropped, unless the configuration has words of its own; `horizon`:
    now, next or later; `start` and `target` are ISO dates, which no time zone moves; `owner` is a person's name in the
    workspace's map; `parent` names the roadmap item it belongs to (from a connector: `<kind>:<id>`).
    """

    title: str | Absent | None = _of(Merge.LINE)
    body: str | Absent | None = _of(Merge.TEXT)
    status: str | Absent | None = _of(Merge.ATOMIC)
    horizon: str | Absent | None = _of(Merge.ATOMIC)
    objective: str | Absent | None = _of(Merge.LINE)
    owner: str | Absent | None = _of(Merge.ATOMIC)
    start: str | Absent | None = _of(Merge.ATOMIC)
    target: str | Absent | None = _of(Merge.ATOMIC)
    labels: tuple[str, ...] | Absent = _of(Merge.SET)
    parent: str | Absent | None = _of(Merge.REF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version of the product. No two releases of one container have the same `version`.

    `status`: planned, draft, released or archived; `start` and `date` are ISO dates; `notes` is the Markdown that we
    compose and publish: what people wrote around it is no part of the record.
    """

    version: str | Absent | None = _of(Merge.LINE)
    status: str | Absent | None = _of(Merge.ATOMIC)
    start: str | Absent | None = _of(Merge.ATOMIC)
    date: str | Absent | None = _of(Merge.ATOMIC)
    prerelease: bool | Absent | None = _of(Merge.ATOMIC)
    notes: str | Absent | None = _of(Merge.TEXT)


Record: TypeAlias = Ticket | Comment | RoadmapItem | Release
_RECORDS: Final[Mapping[Kind, type[Record]]] = {
    Kind.TICKET: Ticket,
    Kind.COMMENT: Comment,
    Kind.ROADMAP_ITEM: RoadmapItem,
    Kind.RELEASE: Release,
}

_KINDS: Final = {type_: kind for kind, type_ in _RECORDS.items()}
_NAMES: Final = {type_: tuple(f.name for f in fields(type_)) for type_ in _RECORDS.values()}

# What closing an item means, as a field and its value: a confirmed deletion elsewhere travels as this edit.
CLOSED: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.TICKET: ("status", "done"),
    Kind.ROADMAP_ITEM: ("status", "dropped"),
}

# What deleting the copies of an item means, as a field and its value: where its deletion at its source is to be followed.
TAKEN_BACK: Final[Mapping[Kind, tuple[str, bool]]] = {Kind.COMMENT: ("deleted", True)}

# The field whose value no two things of a container share. It says which item a thing is where no marker can stand.
NATURAL_KEY: Final[Mapping[Kind, str]] = {Kind.RELEASE: "version"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    name: str
    merge: Merge
    set_once: bool = False
    """Written when a counterpart is created and never merged afterwards (who reported it does not change)."""

    @property
    def is_set(self) -> bool:
        """Changed by what is added and removed."""
        return self.merge in {Merge.SET, Merge.LINKS}


@cache
def schema(kind: Kind) -> Mapping[str, FieldSpec]:
    record = _RECORDS[kind]
    return {f.name: FieldSpec(f.name, f.metadata["merge"], f.metadata["set_once"]) for f in fields(record)}


@cache
def naming(kind: Kind) -> tuple[str, ...]:
    """The fields whose values name other things."""
    return tuple(name for name, spec in schema(kind).items() if spec.merge in {Merge.REF, Merge.LINKS})


def kind_of(record: Record) -> Kind:
    """Which kind this record is of."""
    found = _KINDS.get(type(record))
    return found or next(kind for kind, type_ in _RECORDS.items() if isinstance(record, type_))


def values(record: Record) -> dict[str, Value]:
    """The fields that are not absent."""
    names = _NAMES.get(type(record)) or tuple(f.name for f in fields(record))
    return {name: value for name in names if (value := getattr(record, name)) is not ABSENT}


def record(kind: Kind, present: Fields) -> Record:
    """Raises TypeError for a field the kind does not have."""
    return _RECORDS[kind](**cast("dict[str, Any]", dict(present)))


def headline(present: Fields) -> str:
    """What people call a thing by: its title, its version, else how its text begins."""
    text = str(present.get("title") or present.get("version") or present.get("body") or "")
    return text.strip().split("\n", 1)[0]
