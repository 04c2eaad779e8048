"""Jira's change log in our words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pmhub.sdk import ABSENT, Absent, FieldChange, Ref, Scope, Value
from pmhub_jira import labels, words
from pmhub_jira.mapping import account
from pmhub_jira.moments import day, milliseconds

Json = Mapping[str, Any]
Categories = Callable[[], Mapping[str, str]]
"""Status id → key of its category; asked only for a status that the configuration does not name."""

FIELDS: Final = {
    "summary": "title",
    "description": "body",
    "issuetype": "type",
    "status": "status",
    "priority": "priority",
    "assignee": "assignees",
    "labels": "labels",
    "duedate": "due",
    "fixVersions": "releases",
    "components": "components",
    "parent": "parent",
}
_NAMES: Final = {"IssueParentAssociation": "parent", "Fix Version": "fixVersions", "Component": "components"}
"""Items that may come without a `fieldId`, by their `field`."""


def changes(scope: Scope, ref: Ref, entry: Json, categories: Categories) -> Iterator[FieldChange]:
    for item in entry.get("items") or ():
        native = item.get("fieldId") or _NAMES.get(item.get("field", ""), item.get("field", ""))
        ours = FIELDS.get(native) or _custom(scope, native)
        if ours:
            old = _read(scope, ours, item.get("from"), item.get("fromString"), categories)
            new = _read(scope, ours, item.get("to"), item.get("toString"), categories)
            moment = milliseconds(entry.get("created"))
            yield FieldChange(ref, ours, old, new, account(entry.get("author")), moment)


def _custom(scope: Scope, native: str) -> str | None:
    return next((ours for ours, theirs in scope.vocabulary.fields.items() if theirs == native), None)


def _read(scope: Scope, ours: str, value: Any, text: Any, categories: Categories) -> Value | Absent:  # noqa: ANN401
    """`value` is an id or machine form, `text` what people see; either may be null. ABSENT for a rendered text, and for one
    member of a set that is not told whole.
    """
    if ours == "status":
        return _status(scope, value, text, categories)
    if ours in _READERS:
        return _READERS[ours](scope, value, text)
    if ours == "parent" and value is None:
        return None
    return ABSENT  # for a parent: the log does not tell whether it is an epic


def _status(scope: Scope, value: Any, text: Any, categories: Categories) -> Value | Absent:  # noqa: ANN401
    known = words.status(scope.vocabulary, text, None)
    return known or words.status(scope.vocabulary, text, categories().get(str(value))) or ABSENT


def _assignees(scope: Scope, value: Any) -> Value | Absent:  # noqa: ANN401
    if not value:
        return ()
    name = scope.vocabulary.people.lift(str(value))
    return (name,) if name else ABSENT


def _number(text: Any) -> Value | Absent:  # noqa: ANN401
    try:
        return float(text) if text else None
    except ValueError:
        return ABSENT


_READERS: Final[Mapping[str, Callable[[Scope, Any, Any], Value | Absent]]] = {
    "title": lambda _, __, text: text or "",
    "type": lambda scope, _, text: words.named(scope.vocabulary, "type", text),
    "priority": lambda scope, _, text: words.named(scope.vocabulary, "priority", text),
    "assignees": lambda scope, value, _: _assignees(scope, value),
    "labels": lambda _, __, text: tuple(sorted(labels.lift(each) for each in (text or "").split())),
    "due": lambda _, value, text: day(value or text),
    "estimate": lambda _, __, text: _number(text),
}
