"""The state as a whole: people, tokens, repositories, ids and the clock, with the lookups everything else uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .apps import Apps
from .ci_state import Ci
from .errors import not_found
from .limits import Limits
from .shapes import WEB
from .state import Comment, Event, Issue, IssueField, IssueType, Place, Repo, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from .project_state import Project

LEVELS = ("none", "read", "triage", "write", "maintain", "admin")
DEFAULT_TYPES = (
    ("Task", "A specific piece of work", "yellow"),
    ("Bug", "An unexpected problem or behavior", "red"),
    ("Feature", "A request, idea, or new functionality", "blue"),
)
FIRST_ID = 2_000_000_001


@dataclass
class World:
    clock: Callable[[], float]
    clock_skew: float = 0.0
    base_url: str = "https://api.github.com"
    enterprise: tuple[int, int] | None = None
    web: str = WEB
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    types: dict[str, list[IssueType]] = field(default_factory=dict)
    issue_fields: dict[str, list[IssueField]] = field(default_factory=dict)
    repos: dict[int, Repo] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    projects: dict[tuple[str, int], Project] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    ci: Ci = field(default_factory=Ci)
    apps: Apps = field(default_factory=Apps)
    last_id: int = FIRST_ID - 1

    def now(self) -> int:
        """Return the server's time: whole seconds, as every GitHub timestamp."""
        return int(self.clock() + self.clock_skew)

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def user(self, login: str) -> User:
        """Return the user, made on first sight."""
        if login.lower() not in self.users:
            self.users[login.lower()] = User(self.new_id(), login)
        return self.users[login.lower()]

    def organization(self, login: str) -> User:
        """Return the organisation, made with GitHub's three default issue types on first sight."""
        user = self.user(login)
        if user.kind != "Organization":
            user.kind = "Organization"
            now = self.now()
            self.types[user.login] = [IssueType(self.new_id(), *words, now) for words in DEFAULT_TYPES]
        return user

    def repo(self, full_name: str) -> Repo:
        """Return the repository that has or had this name; raise 404 when there is none."""
        found = self.names.get(full_name.lower())
        if found is None:
            raise not_found()
        return self.repos[found]

    def permission(self, repo: Repo, login: str | None) -> str:
        """Return the level of `login` (None is an anonymous caller) on `repo`."""
        floor = "none" if repo.private else "read"
        if login is None:
            return floor
        if self.user(login).kind == "Bot":
            return (repo.permissions or {}).get(login, "write") if self.apps.opens(login, repo) else floor
        if login == repo.owner:
            return "admin"
        if repo.permissions is None:
            return "write"
        return repo.permissions.get(login, floor)

    def may(self, repo: Repo, login: str | None, level: str) -> bool:
        return LEVELS.index(self.permission(repo, login)) >= LEVELS.index(level)

    def find_type(self, repo: Repo, name: str | None) -> IssueType | None:
        types = self.types.get(repo.owner, [])
        return next((kind for kind in types if name is not None and kind.name.lower() == name.lower()), None)

    def issue_by_id(self, issue_id: int) -> tuple[Repo, Issue]:
        """Return the issue with this database id; raise 404 when there is none."""
        place = self.places.get(issue_id)
        if place is None:
            raise not_found()
        repo = self.repos[place.repo]
        return repo, repo.issues[place.number]

    def nodes(self) -> dict[str, tuple[Repo, Issue | Comment]]:
        """Return every issue and comment by its global id."""
        found: dict[str, tuple[Repo, Issue | Comment]] = {}
        for repo in self.repos.values():
            found |= {issue.node_id: (repo, issue) for issue in repo.issues.values()}
            found |= {comment.node_id: (repo, comment) for comment in repo.comments.values()}
        return found

    def place(self, repo: Repo, issue: Issue) -> None:
        """Put the issue into the repository under its number."""
        repo.issues[issue.number] = issue
        repo.last_number = max(repo.last_number, issue.number)
        self.places[issue.id] = Place(repo.id, issue.number)

    def record(self, repo: Repo, issue: Issue, event: str, actor: str, **details: object) -> None:
        """Write one issue event and move the issue's `updated_at`, as every recorded change does."""
        now = self.now()
        repo.events.append(Event(self.new_id(), event, actor, now, issue.number, details))
        issue.updated = now
