"""From a record, or from changed fields, to what is sent. Pure: numbers that must be looked up stay names here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    ABSENT,
    Absent,
    Changes,
    Comment,
    Draft,
    Kind,
    Native,
    Observation,
    Refused,
    Scope,
    SetChange,
    Ticket,
    Value,
    values,
)
from pmhub_github import issue_fields, texts, ticket_mapping, words
from pmhub_github.issue_fields import NO_FIELDS, Held

Payload = dict[str, Any]


@dataclass(frozen=True)
class NewIssue:
    """`payload` lacks only the milestone's number: `milestone` is its title, `milestone_id` its node id."""

    payload: Payload
    milestone: str | None = None
    milestone_id: str | None = None


@dataclass(frozen=True)
class IssueEdit:
    """What to write, by the call that does it. ABSENT: leave alone. Labels and assignees are native names.

    `milestone` is a title, `milestone_id` and `parent_id` are node ids, `in_fields` goes by field id; None empties.
    """

    patch: Payload = field(default_factory=dict)
    labels: SetChange = field(default_factory=SetChange)
    assignees: SetChange = field(default_factory=SetChange)
    milestone: str | Absent | None = ABSENT
    milestone_id: str | Absent | None = ABSENT
    parent_id: str | Absent | None = ABSENT
    links: SetChange = field(default_factory=SetChange)
    in_fields: Mapping[int, issue_fields.Plain] = field(default_factory=dict)


def new_issue(draft: Draft, in_fields: Held = NO_FIELDS) -> NewIssue:
    scope, given = draft.scope, draft.record
    assert isinstance(given, Ticket)  # noqa: S101 - narrows the type; the caller chose by kind
    record = ticket_mapping.fit_ticket(scope, given).record
    assert isinstance(record, Ticket)  # noqa: S101
    payload: Payload = {
        "title": record.title or "",
        "body": texts.composed(texts.body(given.body or ""), marker=draft.marker),
        "labels": new_labels(scope, record),
        "assignees": words.lower_people(scope.vocabulary.people, record.assignees or ()),
        "type": new_type(scope, record),
        "issue_field_values": issue_fields.payload(issue_fields.wanted(scope, in_fields, values(given))),
    }
    milestone = record.releases[0] if scope.settings.milestones == "release" and record.releases else None
    filled = {name: value for name, value in payload.items() if value or name in {"title", "body"}}
    return NewIssue(filled, milestone, milestone_of(scope, record.parent))


def new_type(scope: Scope, record: Ticket) -> str | None:
    """Its own, else the scope's, without which the issue would stand outside of it."""
    own = words.lower_type(scope.vocabulary, record.type) if isinstance(record.type, str) else None
    return own if isinstance(own, str) else next(iter(scope.settings.types), None)


def milestone_of(scope: Scope, parent: str | Absent | None) -> str | None:
    """The node id of the milestone that the parent is. Raises Refused for an issue: sub-issues are added, never born."""
    kind, _, node_id = parent.partition(":") if parent else ("", "", "")
    if not node_id:
        return None
    if kind == Kind.ROADMAP_ITEM and not words.has_roadmap_issues(scope):
        return node_id
    raise Refused("a new issue stands below no other issue", field="parent", hint="The parent follows as a change.")


def new_labels(scope: Scope, record: Ticket) -> list[str]:
    releases = words.release_labels(record.releases or ()) if scope.settings.milestones == "roadmap" else []
    return [*scope.settings.labels, *(record.labels or ()), *releases]


def new_comment(draft: Draft) -> str:
    record = draft.record
    assert isinstance(record, Comment)  # noqa: S101 - narrows the type; the caller chose by kind
    head = texts.author_line(record.author, draft.said) if record.author else ""
    text = texts.body(record.body or "")
    return texts.composed(text if head else texts.headless(text), marker=draft.marker, head=head)


def edited_body(over: Observation, text: str | None, letter: str = "") -> str:
    """`text` in the place of what people said; marker and author line stay, and so do mentions that are live already.

    `letter`: what it quotes below, which stays too.
    """
    native = over.native["body"]
    is_comment = over.ref.kind is Kind.COMMENT
    held = texts.read(native, ours=bool(over.native.get("ours")), comment=is_comment)
    written = texts.body(text, spare=texts.live(native))
    marker = (over.marker or held.marker) if over.native.get("ours") else None  # never into what a person wrote
    guarded = texts.headless(written) if is_comment and marker and not held.head else written
    return texts.composed(guarded, marker=marker, head=held.head, letter=letter)


