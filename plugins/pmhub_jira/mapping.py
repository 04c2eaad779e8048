"""Jira's JSON in our words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmhub.sdk import ABSENT, Absent, Comment, Kind, Observation, People, Ref, Scope, Ticket, Visibility, marked_item
from pmhub_jira import labels, natives, texts, words
from pmhub_jira.moments import day, milliseconds
from pmhub_jira.natives import PROPERTY, comment_property, issue_id_of

Json = Mapping[str, Any]


def found(scope: Scope, raw: Json, site: str) -> Observation:
    """An issue as an answer holds it."""
    return ticket(scope, natives.issue(raw, set(scope.vocabulary.fields.values())), site)


def ticket(scope: Scope, native: Json, site: str) -> Observation:
    fields = native["fields"]
    return Observation(
        ref=issue_ref(native["id"], native["key"], site),
        record=_ticket_record(scope, fields),
        updated_at=milliseconds(fields.get("updated")),
        created_at=milliseconds(fields.get("created")),
        author=account(fields.get("creator")),
        native=native,
        marker=_marker((native.get("properties") or {}).get(PROPERTY)),
        visibility=_visibility(scope, restricted=bool(fields.get("security"))),
        originals=_originals(fields),
    )


def comment(scope: Scope, native: Json, site: str) -> Observation:
    ours = comment_property(native)
    signed_by = ours.get("author") if isinstance(ours, dict) else None
    person = native.get("author") or {}
    people = scope.vocabulary.people
    body = texts.read(texts.unsigned(native.get("body"), signed_by), people)
    author = signed_by or people.lift(person.get("accountId")) or person.get("displayName") or ABSENT
    return Observation(
        ref=comment_ref(native["id"], native.get("issueKey", ""), site),
        record=Comment(body=body, author=author),
        updated_at=milliseconds(native.get("updated")),
        created_at=milliseconds(native.get("created")),
        author=account(person),
        native=native,
        on=issue_id_of(native),
        marker=_marker(ours),
        visibility=_visibility(scope, restricted=_is_restricted(native)),
    )


def issue_ref(number: str, key: str, site: str) -> Ref:
    return Ref(Kind.TICKET, str(number), key, f"{site}/browse/{key}")


def comment_ref(number: str, issue_key: str, site: str) -> Ref:
    """Jira has no key for a comment; ours is the issue's with the comment's number: `SHOP-12#10755`."""
    url = f"{site}/browse/{issue_key}?focusedCommentId={number}" if issue_key else ""
    return Ref(Kind.COMMENT, str(number), f"{issue_key}#{number}" if issue_key else "", url)


def account(person: Any) -> str:  # noqa: ANN401 - JSON
    """The accountId; a server of old has only a user name."""
    return str(person.get("accountId") or person.get("name") or "") if isinstance(person, dict) else ""


def _ticket_record(scope: Scope, fields: Json) -> Ticket:
    vocabulary = scope.vocabulary
    status, people = fields.get("status") or {}, vocabulary.people
    state = words.status(vocabulary, status.get("name"), (status.get("statusCategory") or {}).get("key"))
    return Ticket(
        title=fields.get("summary", ABSENT),
        body=texts.read(fields["description"], people) if "description" in fields else ABSENT,
        type=words.named(vocabulary, "type", _name(fields.get("issuetype"))) or ABSENT,
        status=state or ABSENT,
        priority=words.named(vocabulary, "priority", _name(fields["priority"])) if "priority" in fields else ABSENT,
        assignees=_people(fields, "assignee", people),
        reporter=people.lift(account(fields.get("reporter"))) or ABSENT,
        labels=_set(labels.lift(each) for each in fields["labels"] or ()) if "labels" in fields else ABSENT,
        components=_names(fields, "components"),
        releases=_names(fields, "fixVersions"),
        estimate=_estimate(fields, vocabulary.fields.get("estimate")),
        due=day(fields["duedate"]) if "duedate" in fields else ABSENT,
        parent=_parent(fields),
    )


def _name(value: Any) -> str | None:  # noqa: ANN401 - JSON
    return value.get("name") if isinstance(value, dict) else None


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


def _estimate(fields: Json, field_id: str | None) -> float | Absent | None:
    if not field_id or field_id not in fields:
        return ABSENT
    value = fields[field_id]
    return float(value) if isinstance(value, int | float) else None


def _parent(fields: Json) -> str | Absent | None:
    """An issue without a parent shows no such field at all, so missing is read as none."""
    parent = fields.get("parent")
    if not parent:
        return None
    above = (parent.get("fields") or {}).get("issuetype") or {}
    is_ticket = not words.is_above_tickets(above) if above else bool((fields.get("issuetype") or {}).get("subtask"))
    return f"{Kind.TICKET if is_ticket else Kind.ROADMAP_ITEM}:{parent['id']}"


def _originals(fields: Json) -> dict[str, str]:
    natives = {"status": "status", "type": "issuetype", "priority": "priority"}
    return {ours: name for ours, native in natives.items() if (name := _name(fields.get(native)))}


def _marker(prop: Any) -> str | None:  # noqa: ANN401 - JSON that anyone who may edit the issue may have written
    text = prop.get("marker") if isinstance(prop, dict) else None
    return text if isinstance(text, str) and marked_item(text) else None


def _visibility(scope: Scope, *, restricted: bool) -> Visibility:
    return Visibility.RESTRICTED if restricted else scope.visibility or Visibility.MEMBERS


def _is_restricted(native: Json) -> bool:
    """Shown to a role or group, internal to a service desk, or on an issue with a security level [D]."""
    return bool(native.get("visibility")) or native.get("jsdPublic") is False or bool(native.get("issueSecured"))
