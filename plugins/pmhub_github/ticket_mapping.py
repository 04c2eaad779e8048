"""Issues as tickets, and what GitHub would hold of a ticket. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pmhub.sdk import ABSENT, Absent, Fitted, Kind, Native, Observation, Ref, Scope, Ticket
from pmhub_github import fields, shapes, texts, words
from pmhub_github.shapes import Shape


def ticket(scope: Scope, shape: Shape) -> Observation:
    vocabulary, login = scope.vocabulary, shape["user"]["login"]
    reading = texts.read(shape["body"], ours=bool(shape.get("ours")))
    status = words.native_status(shape["state"], shape["state_reason"])
    kind_name = (shape["type"] or {}).get("name")
    milestone = shape["milestone"] or {}
    record = Ticket(
        title=texts.title(shape["title"]),
        body=reading.text,
        type=words.lift_type(vocabulary, kind_name),
        status=words.lift_status(vocabulary, status),
        assignees=words.lift_people(vocabulary.people, shape["assignees"]),
        labels=words.lift_labels(scope, shape["labels"]),
        releases=words.lift_releases(scope, shape["labels"], milestone.get("title")),
        parent=parent(scope, shape),
    )
    return Observation(
        ref=issue_ref(Kind.TICKET, shape),
        record=record,
        updated_at=fields.milliseconds(shape["updated_at"]),
        created_at=fields.milliseconds(shape["created_at"]),
        author=login,
        native=shape,
        marker=reading.marker,
        visibility=fields.visibility(scope, shape),
        originals=originals(shape),
    )


def originals(shape: Shape) -> dict[str, str]:
    status = words.native_status(shape["state"], shape["state_reason"])
    kind_name = (shape["type"] or {}).get("name")
    told = {"status": status, "type": kind_name or "", "assignees": ", ".join(shape["assignees"])}
    return {name: text for name, text in told.items() if text}


def parent(scope: Scope, shape: Shape) -> str | Absent | None:
    """The issue it is a sub-issue of, else in a roadmap its milestone; absent where the parent's id is not known.

    GitHub does not tell with a child what kind of issue its parent is: it is named as a ticket also where it is a roadmap
    item.
    """
    if shape["parent"] is not None:
        node_id = shape["parent"]["node_id"]
        return f"{Kind.TICKET}:{node_id}" if node_id else ABSENT
    if scope.settings.milestones == "roadmap" and shape["milestone"]:
        return f"{Kind.ROADMAP_ITEM}:{shape['milestone']['node_id']}"
    return None


def issue_ref(kind: Kind, shape: Native) -> Ref:
    return Ref(kind, shape["node_id"], shapes.key_of(shape["html_url"]) or "", shape["html_url"])


def fit_ticket(scope: Scope, record: Ticket) -> Fitted:
    fitted = Ticket(
        title=fields.fit_title(record.title),
        body=fields.fit_body(record.body),
        type=fields.fit_type(scope, record.type),
        status=fields.fit_status(scope, record.status, words.DEFAULT_STATUS),
        assignees=fields.fit_people(scope, record.assignees),
        labels=fields.fit_labels(scope, record.labels),
        releases=ABSENT if isinstance(record.releases, Absent) else words.lower_releases(scope, record.releases),
        parent=fit_parent(scope, record.parent),
    )
    return Fitted(fitted, lost(record, fitted))


def fit_parent(scope: Scope, named: str | Absent | None) -> str | Absent | None:
    if not isinstance(named, str):
        return named
    kind = named.partition(":")[0]
    holds_roadmap_items = scope.settings.milestones == "roadmap" or words.has_roadmap_issues(scope)
    return named if kind == Kind.TICKET or (kind == Kind.ROADMAP_ITEM and holds_roadmap_items) else ABSENT


def lost(record: Ticket, fitted: Ticket) -> dict[str, str]:
    found = {**fields.lost_text(record.body), **fields.lost_title(record.title)}
    if record.type and fitted.type is ABSENT:
        found["type"] = f"GitHub has no issue type for {record.type!r}"
    for name in ("assignees", "labels", "releases"):
        dropped = sorted(set(getattr(record, name) or ()) - set(getattr(fitted, name) or ()))
        if dropped:
            found[name] = f"{WHY_DROPPED[name]}: {', '.join(dropped)}"
    for name in ("priority", "estimate", "due", "components", "reporter"):
        if getattr(record, name):
            found[name] = "GitHub issues have no such field"
    if record.parent and fitted.parent is ABSENT:
        found["parent"] = "milestones here are releases, so a roadmap item cannot be the parent"
    return found


WHY_DROPPED: Final[Mapping[str, str]] = {
    "assignees": f"not in the people map, or more than {words.MOST_ASSIGNEES}",
    "labels": f"longer than {words.LONGEST_LABEL} characters, differing only by case, or with a meaning of their own here",
    "releases": "one milestone holds one release, a label 42 characters",
}