def edited_issue(scope: Scope, over: Observation, changes: Changes, in_fields: Held = NO_FIELDS) -> IssueEdit:
    fields = scalar_fields(scope, over, changes)
    releases = changes.get("releases", ABSENT)
    milestone, more = edited_releases(scope, over, releases)
    parent_id, milestone_id = edited_parent(scope, over, changes.get("parent", ABSENT))
    return IssueEdit(
        patch=fields,
        labels=joined(edited_labels(scope, over.native, set_change(over, changes, "labels")), more),
        assignees=edited_assignees(scope, over.native, set_change(over, changes, "assignees")),
        milestone=milestone,
        milestone_id=milestone_id,
        parent_id=parent_id,
        links=set_change(over, changes, "links"),
        in_fields=issue_fields.wanted(scope, in_fields, changes),
    )


def scalar_fields(scope: Scope, over: Observation, changes: Changes) -> Payload:
    payload: Payload = {}
    if isinstance(title := changes.get("title"), str) and texts.title(title):
        payload["title"] = texts.title(title)
    if "body" in changes and isinstance(body := changes["body"], str | None):
        payload["body"] = edited_body(over, body)
    if isinstance(status := changes.get("status"), str):
        payload |= state(words.lower_status(scope.vocabulary, status), over.native)
    if "type" in changes and isinstance(word := changes["type"], str | None):
        native = words.lower_type(scope.vocabulary, word)
        payload |= {} if isinstance(native, Absent) else {"type": native}
    return payload


def state(native: str, over: Native) -> Payload:
    if native == words.native_status(over["state"], over["state_reason"]):
        return {}
    return {"state": words.OPEN} if native == words.OPEN else {"state": words.CLOSED, "state_reason": native}


def set_change(over: Observation, changes: Changes, name: str) -> SetChange:
    """A whole set is taken as what it adds to and removes from what stands there."""
    change: Value | SetChange = changes.get(name, SetChange())
    if isinstance(change, SetChange):
        return change
    wanted, held = names_in(change), names_in(getattr(over.record, name))
    return SetChange(tuple(sorted(wanted - held)), tuple(sorted(held - wanted)))


def names_in(value: Value | Absent) -> set[str]:
    return set(value) if isinstance(value, tuple) else set()


def edited_labels(scope: Scope, native: Native, change: SetChange) -> SetChange:
    gone = {label.casefold() for label in change.remove}
    remove = (
        name
        for name in native["labels"]
        if words.plain_label(name).casefold() in gone
        and not words.is_container(scope, name)
        and not words.is_release(scope, name)
    )
    return SetChange(missing(words.lower_labels(scope, change.add), native["labels"]), tuple(remove))


def edited_assignees(scope: Scope, native: Native, change: SetChange) -> SetChange:
    people, gone = scope.vocabulary.people, set(change.remove)
    remove = tuple(login for login in native["assignees"] if words.name_of(people, login) in gone)
    return SetChange(missing(words.lower_people(people, change.add), native["assignees"]), remove)


def edited_releases(
    scope: Scope, over: Observation, change: Value | SetChange | Absent
) -> tuple[str | Absent | None, SetChange]:
    """A milestone's title where milestones are releases, else labels."""
    if isinstance(change, Absent):
        return ABSENT, SetChange()
    delta = set_change(over, {"releases": change}, "releases")
    if scope.settings.milestones == "release":
        held = names_in(getattr(over.record, "releases", ()))
        left = words.lower_releases(scope, delta.add) or words.lower_releases(scope, held - set(delta.remove))
        return (left[0] if left else None), SetChange()
    add = words.release_labels(words.lower_releases(scope, delta.add))
    gone = {label.casefold() for label in words.release_labels(delta.remove)}
    remove = tuple(name for name in over.native["labels"] if words.plain_label(name).casefold() in gone)
    return ABSENT, SetChange(missing(add, over.native["labels"]), remove)


def edited_parent(
    scope: Scope, over: Observation, value: Value | SetChange | Absent
) -> tuple[str | Absent | None, str | Absent | None]:
    """(node id of the parent issue, node id of the milestone). An issue's parent hides its milestone, so both are set."""
    if not isinstance(value, str | None):
        return ABSENT, ABSENT
    kind, _, node_id = (value or "").partition(":")
    is_roadmap = scope.settings.milestones == "roadmap" and not words.has_roadmap_issues(scope)
    if kind == Kind.TICKET or (kind == Kind.ROADMAP_ITEM and words.has_roadmap_issues(scope)):
        return node_id, ABSENT
    leave = None if over.native["parent"] is not None else ABSENT
    if kind == Kind.ROADMAP_ITEM and is_roadmap:
        return leave, node_id
    if value is None:
        return leave, None if is_roadmap and over.native["milestone"] else ABSENT
    return ABSENT, ABSENT


def joined(one: SetChange, other: SetChange) -> SetChange:
    return SetChange(one.add + other.add, one.remove + other.remove)


def missing(wanted: Iterable[str], held: Iterable[str]) -> tuple[str, ...]:
    there = {name.casefold() for name in held}
    return tuple(name for name in wanted if name.casefold() not in there)
