"""What Redmine's journals tell: who changed which field of an issue, when, from what to what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pmhub.sdk import ABSENT, Absent, FieldChange, Scope, Value, marked_item
from pmhub_redmine import mapping, texts, words
from pmhub_redmine.wire import Json

FIELDS: Final = {
    "subject": "title",
    "description": "body",
    "tracker_id": "type",
    "status_id": "status",
    "priority_id": "priority",
    "assigned_to_id": "assignees",
    "category_id": "components",
    "due_date": "due",
    "fixed_version_id": "releases",
    "parent_id": "parent",
}
LOGGED: Final = frozenset(FIELDS.values())

Names = Callable[[str], Mapping[str, str]]
"""A field → number → name of what it can hold."""


def changes(scope: Scope, issue: Json, marker_field: int, names: Names) -> Iterator[FieldChange]:
    """Oldest first."""
    ref = mapping.issue_ref(scope, issue)
    for journal in issue.get("journals") or ():
        at, actor = mapping.milliseconds(journal["created_on"]), str((journal.get("user") or {}).get("id", ""))
        for detail in journal.get("details") or ():
            field = field_of(detail, marker_field)
            if field is not None:
                old, new = (told(scope, field, detail.get(side), names) for side in ("old_value", "new_value"))
                yield FieldChange(ref, field, old, new, actor, at)


def field_of(detail: Mapping[str, Any], marker_field: int) -> str | None:
    if detail["property"] == "cf":
        return "marker" if marker_field and detail["name"] == str(marker_field) else None
    return FIELDS.get(detail["name"]) if detail["property"] == "attr" else None


def told(scope: Scope, field: str, value: str | None, names: Names) -> Value | Absent:  # noqa: PLR0911 - a table
    match field:
        case "title":
            return texts.line(value, texts.LONGEST_SUBJECT)
        case "body":
            return texts.read(value, ours=True).text
        case "marker":
            return value if marked_item(value) else None
        case "due":
            return value or None
        case "parent":
            return f"ticket:{value}" if value else None
        case "assignees":
            return mapping.lift_people(scope, {"id": value} if value else None)
        case "components" | "releases" if not value:
            return ()
    name = names(field).get(str(value))
    return ABSENT if name is None else named(scope, field, name)


def named(scope: Scope, field: str, name: str) -> Value | Absent:
    match field:
        case "status":
            return words.lift_status(scope.vocabulary, {"name": name})
        case "type":
            return words.lift_named(scope.vocabulary, "type", None, name)
        case "priority":
            return words.lift_named(scope.vocabulary, "priority", words.PRIORITIES, name)
    return (name,)
