"""All a Jira site knows, with the indexes that keep it fast; no rule of Jira's is here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import count

from .errors import ApiError
from .search_index import SearchIndex
from .values import (
    Choice,
    Component,
    History,
    Issue,
    IssueLink,
    IssueType,
    LinkType,
    Project,
    Sprint,
    User,
    Version,
)
from .workflow import Status

PRIORITIES = tuple(Choice(str(n), name) for n, name in enumerate(("Highest", "High", "Medium", "Low", "Lowest"), 1))
RESOLUTIONS = (Choice("10000", "Done"), Choice("10001", "Won't Do"), Choice("10002", "Duplicate"))
LINK_TYPES = (
    LinkType("10000", "Blocks", "is blocked by", "blocks"),
    LinkType("10001", "Cloners", "is cloned by", "clones"),
    LinkType("10002", "Duplicate", "is duplicated by", "duplicates"),
    LinkType("10003", "Relates", "relates to", "relates to"),
)
ISSUE_TYPES = {
    "Initiative": IssueType("10105", "Initiative", level=2),
    "Epic": IssueType("10100", "Epic", level=1),
    "Story": IssueType("10101", "Story"),
    "Bug": IssueType("10102", "Bug"),
    "Task": IssueType("10103", "Task"),
    "Sub-task": IssueType("10104", "Sub-task", subtask=True, level=-1),
}


class State:
    """`data_center`: whose words are spoken. In its own, bodies are wiki markup, people go by name, epics by key."""

    def __init__(self, now: Callable[[], int], *, data_center: bool = False) -> None:
        self.now = now
        self.data_center = data_center
        self.index = SearchIndex(now)
        self.users: dict[str, User] = {}
        self.projects: dict[int, Project] = {}
        self.statuses: dict[str, Status] = {}
        self.types: dict[str, IssueType] = {}
        self.versions: dict[int, Version] = {}
        self.components: dict[int, Component] = {}
        self.sprints: dict[int, Sprint] = {}
        self.issues: dict[int, Issue] = {}
        self.ids_by_key: dict[str, int] = {}
        self.children: defaultdict[int, set[int]] = defaultdict(set)
        self.histories: defaultdict[int, list[History]] = defaultdict(list)
        self.links: dict[int, IssueLink] = {}
        self._links_by_issue: defaultdict[int, dict[int, IssueLink]] = defaultdict(dict)
        self.comment_homes: dict[int, int] = {}
        self._ids = count(10_000)

    def new_id(self) -> int:
        return next(self._ids)

    def put(self, issue: Issue) -> Issue:
        """Stores an issue's new value, and hands it to the index."""
        before = self.issues.get(issue.id)
        if before and before.parent_id and before.parent_id != issue.parent_id:
            self.children[before.parent_id].discard(issue.id)
        if issue.parent_id:
            self.children[issue.parent_id].add(issue.id)
        self.issues[issue.id] = issue
        self.ids_by_key[issue.key] = issue.id
        self.index.note(issue.id, issue)
        return issue

    def remove(self, issue: Issue) -> None:
        del self.issues[issue.id]
        for key in [key for key, owner in self.ids_by_key.items() if owner == issue.id]:
            del self.ids_by_key[key]
        if issue.parent_id:
            self.children[issue.parent_id].discard(issue.id)
        for link in self.links_of(issue.id):
            self.remove_link(link)
        self.index.note(issue.id, None)

    def find(self, id_or_key: object) -> Issue | None:
        """By id, by key in any case, or by a key it had before it was moved."""
        text = str(id_or_key)
        if text.isdigit():
            return self.issues.get(int(text))
        return self.issues.get(self.ids_by_key.get(text.upper(), -1))

    def project(self, id_or_key: object) -> Project | None:
        text = str(id_or_key)
        if text.isdigit():
            return self.projects.get(int(text))
        return next((project for project in self.projects.values() if project.key == text.upper()), None)

    def project_of(self, issue: Issue) -> Project:
        return self.projects[issue.project_id]

    def add_link(self, link: IssueLink) -> None:
        self.links[link.id] = link
        for end in (link.source, link.target):
            self._links_by_issue[end][link.id] = link

    def remove_link(self, link: IssueLink) -> None:
        del self.links[link.id]
        for end in (link.source, link.target):
            self._links_by_issue[end].pop(link.id, None)

    def links_of(self, issue_id: int) -> list[IssueLink]:
        return list(self._links_by_issue.get(issue_id, {}).values())

    def versions_of(self, project_id: int) -> list[Version]:
        return [version for version in self.versions.values() if version.project_id == project_id]

    def components_of(self, project_id: int) -> list[Component]:
        return [component for component in self.components.values() if component.project_id == project_id]

    def link_type(self, name_or_id: object) -> LinkType:
        for kind in LINK_TYPES:
            if name_or_id in (kind.name, kind.id):
                return kind
        raise ApiError(404, f"No issue link type with name '{name_or_id}' found.")
