"""What the simulator remembers. Times are whole epoch seconds, people are logins, ids are GitHub's database ids."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any


def node_id(prefix: str, number: int) -> str:
    """Return an opaque global id in the shape of GitHub's (`I_kwDO…`)."""
    return f"{prefix}_{base64.urlsafe_b64encode(f'pm{number}'.encode()).decode().rstrip('=')}"


@dataclass(slots=True)
class User:
    id: int
    login: str
    kind: str = "User"
    name: str | None = None
    email: str | None = None
    """What the public profile shows."""


@dataclass(slots=True)
class IssueType:
    id: int
    name: str
    description: str | None
    color: str
    created: int


@dataclass(slots=True)
class IssueField:
    """A field that an organisation gave its issues: text, number, date or single_select, of which `options` are the names."""

    id: int
    name: str
    data_type: str
    created: int
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Label:
    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(slots=True)
class Milestone:
    id: int
    number: int
    title: str
    creator: str
    created: int
    updated: int
    description: str | None = None
    state: str = "open"
    closed: int | None = None
    due_on: str | None = None


@dataclass(slots=True)
class Release:
    """`tag` is the tag's name, which need not exist while it is a draft."""

    id: int
    tag: str
    author: str
    created: int
    updated: int
    name: str | None = None
    body: str | None = None
    target: str = "main"
    draft: bool = True
    prerelease: bool = False
    immutable: bool = False
    published: int | None = None


@dataclass(slots=True)
class Edit:
    """One version of a body: the whole text after the edit."""

    when: int
    editor: str
    text: str


@dataclass(slots=True)
class Comment:
    id: int
    node_id: str
    issue: int
    body: str
    author: str
    created: int
    updated: int
    edits: list[Edit] = field(default_factory=list)


@dataclass(slots=True)
class Issue:
    """An issue or a pull request; `labels` holds label ids, `milestone` a number, the hierarchy and the dependencies issue ids,
    `fields` values by the field's id.
    """

    id: int
    node_id: str
    number: int
    title: str
    body: str | None
    author: str
    created: int
    updated: int
    state: str = "open"
    state_reason: str | None = None
    closed: int | None = None
    closed_by: str | None = None
    labels: list[int] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: int | None = None
    type: str | None = None
    parent: int | None = None
    children: list[int] = field(default_factory=list)
    blocked_by: list[int] = field(default_factory=list)
    blocking: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    duplicate_of: int | None = None
    locked: bool = False
    lock_reason: str | None = None
    is_pull: bool = False
    fields: dict[int, Any] = field(default_factory=dict)
    branch: str = ""
    merged: int | None = None
    merge_commit: str | None = None


@dataclass(slots=True)
class Event:
    """`details` holds the event's own keys; the values of `assignee` and `assigner` are logins."""

    id: int
    event: str
    actor: str
    created: int
    issue: int
    details: dict[str, Any]


@dataclass(slots=True)
class Place:
    """Where a transferred issue lives now."""

    repo: int
    number: int


@dataclass(slots=True)
class Repo:
    """`permissions` maps login to none, read, triage, write, maintain or admin; None gives every known user write.

    `tags` maps a tag's name to its commit. `immutable_releases`: what is published becomes immutable.
    """

    id: int
    owner: str
    name: str
    created: int
    private: bool = False
    archived: bool = False
    has_issues: bool = True
    permissions: dict[str, str] | None = None
    labels: dict[int, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    releases: dict[int, Release] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    immutable_releases: bool = False
    events: list[Event] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    moved: dict[int, Place] = field(default_factory=dict)
    last_number: int = 0
    last_milestone: int = 0

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def label_named(self, name: str) -> Label | None:
        """Find a label; GitHub compares label names without case."""
        return next((label for label in self.labels.values() if label.name.lower() == name.lower()), None)
