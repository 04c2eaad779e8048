"""The things a Jira site holds, as frozen values: an edit makes a new one, so a search index may keep the old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .workflow import Workflow

Json: TypeAlias = Any
EPIC_NAME = "customfield_10011"


@dataclass(frozen=True, slots=True)
class User:
    account_id: str
    display_name: str
    email: str = ""
    time_zone: str = "UTC"
    active: bool = True
    account_type: str = "atlassian"
    shows_email: bool = True
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IssueType:
    id: str
    name: str
    subtask: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A priority or a resolution."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Version:
    id: int
    project_id: int
    name: str
    description: str = ""
    start: str | None = None
    release: str | None = None
    released: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    id: int
    project_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Sprint:
    id: int
    name: str
    state: str = "active"


@dataclass(frozen=True, slots=True)
class LinkType:
    id: str
    name: str
    inward: str
    outward: str


@dataclass(frozen=True, slots=True)
class IssueLink:
    """`source` <outward description> `target`, as in: source blocks target."""

    id: int
    type: LinkType
    source: int
    target: int


@dataclass(slots=True)
class Project:
    id: int
    key: str
    name: str
    types: tuple[IssueType, ...]
    workflow: Workflow
    last_number: int = 0
    archived: bool = False
    hidden_fields: set[str] = field(default_factory=set)
    wants_epic_names: bool = False

    def requires(self, kind: IssueType) -> set[str]:
        """What a new issue of that type must say, beside its project."""
        names = {EPIC_NAME} if self.wants_epic_names and kind.level == 1 else set()
        return {"summary", "issuetype"} | ({"parent"} if kind.subtask else set()) | names


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    author: str
    editor: str
    body: Json
    created: int
    updated: int
    visibility: Json = None
    properties: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    id: int
    author: str
    created: int
    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RemoteLink:
    id: int
    global_id: str | None
    application: Json
    relationship: str | None
    object: Json


@dataclass(frozen=True, slots=True)
class History:
    """One entry of a change log; `items` are in Jira's own shape."""

    id: int
    author: str
    created: int
    items: tuple[dict[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Times are epoch milliseconds; people are account ids; everything else that has an id is held by it."""

    id: int
    key: str
    project_id: int
    type_id: str
    status_id: str
    summary: str
    creator: str
    created: int
    updated: int
    status_changed: int
    description: Json = None
    priority_id: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    labels: tuple[str, ...] = ()
    component_ids: tuple[int, ...] = ()
    version_ids: tuple[int, ...] = ()
    due: str | None = None
    time_estimate: int | None = None
    parent_id: int | None = None
    resolution_id: str | None = None
    resolved: int | None = None
    security: str | None = None
    custom: Mapping[str, Json] = field(default_factory=dict)
    properties: Mapping[str, Json] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    remote_links: tuple[RemoteLink, ...] = ()
