"""What Redmine would hold of a record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pmhub.sdk import ABSENT, Absent, Fitted, Kind, Record, Scope, Value, kind_of, record, values
from pmhub_redmine import texts, words
from pmhub_redmine.mapping import HOURS, custom_number, lift_people, plain_set


def fit(scope: Scope, held: Record) -> Fitted:
    kind = kind_of(held)
    present = values(held)
    shown = {name: fitted_value(scope, kind, name, value) for name, value in present.items()}
    kept = {name: value for name, value in shown.items() if not isinstance(value, Absent)}
    lost = {name: WHY.get(name, "Redmine has no such field") for name in present if present[name] and name not in kept}
    cut = {name: "one only" for name in SINGLE if len(members(kept.get(name))) < len(members(present.get(name)))}
    return Fitted(record(kind, kept), {**cut, **lost})


SINGLE: Final = ("assignees", "components", "releases")
WHY: Final = {
    "type": "no tracker of that name",
    "priority": "no priority of that name",
    "assignees": "nobody of them is in the people map",
    "labels": "no custom field is named for them",
    "estimate": "no custom field is named for it",
    "parent": "only an issue can be the parent of an issue",
    "due": "no date",
}


def fitted_value(scope: Scope, kind: Kind, name: str, value: Value) -> Value | Absent:
    lower = FITS[kind].get(name)
    return lower(scope, value) if lower else ABSENT


def fit_subject(scope: Scope, value: Value) -> Value | Absent:
    del scope
    return texts.line(str(value or ""), texts.LONGEST_SUBJECT) or ABSENT


def fit_version(scope: Scope, value: Value) -> Value | Absent:
    del scope
    plain = " ".join(str(value or "").split())
    return plain if plain and len(plain) <= texts.LONGEST_VERSION else ABSENT


def fit_text(scope: Scope, value: Value) -> Value | Absent:
    del scope
    return texts.read(texts.body(str(value or ""))).text


def fit_note(scope: Scope, value: Value) -> Value | Absent:
    """An empty note would be no note."""
    return fit_text(scope, value) or ABSENT


def fit_author(scope: Scope, value: Value) -> Value | Absent:
    del scope
    return texts.line(str(value or ""), 100) or ABSENT


def fit_status(scope: Scope, value: Value) -> Value | Absent:
    if not value:
        return ABSENT
    native = words.lower_status(scope.vocabulary, str(value))
    return words.lift_status(scope.vocabulary, {"name": native, "is_closed": native == words.USUAL["done"]})  # type: ignore[index]


def fit_tracker(scope: Scope, value: Value) -> Value | Absent:
    native = words.lower_tracker(scope, str(value)) if value else None
    return words.lift_named(scope.vocabulary, "type", None, native) or ABSENT


def fit_priority(scope: Scope, value: Value) -> Value | Absent:
    native = words.lower_priority(scope.vocabulary, str(value)) if value else None
    return words.lift_named(scope.vocabulary, "priority", words.PRIORITIES, native) or ABSENT


def fit_people(scope: Scope, value: Value) -> Value | Absent:
    account = account_of(scope, value)
    return ABSENT if value and account is None else lift_people(scope, {"id": account} if account else None)


def account_of(scope: Scope, names: Value) -> str | None:
    """Redmine has one assignee: the first who is known."""
    found = (scope.vocabulary.people.lower(name) for name in sorted(members(names)))
    return next((account for account in found if account is not None), None)


def members(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def fit_one(scope: Scope, value: Value) -> Value | Absent:
    del scope
    return tuple(sorted(texts.line(one, texts.LONGEST_SUBJECT) for one in members(value)))[:1]


def fit_labels(scope: Scope, value: Value) -> Value | Absent:
    return plain_set(members(value)) if custom_number(scope, "labels") else ABSENT


def fit_estimate(scope: Scope, value: Value) -> Value | Absent:
    holds = scope.vocabulary.fields.get("estimate") == HOURS or custom_number(scope, "estimate")
    return value if holds else ABSENT


def fit_date(scope: Scope, value: Value) -> Value | Absent:
    del scope
    try:
        return date.fromisoformat(str(value)).isoformat() if value else None
    except ValueError:
        return ABSENT


def fit_parent(scope: Scope, value: Value) -> Value | Absent:
    del scope
    return value if value is None or str(value).startswith(f"{Kind.TICKET}:") else ABSENT


def fit_version_status(scope: Scope, value: Value) -> Value | Absent:
    native = version_status(scope, str(value)) if value else None
    lifts = scope.vocabulary.words.get("status", words.VERSIONS)
    return (lifts.lift(native) or words.VERSIONS.lift(native) or ABSENT) if native else ABSENT


def version_status(scope: Scope, word: str) -> str | None:
    return scope.vocabulary.words.get("status", words.VERSIONS).lower(word) or words.VERSIONS.lower(word)


FITS: Final[Mapping[Kind, Mapping[str, Any]]] = {
    Kind.TICKET: {
        "title": fit_subject,
        "body": fit_text,
        "type": fit_tracker,
        "status": fit_status,
        "priority": fit_priority,
        "assignees": fit_people,
        "components": fit_one,
        "due": fit_date,
        "releases": fit_one,
        "parent": fit_parent,
        "estimate": fit_estimate,
        "labels": fit_labels,
    },
    Kind.COMMENT: {"body": fit_note, "author": fit_author},
    Kind.RELEASE: {"version": fit_version, "status": fit_version_status, "date": fit_date},
}
