"""The fields of an issue as records: a ticket, or a roadmap item. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmhub.sdk import ABSENT, Absent, Kind, People, RoadmapItem, Scope, Ticket
from pmhub_jira import customs, labels, links, sprints, texts, words
from pmhub_jira.moments import day
from pmhub_jira.natives import LINKS

Json = Mapping[str, Any]


def ticket(scope: Scope, fields: Json) -> Ticket:
    vocabulary, people = scope.vocabulary, scope.vocabulary.people
    return Ticket(
        title=fields.get("summary", ABSENT),
        body=_body(fields, people),
        type=words.named(vocabulary, "type", name_of(fields.get("issuetype"))) or ABSENT,
        status=_status(scope, fields, Kind.TICKET),
        priority=words.named(vocabulary, "priority", name_of(fields["priority"])) if "priority" in fields else ABSENT,
        assignees=_people(fields, "assignee", people),
        reporter=people.lift(account(fields.get("reporter"))) or ABSENT,
        labels=_labels(fields),
        components=_names(fields, "components"),
        releases=_names(fields, "fixVersions"),
        estimate=_estimate(fields, vocabulary.fields.get("estimate")),
        due=_day(fields, "duedate"),
        iteration=_iteration(fields, vocabulary.fields.get("iteration")),
        time_estimate=_seconds(fields, vocabulary.fields.get("time_estimate")),
        parent=_parent(fields),
        links=links.read(scope, fields.get(LINKS)),
    )


def roadmap_item(scope: Scope, fields: Json) -> RoadmapItem:
    """What stands above a roadmap item is one too, whatever its level."""
    vocabulary = scope.vocabulary
    natives = vocabulary.fields
    horizon = _custom(fields, natives.get("horizon"))
    return RoadmapItem(
        title=fields.get("summary", ABSENT),
        body=_body(fields, vocabulary.people),
        status=_status(scope, fields, Kind.ROADMAP_ITEM),
        horizon=words.named(vocabulary, "horizon", horizon or None) if horizon is not ABSENT else ABSENT,
        objective=_custom(fields, natives.get("objective")),
        owner=_owner(fields, vocabulary.people),
        start=_day(fields, natives.get("start", "")),
        target=_day(fields, "duedate"),
        labels=_labels(fields),
        parent=f"{Kind.ROADMAP_ITEM}:{fields['parent']['id']}" if fields.get("parent") else None,
    )


def account(person: Any) -> str:  # noqa: ANN401 - JSON
    """The accountId; a server of old has only a user name."""
    return str(person.get("accountId") or person.get("name") or "") if isinstance(person, dict) else ""


def name_of(value: Any) -> str | None:  # noqa: ANN401 - JSON
    return value.get("name") if isinstance(value, dict) else None


def _status(scope: Scope, fields: Json, kind: Kind) -> str | Absent:
    status = fields.get("status") or {}
    category = (status.get("statusCategory") or {}).get("key")
    return words.status(scope.vocabulary, status.get("name"), category, kind) or ABSENT


def _body(fields: Json, people: People) -> str | Absent:
    return texts.read(fields["description"], people) if "description" in fields else ABSENT


def _labels(fields: Json) -> tuple[str, ...] | Absent:
    return _set(labels.lift(each) for each in fields["labels"] or ()) if "labels" in fields else ABSENT


def _set(members: Any) -> tuple[str, ...]:  # noqa: ANN401 - any iterable of text
    return tuple(sorted(set(members)))


def _names(fields: Json, name: str) -> tuple[str, ...] | Absent:
    return _set(each["name"] for each in fields[name] or ()) if name in fields else ABSENT


def _people(fields: Json, name: str, people: People) -> tuple[str, ...] | Absent:
    if name not in fields:
        return ABSENT
    if not fields[name]:
        return ()
    found = people.lift(account(fields[name]))
    return (found,) if found else ABSENT


def _owner(fields: Json, people: People) -> str | Absent | None:
    found = _people(fields, "assignee", people)
    return found if found is ABSENT else next(iter(found), None)


def _day(fields: Json, name: str) -> str | Absent | None:
    return day(fields[name]) if name in fields else ABSENT


def _custom(fields: Json, field_id: str | None) -> str | Absent | None:
    return customs.read(fields[field_id]) if field_id and field_id in fields else ABSENT


def _estimate(fields: Json, field_id: str | None) -> float | Absent | None:
    if not field_id or field_id not in fields:
        return ABSENT
    value = fields[field_id]
    return float(value) if isinstance(value, int | float) else None


def _iteration(fields: Json, field_id: str | None) -> str | Absent | None:
    return sprints.read(fields[field_id]) if field_id and field_id in fields else ABSENT


def _seconds(fields: Json, field_id: str | None) -> int | Absent | None:
    if not field_id or field_id not in fields:
        return ABSENT
    value = fields[field_id]
    return int(value) if isinstance(value, int | float) else None


def _parent(fields: Json) -> str | Absent | None:
    """An issue without a parent shows no such field at all, so missing is read as none."""
    parent = fields.get("parent")
    if not parent:
        return None
    above = (parent.get("fields") or {}).get("issuetype") or {}
    is_ticket = not words.is_above_tickets(above) if above else bool((fields.get("issuetype") or {}).get("subtask"))
    return f"{Kind.TICKET if is_ticket else Kind.ROADMAP_ITEM}:{parent['id']}"
