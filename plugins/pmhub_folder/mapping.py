"""From a file to a record, and what a file would hold of one. Pure.

A key that is missing is an empty value, for people delete lines; of status, which nothing has none of, it is no opinion.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pmhub.sdk import (
    ABSENT,
    Absent,
    Fitted,
    Kind,
    Native,
    Observation,
    Record,
    Ref,
    Scope,
    Value,
    Visibility,
    kind_of,
    marker,
    record,
    values,
)
from pmhub_folder import release_notes, texts
from pmhub_folder.front_matter import Stored
from pmhub_folder.natives import PARENT

US: Final = "pmhub"
"""The author of what we made. Files tell nobody else's name."""
NAMED_BY: Final[Mapping[Kind, str]] = {Kind.TICKET: "title", Kind.ROADMAP_ITEM: "title", Kind.RELEASE: "version"}
LINES: Final = frozenset({"title", "objective", "version"})
WORDS: Final = frozenset({"type", "status", "priority", "horizon"})
DATES: Final = frozenset({"due", "start", "target", "date"})
SETS: Final = frozenset({"assignees", "labels", "components", "releases"})
PEOPLE: Final = frozenset({"reporter", "owner"})
TEXTS: Final = frozenset({"body", "notes"})
FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TICKET: (
        *("title", "type", "status", "priority", "assignees", "reporter", "labels", "components", "estimate", "due"),
        "iteration",
        *("releases", "parent", "body"),
    ),
    Kind.ROADMAP_ITEM: (
        *("title", "status", "horizon", "objective", "owner", "start", "target", "labels", "parent", "body"),
    ),
    Kind.RELEASE: ("version", "status", "start", "date", "prerelease", "notes"),
}
OUR_WORDS: Final = frozenset(
    {"todo", "doing", "done", "idea", "planned", "in_progress", "shipped", "dropped", "now", "next", "later"}
    | {"draft", "released", "archived"}
)
TRUTHS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def key_of(scope: Scope, name: str) -> str:
    """The front-matter key that holds a field: its own name, unless the configuration says otherwise."""
    return scope.vocabulary.fields.get(name, name)


def normalise(kind: Kind, scope: Scope, native: Native) -> Observation:
    name = NAMED_BY[kind]
    return Observation(
        ref=Ref(kind, native["id"], native["path"]),
        record=record(kind, dict(_present(kind, scope, native))),
        updated_at=native["at"],
        created_at=native["born"],
        author=US if native["made"] else "",
        native=native,
        marker=marker(native["item"]) if native["item"] else None,
        visibility=Visibility.MEMBERS if scope.visibility is None else scope.visibility,
        originals={name: str(native["values"].get(key_of(scope, name)) or "")},
    )


def _present(kind: Kind, scope: Scope, native: Native) -> Iterator[tuple[str, Value]]:
    for name in FIELDS[kind]:
        value = lifted(scope, name, native)
        if not isinstance(value, Absent):
            yield name, value


def lifted(scope: Scope, name: str, native: Native) -> Value | Absent:
    if name == "body":
        return texts.read(native["text"])
    if name == "notes":
        return release_notes.notes_in(native["text"])
    if name == PARENT:
        return ABSENT if native["parent"] == "" else native["parent"]
    stored = native["values"].get(key_of(scope, name))
    return lift(scope, name, tuple(stored) if isinstance(stored, list) else stored)


def problems(kind: Kind, scope: Scope, native: Native) -> Iterator[tuple[int, str]]:
    """What stands in the file and cannot be read, by line."""
    for name in FIELDS[kind]:
        key = key_of(scope, name)
        if native["values"].get(key) is not None and isinstance(lifted(scope, name, native), Absent):
            yield (
                native["lines"].get(key, 1),
                f"{key}: {native['values'][key]!r} is {WHY.get(name, 'no word of this kind')}",
            )


WHY: Final = {
    "estimate": "no number",
    "prerelease": "neither true nor false",
    PARENT: "no file of this folder",
    **dict.fromkeys(DATES, "no date as 2026-01-31"),
}


def lift(scope: Scope, name: str, stored: Stored) -> Value | Absent:
    if name in SETS:
        members = filter(None, map(texts.line, _members(stored)))
        return tuple(sorted({_person(scope, one) if name == "assignees" else one for one in members}))
    text = texts.line(", ".join(stored) if isinstance(stored, tuple) else stored)
    if name in WORDS:
        return _lift_word(scope, name, text)
    if name == "prerelease":
        return TRUTHS.get(text.casefold() or "false", ABSENT)
    if not text:
        return None
    if name in PEOPLE:
        return _person(scope, text)
    return _lift_typed(name, text)


def _lift_typed(name: str, text: str) -> Value | Absent:
    if name == "estimate":
        return _number(text)
    return (text if _is_date(text) else ABSENT) if name in DATES else text


def _members(stored: Stored) -> tuple[str, ...]:
    return stored if isinstance(stored, tuple) else (stored,) if stored else ()


def _person(scope: Scope, account: str) -> str:
    return scope.vocabulary.people.lift(account) or account


def _lift_word(scope: Scope, name: str, text: str) -> str | Absent | None:
    if not text:
        return ABSENT if name == "status" else None
    words = scope.vocabulary.words.get(name)
    if words is not None:
        return words.lift(text) or ABSENT
    folded = text.casefold().replace(" ", "_")
    return folded if folded in OUR_WORDS else text


def _number(text: str) -> float | Absent:
    try:
        number = float(text)
    except ValueError:
        return ABSENT
    return number if math.isfinite(number) else ABSENT


def _is_date(text: str) -> bool:
    try:
        return bool(ISO_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def lower(scope: Scope, name: str, value: Value) -> Stored | Absent:
    """What stands in the file for a value of ours. ABSENT: there is no word for it."""
    if isinstance(value, tuple):
        members = (lower_member(scope, name, one) for one in value)
        return tuple(dict.fromkeys(one for one in members if one))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.15g}"
    text = texts.line(value)
    if not text:
        return ABSENT if name in {"status", *NAMED_BY.values()} else None
    if name in WORDS:
        words = scope.vocabulary.words.get(name)
        return text if words is None else (words.lower(text) or ABSENT)
    return lower_member(scope, name, text) if name in PEOPLE else text


def lower_member(scope: Scope, name: str, member: str) -> str:
    text = texts.line(member)
    return (scope.vocabulary.people.lower(text) or text) if name in PEOPLE | {"assignees"} else text


def fit(scope: Scope, held: Record) -> Fitted:
    kind = kind_of(held)
    present = values(held)
    shown = {name: _shown(scope, name, value) for name, value in present.items() if name in FIELDS[kind]}
    kept: dict[str, Any] = {name: value for name, value in shown.items() if not isinstance(value, Absent)}
    lost = {name: f"a file has no {name} {present[name]!r}" for name in shown if name not in kept and present[name]}
    return Fitted(record(kind, kept), lost)


def _shown(scope: Scope, name: str, value: Value) -> Value | Absent:
    if name in TEXTS:
        text = value if isinstance(value, str) else ""
        return texts.read(texts.body(text)) if name == "body" else release_notes.fit_notes(texts.body(text))
    if name == PARENT:
        return value
    stored = lower(scope, name, value)
    return ABSENT if isinstance(stored, Absent) else lift(scope, name, stored)
