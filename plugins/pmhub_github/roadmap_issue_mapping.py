"""Issues as roadmap items, what GitHub would hold of one in an issue and its project, and what is sent of the issue. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pmhub.sdk import (
    ABSENT,
    Absent,
    Changes,
    Draft,
    Fitted,
    Kind,
    Observation,
    RoadmapItem,
    Scope,
    SetChange,
    Value,
)
from pmhub_github import fields, payloads, project_words, texts, ticket_mapping, words
from pmhub_github.payloads import IssueEdit, NewIssue, Payload
from pmhub_github.project_fields import Held
from pmhub_github.queries import PARENTS
from pmhub_github.shapes import Shape

NO_PROJECT: Final[Held] = {}
NOT_HELD: Final = "issues have no such field"


def roadmap_issue(scope: Scope, shape: Shape) -> Observation:
    reading = texts.read(shape["body"], ours=bool(shape.get("ours")))
    item = shape.get("project") or {}
    held = item.get("values") or {}
    record = RoadmapItem(
        title=texts.title(shape["title"]),
        body=reading.text,
        status=project_words.lift_status(scope, shape, held.get("status")),
        horizon=project_words.lift_horizon(scope, held.get("horizon", ABSENT)),
        start=held.get("start", ABSENT),
        target=held.get("target", ABSENT),
        owner=owner(scope, shape),
        labels=words.lift_labels(scope, shape["labels"]),
        parent=parent(shape),
    )
    return Observation(
        ref=ticket_mapping.issue_ref(Kind.ROADMAP_ITEM, shape),
        record=record,
        updated_at=max(fields.milliseconds(one) for one in (shape["updated_at"], item.get("updated_at")) if one),
        created_at=fields.milliseconds(shape["created_at"]),
        author=shape["user"]["login"],
        native=shape,
        marker=reading.marker,
        visibility=fields.visibility(scope, shape),
        originals=ticket_mapping.originals(shape)
        | {name: held[name] for name in ("status", "horizon") if held.get(name)},
    )


def owner(scope: Scope, shape: Shape) -> str | Absent | None:
    """Who alone is assigned; nobody can tell which of several owns it."""
    names = words.lift_people(scope.vocabulary.people, shape["assignees"])
    if isinstance(names, Absent) or len(shape["assignees"]) > 1:
        return ABSENT
    return names[0] if names else None


def parent(shape: Shape) -> str | Absent | None:
    if shape["parent"] is None:
        return ABSENT if PARENTS in ticket_mapping.lacks_of(shape) else None
    node_id = shape["parent"]["node_id"]
    return f"{Kind.ROADMAP_ITEM}:{node_id}" if node_id else ABSENT


def fit_roadmap_issue(
    scope: Scope, record: RoadmapItem, held: Held = NO_PROJECT, lacks: Collection[str] = ()
) -> Fitted:
    """`held`: the fields of the scope's project. `lacks`: what the server does not have."""
    fitted = RoadmapItem(
        title=fields.fit_title(record.title),
        body=fields.fit_body(record.body),
        status=project_words.fit_status(scope, held, record.status),
        horizon=project_words.fit_horizon(held, record.horizon),
        start=project_words.fit_day(held, "start", record.start),
        target=project_words.fit_day(held, "target", record.target),
        owner=fit_owner(scope, record.owner),
        labels=fields.fit_labels(scope, record.labels),
        parent=ABSENT if PARENTS in lacks else record.parent,
    )
    return Fitted(fitted, lost(record, fitted) | project_words.lost(record, fitted, held))


def fit_owner(scope: Scope, name: str | Absent | None) -> str | Absent | None:
    if isinstance(name, Absent):
        return ABSENT
    if not name:
        return None
    names = fields.fit_people(scope, (name,))
    return names[0] if names else ABSENT


def lost(record: RoadmapItem, fitted: RoadmapItem) -> dict[str, str]:
    found = {**fields.lost_text(record.body), **fields.lost_title(record.title)}
    found |= {"objective": NOT_HELD} if record.objective else {}
    found |= {"parent": ticket_mapping.NO_SUB_ISSUES} if record.parent and fitted.parent is ABSENT else {}
    if record.owner and fitted.owner is ABSENT:
        found["owner"] = f"not in the people map: {record.owner}"
    dropped = sorted(set(record.labels or ()) - set(fitted.labels or ()))
    return found | ({"labels": f"{ticket_mapping.WHY_DROPPED['labels']}: {', '.join(dropped)}"} if dropped else {})


def new_roadmap_issue(draft: Draft) -> NewIssue:
    scope, record = draft.scope, draft.record
    assert isinstance(record, RoadmapItem)  # noqa: S101 - narrows the type; the caller chose by kind
    payload: Payload = {
        "title": texts.title(record.title or ""),
        "body": texts.composed(texts.body(record.body or ""), marker=draft.marker),
        "labels": [*scope.settings.labels, *words.lower_labels(scope, record.labels or ())],
        "assignees": words.lower_people(scope.vocabulary.people, (record.owner,) if record.owner else ()),
        "type": next(iter(scope.settings.types), None),
    }
    return NewIssue({name: value for name, value in payload.items() if value or name in {"title", "body"}})


def edited_roadmap_issue(scope: Scope, over: Observation, changes: Changes) -> IssueEdit:
    plain = {name: value for name, value in changes.items() if name in {"title", "body"}}
    status = changes.get("status")
    state = words.lower_status(scope.vocabulary, status, words.ROADMAP_STATUS) if isinstance(status, str) else None
    patch = payloads.scalar_fields(scope, over, plain) | (payloads.state(state, over.native) if state else {})
    return IssueEdit(
        patch=patch,
        labels=payloads.edited_labels(scope, over.native, payloads.set_change(over, changes, "labels")),
        assignees=edited_owner(scope, over, changes.get("owner", ABSENT)),
        parent_id=edited_parent(over, changes.get("parent", ABSENT)),
    )


def edited_owner(scope: Scope, over: Observation, name: Value | SetChange | Absent) -> SetChange:
    """The old owner goes, the new one comes; others who are assigned stay."""
    if not isinstance(name, str | None):
        return SetChange()
    old = getattr(over.record, "owner", None)
    gone = (old,) if isinstance(old, str) and old != name else ()
    return payloads.edited_assignees(scope, over.native, SetChange((name,) if name else (), gone))


def edited_parent(over: Observation, value: Value | SetChange | Absent) -> str | Absent | None:
    if not isinstance(value, str | None):
        return ABSENT
    if value is None:
        return None if over.native["parent"] is not None else ABSENT
    return value.partition(":")[2]
