"""From Redmine's JSON to records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pmhub.sdk import (
    ABSENT,
    Absent,
    Comment,
    Kind,
    Native,
    Observation,
    Ref,
    Release,
    Scope,
    Ticket,
    Visibility,
    marked_item,
)
from pmhub_redmine import texts, words

EXTRA: Final = "pmhub"
"""What we add to Redmine's own JSON: where it stands, and of a note which issue it is on."""
CUSTOM: Final = ("estimate", "labels")
"""Held by a custom field, where the configuration names its number (`estimate = { redmine = "cf_3" }`)."""
HOURS: Final = "estimated_hours"


def milliseconds(text: str) -> int:
    """Redmine's times are whole seconds in UTC."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def normalise(kind: Kind, scope: Scope, native: Native) -> Observation:
    match kind:
        case Kind.RELEASE:
            return version(scope, native)
        case Kind.COMMENT:
            return note(scope, native)
        case _:
            return issue(scope, native)


def visibility(scope: Scope, native: Native, *, restricted: bool = False) -> Visibility:
    """A public project of Redmine can be read without an account, unless the whole site asks for one: that nobody tells us."""
    if restricted:
        return Visibility.RESTRICTED
    if scope.visibility is not None:
        return scope.visibility
    return Visibility.PUBLIC if native[EXTRA].get("public") else Visibility.MEMBERS


# Issues


def issue(scope: Scope, native: Native) -> Observation:
    extra, vocabulary = native[EXTRA], scope.vocabulary
    ours = extra.get("account") == str(native["author"]["id"])
    reading = texts.read(native.get("description"), ours=ours)
    held = custom_value(native, extra.get("marker_field") or 0)
    fixed, category, parent = (native.get(name) or {} for name in ("fixed_version", "category", "parent"))
    found = Ticket(
        title=texts.line(native["subject"], texts.LONGEST_SUBJECT),
        body=reading.text,
        type=words.lift_named(vocabulary, "type", None, native["tracker"]["name"]),
        status=words.lift_status(vocabulary, native["status"]),
        priority=words.lift_named(vocabulary, "priority", words.PRIORITIES, (native.get("priority") or {}).get("name")),
        assignees=lift_people(scope, native.get("assigned_to")),
        components=(category["name"],) if category else (),
        due=native.get("due_date"),
        releases=(fixed["name"],) if fixed else (),
        parent=f"{Kind.TICKET}:{parent['id']}" if parent else None,
        estimate=lift_estimate(scope, native),
        labels=lift_labels(scope, native),
    )
    marker = held if isinstance(held, str) and marked_item(held) else reading.marker
    return Observation(
        ref=issue_ref(scope, native),
        record=found,
        updated_at=milliseconds(native["updated_on"]),
        created_at=milliseconds(native["created_on"]),
        author=str(native["author"]["id"]),
        native=native,
        marker=marker,
        visibility=visibility(scope, native, restricted=bool(native.get("is_private"))),
        originals={"status": native["status"]["name"], "type": native["tracker"]["name"]},
    )


def issue_ref(scope: Scope, native: Native) -> Ref:
    number = native["id"]
    return Ref(
        Kind.TICKET, str(number), f"{scope.settings.project}#{number}", f"{native[EXTRA]['web']}/issues/{number}"
    )


def lift_people(scope: Scope, person: Mapping[str, Any] | None) -> tuple[str, ...] | Absent:
    """An account is a number, as names are not unique. An unknown person is no opinion."""
    if person is None:
        return ()
    name = scope.vocabulary.people.lift(str(person["id"]))
    return ABSENT if name is None else (name,)


def custom_number(scope: Scope, name: str) -> int:
    """0 where no custom field holds it."""
    digits = scope.vocabulary.fields.get(name, "").removeprefix("cf_")
    return int(digits) if digits.isdecimal() else 0


def custom_value(native: Native, number: int) -> object:
    fields = native.get("custom_fields") or ()
    return next((field.get("value") for field in fields if number and field["id"] == number), None)


def lift_estimate(scope: Scope, native: Native) -> float | Absent | None:
    if scope.vocabulary.fields.get("estimate") == HOURS:
        return native.get(HOURS)
    number = custom_number(scope, "estimate")
    if not number:
        return ABSENT
    try:
        value = custom_value(native, number)
        return float(str(value)) if value else None
    except ValueError:
        return ABSENT


def lift_labels(scope: Scope, native: Native) -> tuple[str, ...] | Absent:
    """A field of several values, or text with commas."""
    number = custom_number(scope, "labels")
    if not number:
        return ABSENT
    value = custom_value(native, number)
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return plain_set(parts)


def plain_set(parts: Iterable[str]) -> tuple[str, ...]:
    lines = (texts.line(part.replace(",", " "), texts.LONGEST_SUBJECT) for part in parts)
    return tuple(sorted({one for one in lines if one}))


# Notes


def note(scope: Scope, native: Native) -> Observation:
    extra = native[EXTRA]
    author = str((native.get("user") or {}).get("id", ""))
    ours = extra.get("account") == author
    reading = texts.read(native.get("notes"), ours=ours, note=True)
    name = scope.vocabulary.people.lift(author) or (native.get("user") or {}).get("name") or ""
    return Observation(
        ref=note_ref(scope, native),
        record=Comment(body=reading.text, author=reading.author or name),
        updated_at=max(milliseconds(native["created_on"]), extra.get("at") or 0),
        created_at=milliseconds(native["created_on"]),
        author=author,
        native=native,
        on=str(extra["issue"]),
        marker=reading.marker,
        visibility=visibility(scope, native, restricted=bool(native.get("private_notes") or extra.get("private"))),
    )


def note_ref(scope: Scope, native: Native) -> Ref:
    number = native[EXTRA]["issue"]
    key = f"{scope.settings.project}#{number}/{native['id']}"
    return Ref(
        Kind.COMMENT, f"{number}.{native['id']}", key, f"{native[EXTRA]['web']}/issues/{number}#change-{native['id']}"
    )


# Versions


def version(scope: Scope, native: Native) -> Observation:
    vocabulary = scope.vocabulary
    lifts = vocabulary.words.get("status", words.VERSIONS)
    web = native[EXTRA]["web"]
    return Observation(
        ref=Ref(
            Kind.RELEASE,
            str(native["id"]),
            f"{scope.settings.project}@{native['name']}",
            f"{web}/versions/{native['id']}",
        ),
        record=Release(
            version=native["name"],
            status=lifts.lift(native["status"]) or words.VERSIONS.lift(native["status"]) or ABSENT,
            date=native.get("due_date"),
        ),
        updated_at=milliseconds(native["updated_on"]),
        created_at=milliseconds(native["created_on"]),
        author="",
        native=native,
        visibility=visibility(scope, native),
        originals={"status": native["status"]},
    )
