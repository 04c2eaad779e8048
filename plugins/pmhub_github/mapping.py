"""Issues and comments as records, and what GitHub would hold of a record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pmhub.sdk import (
    ABSENT,
    Absent,
    Comment,
    Fitted,
    Kind,
    Native,
    Observation,
    Record,
    Ref,
    Scope,
    Ticket,
    Visibility,
)
from pmhub_github import shapes, texts, words
from pmhub_github.shapes import Shape

VISIBILITY: Final[Mapping[str, Visibility]] = {
    "public": Visibility.PUBLIC,
    "private": Visibility.MEMBERS,
    "internal": Visibility.MEMBERS,
}


def milliseconds(text: str) -> int:
    """GitHub's times are ISO 8601, in UTC, in whole seconds."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def visibility(scope: Scope, shape: Native) -> Visibility:
    if scope.visibility is not None:
        return scope.visibility
    return VISIBILITY.get(str(shape.get("visibility")), Visibility.RESTRICTED)


def normalise(kind: Kind, scope: Scope, native: Native) -> Observation:
    """From a shape (see shapes.py) or from REST's own JSON, where what GitHub did not tell is absent."""
    return ticket(scope, shapes.issue(native)) if kind is Kind.TICKET else comment(scope, shapes.comment(native))


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
    originals = {"status": status, "type": kind_name or "", "assignees": ", ".join(shape["assignees"])}
    return Observation(
        ref=issue_ref(shape),
        record=record,
        updated_at=milliseconds(shape["updated_at"]),
        created_at=milliseconds(shape["created_at"]),
        author=login,
        native=shape,
        marker=reading.marker,
        visibility=visibility(scope, shape),
        originals={name: text for name, text in originals.items() if text},
    )


def parent(scope: Scope, shape: Shape) -> str | Absent | None:
    """The issue it is a sub-issue of, else in a roadmap its milestone; absent where the parent's id is not known."""
    if shape["parent"] is not None:
        node_id = shape["parent"]["node_id"]
        return f"{Kind.TICKET}:{node_id}" if node_id else ABSENT
    if scope.settings.milestones == "roadmap" and shape["milestone"]:
        return f"{Kind.ROADMAP_ITEM}:{shape['milestone']['node_id']}"
    return None


def comment(scope: Scope, shape: Shape) -> Observation:
    login = shape["user"]["login"]
    reading = texts.read(shape["body"], ours=bool(shape.get("ours")), comment=True)
    author = reading.author or words.name_of(scope.vocabulary.people, login) or login
    return Observation(
        ref=comment_ref(shape),
        record=Comment(body=reading.text, author=author),
        updated_at=milliseconds(shape["updated_at"]),
        created_at=milliseconds(shape["created_at"]),
        author=login,
        native=shape,
        on=(shape["issue"] or {}).get("node_id"),
        marker=reading.marker,
        visibility=visibility(scope, shape),
        originals={"author": login},
    )


def issue_ref(shape: Native) -> Ref:
    return Ref(Kind.TICKET, shape["node_id"], shapes.key_of(shape["html_url"]) or "", shape["html_url"])


def comment_ref(shape: Native) -> Ref:
    """`owner/repo#7 (comment 123)`, so that people find it."""
    key = f"{shapes.key_of(shape['html_url'])} (comment {shape['id']})"
    return Ref(Kind.COMMENT, shape["node_id"], key, shape["html_url"])


def fit(scope: Scope, record: Record) -> Fitted:
    if isinstance(record, Ticket):
        return fit_ticket(scope, record)
    assert isinstance(record, Comment)  # noqa: S101 - the capabilities name no other kind
    return fit_comment(record)


def fit_comment(record: Comment) -> Fitted:
    author = texts.plain_name(record.author) if record.author else ""
    fitted = Comment(body=fit_body(record.body), author=author or ABSENT)
    return Fitted(fitted, dict(lost_text(record.body)))


def fit_ticket(scope: Scope, record: Ticket) -> Fitted:
    fitted = Ticket(
        title=fit_title(record.title),
        body=fit_body(record.body),
        type=fit_type(scope, record.type),
        status=fit_status(scope, record.status),
        assignees=fit_people(scope, record.assignees),
        labels=ABSENT if isinstance(record.labels, Absent) else words.lower_labels(scope, record.labels),
        releases=ABSENT if isinstance(record.releases, Absent) else words.lower_releases(scope, record.releases),
        parent=fit_parent(scope, record.parent),
    )
    return Fitted(fitted, lost(record, fitted))


def fit_title(title: str | Absent | None) -> str | Absent:
    return ABSENT if isinstance(title, Absent) else (texts.title(title) or ABSENT)


def fit_body(body: str | Absent | None) -> str | Absent:
    return ABSENT if isinstance(body, Absent) else texts.read(texts.body(body)).text


def fit_type(scope: Scope, word: str | Absent | None) -> str | Absent | None:
    if isinstance(word, Absent):
        return ABSENT
    native = words.lower_type(scope.vocabulary, word)
    return ABSENT if isinstance(native, Absent) else words.lift_type(scope.vocabulary, native)


def fit_status(scope: Scope, status: str | Absent | None) -> str | Absent:
    if not status:
        return ABSENT
    return words.lift_status(scope.vocabulary, words.lower_status(scope.vocabulary, status))


def fit_people(scope: Scope, names: tuple[str, ...] | Absent) -> tuple[str, ...] | Absent:
    if isinstance(names, Absent):
        return ABSENT
    logins = words.lower_people(scope.vocabulary.people, names)
    return ABSENT if names and not logins else words.lift_people(scope.vocabulary.people, logins)


def fit_parent(scope: Scope, named: str | Absent | None) -> str | Absent | None:
    if not isinstance(named, str):
        return named
    kind = named.partition(":")[0]
    holds = kind == Kind.TICKET or (kind == Kind.ROADMAP_ITEM and scope.settings.milestones == "roadmap")
    return named if holds else ABSENT


def lost(record: Ticket, fitted: Ticket) -> dict[str, str]:
    found = dict(lost_text(record.body))
    if record.title and len(record.title) > texts.LONGEST_TITLE and fitted.title:
        found["title"] = f"cut: GitHub takes {texts.LONGEST_TITLE} characters"
    elif record.title is not ABSENT and fitted.title is ABSENT:
        found["title"] = "GitHub takes no empty title"
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


def lost_text(text: str | Absent | None) -> dict[str, str]:
    if isinstance(text, Absent) or not texts.is_too_long(text):
        return {}
    return {"body": f"cut: GitHub takes {texts.LONGEST_BODY} characters"}
