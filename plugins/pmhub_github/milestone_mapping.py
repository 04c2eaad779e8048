"""Milestones as roadmap items, what GitHub would hold of a roadmap item, and what is sent. Pure.

A due date is a day. GitHub keeps midnight Pacific time of the day that a timestamp falls on there (07:00 or 08:00 UTC):
08:00 UTC is that day in summer and winter. Source: microsoft/PowerShellForGitHub#133, wordpress-mobile/release-toolkit#419.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from pmhub.sdk import ABSENT, Absent, Changes, Draft, Fitted, Kind, Observation, Ref, RoadmapItem, Scope, Value
from pmhub_github import fields, payloads, texts, words
from pmhub_github.shapes import Shape

DUE_TIME: Final = "T08:00:00Z"
PACIFIC: Final = timedelta(hours=7)
"""In summer. Midnight in winter is an hour later, and still that day."""
NOT_HELD: Final = ("horizon", "objective", "owner", "start", "labels", "parent")


def milestone(scope: Scope, shape: Shape) -> Observation:
    reading = texts.read(shape["body"], ours=bool(shape.get("ours")))
    record = RoadmapItem(
        title=texts.title(shape["title"], words.LONGEST_MILESTONE),
        body=reading.text,
        status=words.lift_status(scope.vocabulary, shape["state"], words.ROADMAP_STATUS),
        target=day(shape["due_on"]),
    )
    return Observation(
        ref=milestone_ref(shape),
        record=record,
        updated_at=fields.milliseconds(shape["updated_at"]),
        created_at=fields.milliseconds(shape["created_at"]),
        author=shape["user"]["login"],
        native=shape,
        marker=reading.marker,
        visibility=fields.visibility(scope, shape),
        originals={"status": shape["state"]},
    )


def milestone_ref(shape: Shape) -> Ref:
    return Ref(Kind.ROADMAP_ITEM, shape["node_id"], shape["key"], shape["html_url"])


def day(due_on: str | None) -> str | None:
    return None if due_on is None else (datetime.fromisoformat(due_on) - PACIFIC).date().isoformat()


def due_on(target: str | None) -> str | None:
    return f"{target}{DUE_TIME}" if target else None


def fit_milestone(scope: Scope, record: RoadmapItem) -> Fitted:
    fitted = RoadmapItem(
        title=fields.fit_title(record.title, words.LONGEST_MILESTONE),
        body=fields.fit_body(record.body),
        status=fit_state(scope, record.status),
        target=record.target if isinstance(record.target, Absent) else (record.target or None),
    )
    lost = {**fields.lost_text(record.body), **fields.lost_title(record.title, words.LONGEST_MILESTONE)}
    return Fitted(fitted, lost | {name: "milestones have no such field" for name in NOT_HELD if getattr(record, name)})


def fit_state(scope: Scope, status: str | Absent | None) -> str | Absent:
    return words.lift_status(scope.vocabulary, state(scope, status), words.ROADMAP_STATUS) if status else ABSENT


def state(scope: Scope, status: str) -> str:
    native = words.lower_status(scope.vocabulary, status, words.ROADMAP_STATUS)
    return words.OPEN if native == words.OPEN else words.CLOSED


def new_milestone(draft: Draft) -> dict[str, Any]:
    """Without an empty due date, which GitHub refuses at creation (harvester/harvester#11739)."""
    record = draft.record
    assert isinstance(record, RoadmapItem)  # noqa: S101 - narrows the type; the caller chose by kind
    payload: dict[str, Any] = {
        "title": texts.title(record.title or "", words.LONGEST_MILESTONE),
        "description": texts.composed(texts.body(record.body or ""), marker=draft.marker),
    }
    payload |= {"due_on": due_on(record.target)} if record.target else {}
    return payload | ({"state": state(draft.scope, record.status)} if record.status else {})


def edited_milestone(scope: Scope, over: Observation, changes: Changes) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    if title := texts.title(text_of(changes, "title"), words.LONGEST_MILESTONE):
        payload["title"] = title
    if "body" in changes:
        payload["description"] = payloads.edited_body(over, text_of(changes, "body"))
    if status := text_of(changes, "status"):
        payload["state"] = state(scope, status)
    if "target" in changes:
        payload["due_on"] = due_on(text_of(changes, "target"))
    return payload


def text_of(changes: Changes, name: str) -> str | None:
    value: Value | object = changes.get(name)
    return value if isinstance(value, str) else None
