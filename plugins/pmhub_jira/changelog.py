"""Jira's change log in our words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.model.records import schema
from pmhub.sdk import ABSENT, Absent, FieldChange, Kind, Ref, Scope, Value
from pmhub_jira import labels, words
from pmhub_jira.moments import day, milliseconds
from pmhub_jira.records import account

Json = Mapping[str, Any]
Categories = Callable[[], Mapping[str, str]]
"""Status id → key of its category; asked only for a status that the configuration does not name."""

_EITHER: Final = {"summary": "title", "description": "body", "status": "status", "labels": "labels", "parent": "parent"}
FIELDS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.TICKET: {
        **_EITHER,
        "issuetype": "type",
        "priority": "priority",
        "assignee": "assignees",
        "duedate": "due",
        "fixVersions": "releases",
        "components": "components",
    },
    Kind.ROADMAP_ITEM: {**_EITHER, "assignee": "owner", "duedate": "target"},
}
_NAMES: Final = {"IssueParentAssociation": "parent", "Fix Version": "fixVersions", "Component": "components"}
"""Items that may come without a `fieldId`, by their `field`."""


def changes(scope: Scope, ref: Ref, entry: Json, categories: Categories) -> Iterator[FieldChange]:
    for item in entry.get("items") or ():
        native = item.get("fieldId") or _NAMES.get(item.get("field", ""), item.get("field", ""))
        ours = FIELDS[ref.kind].get(native) or _custom(scope, ref.kind, native)
        if ours:
            told = Told(scope, ref.kind, ours, categories)
            old = told.value(item.get("from"), item.get("fromString"))
            new = told.value(item.get("to"), item.get("toString"))
            moment = milliseconds(entry.get("created"))
            yield FieldChange(ref, ours, old, new, account(entry.get("author")), moment)


def _custom(scope: Scope, kind: Kind, native: str) -> str | None:
    customs = scope.vocabulary.fields.items()
    return next((ours for ours, theirs in customs if theirs == native and ours in schema(kind)), None)


@dataclass(frozen=True)
class Told:
    """One field of ours, as items of the log tell its values."""

    scope: Scope
    kind: Kind
    field: str
    categories: Categories

    def value(self, machine: Any, text: Any) -> Value | Absent:  # noqa: ANN401 - JSON
        """`machine` is an id or machine form, `text` what people see; either may be null. ABSENT for a rendered text, and
        for one member of a set that is not told whole.
        """
        if self.field == "status":
            return self._status(machine, text)
        if self.field in _READERS:
            return _READERS[self.field](self.scope, machine, text)
        if self.field == "parent" and machine is None:
            return None
        if self.field == "parent" and self.kind is Kind.ROADMAP_ITEM:
            return f"{Kind.ROADMAP_ITEM}:{machine}"
        return ABSENT  # for a ticket's parent: the log does not tell whether it is an epic

    def _status(self, machine: Any, text: Any) -> Value | Absent:  # noqa: ANN401
        vocabulary = self.scope.vocabulary
        known = words.status(vocabulary, text, None, self.kind)
        category = None if known else self.categories().get(str(machine))
        return known or words.status(vocabulary, text, category, self.kind) or ABSENT


def _assignees(scope: Scope, value: Any) -> Value | Absent:  # noqa: ANN401
    if not value:
        return ()
    name = scope.vocabulary.people.lift(str(value))
    return (name,) if name else ABSENT


def _owner(scope: Scope, value: Any) -> Value | Absent:  # noqa: ANN401
    return scope.vocabulary.people.lift(str(value)) or ABSENT if value else None


def _number(text: Any) -> Value | Absent:  # noqa: ANN401
    try:
        return float(text) if text else None
    except ValueError:
        return ABSENT


def _whole_number(text: Any) -> Value | Absent:  # noqa: ANN401
    found = _number(text)
    return int(found) if isinstance(found, float) else found


_READERS: Final[Mapping[str, Callable[[Scope, Any, Any], Value | Absent]]] = {
    "title": lambda _, __, text: text or "",
    "type": lambda scope, _, text: words.named(scope.vocabulary, "type", text),
    "priority": lambda scope, _, text: words.named(scope.vocabulary, "priority", text),
    "assignees": lambda scope, value, _: _assignees(scope, value),
    "labels": lambda _, __, text: tuple(sorted(labels.lift(each) for each in (text or "").split())),
    "owner": lambda scope, value, _: _owner(scope, value),
    "due": lambda _, value, text: day(value or text),
    "target": lambda _, value, text: day(value or text),
    "start": lambda _, value, text: day(value or text),
    "horizon": lambda scope, _, text: words.named(scope.vocabulary, "horizon", text or None),
    "estimate": lambda _, __, text: _number(text),
    "iteration": lambda _, machine, text: ABSENT if machine or text else None,  # it does not tell which are closed
    "time_estimate": lambda _, value, text: _whole_number(value or text),
}
