"""Jira's JSON in our words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmhub.model import mail
from pmhub.sdk import ABSENT, Comment, Kind, Observation, Ref, RoadmapItem, Scope, Ticket, Visibility, marked_item
from pmhub_jira import files, natives, records, texts
from pmhub_jira.moments import milliseconds
from pmhub_jira.natives import PROPERTY, comment_property, issue_id_of
from pmhub_jira.records import account, name_of

Json = Mapping[str, Any]
__all__ = ["account", "comment", "comment_ref", "found", "issue_ref", "roadmap_item", "ticket"]


def found(scope: Scope, raw: Json, site: str, kind: Kind = Kind.TICKET) -> Observation:
    """An issue as an answer holds it, read as a ticket or as a roadmap item."""
    native = natives.issue(raw, set(scope.vocabulary.fields.values()))
    return roadmap_item(scope, native, site) if kind is Kind.ROADMAP_ITEM else ticket(scope, native, site)


def ticket(scope: Scope, native: Json, site: str) -> Observation:
    return _issue(Kind.TICKET, scope, native, site, records.ticket(scope, _shown(scope, native, site)))


def roadmap_item(scope: Scope, native: Json, site: str) -> Observation:
    return _issue(Kind.ROADMAP_ITEM, scope, native, site, records.roadmap_item(scope, _shown(scope, native, site)))


def _shown(scope: Scope, native: Json, site: str) -> Json:
    """The fields with links where the text shows files."""
    fields, home = native["fields"], files.home(scope, issue_ref(native["id"], native["key"], site))
    text = {"description": files.linked(fields["description"], home)} if "description" in fields else {}
    return {**fields, **text}


def _issue(kind: Kind, scope: Scope, native: Json, site: str, record: Ticket | RoadmapItem) -> Observation:
    fields = native["fields"]
    ours = (native.get("properties") or {}).get(PROPERTY)
    return Observation(
        ref=issue_ref(native["id"], native["key"], site, kind),
        record=record,
        updated_at=milliseconds(fields.get("updated")),
        created_at=milliseconds(fields.get("created")),
        author=account(fields.get("creator")),
        native=native,
        marker=_marker(ours) if natives.kind_marked(ours) is kind else None,
        visibility=_visibility(scope, restricted=bool(fields.get("security"))),
        originals=_originals(fields),
    )


def comment(scope: Scope, native: Json, site: str) -> Observation:
    ours = comment_property(native)
    signed_by = ours.get("author") if isinstance(ours, dict) else None
    person = native.get("author") or {}
    people = scope.vocabulary.people
    said = str(ours.get("said", "")) if isinstance(ours, dict) else ""
    ref = comment_ref(native["id"], native.get("issueKey", ""), site)
    there = files.linked(texts.unsigned(native.get("body"), signed_by, said), files.home(scope, ref))
    body = texts.read(there, people)
    if isinstance(body, str) and signed_by is None and scope.settings.quoted_mail == "cut":
        body = mail.apart(body)[0]
    author = signed_by or people.lift(person.get("accountId")) or person.get("displayName") or ABSENT
    return Observation(
        ref=ref,
        record=Comment(body=body, author=author),
        updated_at=milliseconds(native.get("updated")),
        created_at=milliseconds(native.get("created")),
        author=account(person),
        native=native,
        on=issue_id_of(native),
        marker=_marker(ours),
        visibility=_visibility(scope, restricted=_is_restricted(native)),
    )


def issue_ref(number: str, key: str, site: str, kind: Kind = Kind.TICKET) -> Ref:
    return Ref(kind, str(number), key, f"{site}/browse/{key}")


def comment_ref(number: str, issue_key: str, site: str) -> Ref:
    """Jira has no key for a comment; ours is the issue's with the comment's number: `SHOP-12#10755`."""
    url = f"{site}/browse/{issue_key}?focusedCommentId={number}" if issue_key else ""
    return Ref(Kind.COMMENT, str(number), f"{issue_key}#{number}" if issue_key else "", url)


def _originals(fields: Json) -> dict[str, str]:
    natives = {"status": "status", "type": "issuetype", "priority": "priority"}
    return {ours: name for ours, native in natives.items() if (name := name_of(fields.get(native)))}


def _marker(prop: Any) -> str | None:  # noqa: ANN401 - JSON that anyone who may edit the issue may have written
    text = prop.get("marker") if isinstance(prop, dict) else None
    return text if isinstance(text, str) and marked_item(text) else None


def _visibility(scope: Scope, *, restricted: bool) -> Visibility:
    return Visibility.RESTRICTED if restricted else scope.visibility or Visibility.MEMBERS


def _is_restricted(native: Json) -> bool:
    """Shown to a role or group, internal to a service desk, or on an issue with a security level [D]."""
    return bool(native.get("visibility")) or native.get("jsdPublic") is False or bool(native.get("issueSecured"))
