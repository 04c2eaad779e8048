"""The whole stand-in: what people do in Jira, what a test may look at, and what may go wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import RLock

from . import comments, issues, versions
from .adf import text_adf
from .errors import ApiError
from .exchange import Exchange
from .faults import Fault, FaultKind, IssueWrites, Limit, TokenBucket
from .permissions import Permissions
from .search import Search
from .sign_in import SignIn
from .state import ISSUE_TYPES, State
from .values import Comment, Component, History, Issue, Json, Project, Sprint, User, Version
from .workflow import OPEN_WORKFLOW, Workflow

DEFAULT_TYPES = ("Epic", "Story", "Bug", "Task", "Sub-task")


class JiraSimulator:
    """State and users' actions, of a Cloud site or of a Data Center. `clock` gives epoch seconds; the server's own clock is `clock_skew` seconds off it.

    Methods named `user_*` act as a person who may do everything; `user` is an account id, by default the
    administrator's. They raise ApiError for what Jira itself would refuse.

    Switches: `latency` (seconds an answer takes), `index_lag`, `anonymous_on_bad_token`, `lists_missing_issues` (bulk
    fetch names what it did not find), `wide_bulkfetch` (1,000 issues), `epoch_changelogs` (bulk change logs write
    `created` as epoch milliseconds, as in the vendor's example, not as in its schema), `keeps_version_dates` (a version's
    dates cannot be taken away), `issue_writes.enforced`,
    `bucket` (the rate limit of a Data Center's administrator), `most_found` (how many issues its search gives at once),
    `keep_exchanges`. `failures` holds exceptions that were answered with 500.
    """

    def __init__(self, clock: Callable[[], float] | None = None, *, data_center: bool = False) -> None:
        self.clock = clock or time.time
        self.clock_skew = 0.0
        self.latency = 0.0
        self.base_url = "http://localhost"
        self.anonymous_on_bad_token = False
        self.lists_missing_issues = False
        self.wide_bulkfetch = True
        self.epoch_changelogs = False
        self.keeps_version_dates = False
        self.failures: list[Exception] = []
        self.requests: list[Exchange] = []
        self.keep_exchanges = True
        self.faults: list[Fault] = []
        self.limits: list[Limit] = []
        self.issue_writes = IssueWrites()
        self.bucket: TokenBucket | None = None
        self.most_found = 1_000
        self.permissions = Permissions()
        self.lock = RLock()
        self.state = State(self.now, data_center=data_center)
        self.sign_in = SignIn(self.now, self.state.users.get)
        self.search = Search(self.state, self.may_browse)
        self._tokens: dict[tuple[str, str], str] = {}
        self.administrator = self.add_user("Site Administrator", email="admin@example.com", account_id="admin")

    def now(self) -> int:
        """The server's clock, in epoch milliseconds."""
        return round((self.clock() + self.clock_skew) * 1000)

    @property
    def index_lag(self) -> float:
        """Seconds until search sees a write."""
        return self.state.index.lag

    @index_lag.setter
    def index_lag(self, seconds: float) -> None:
        self.state.index.lag = seconds

    # The site

    def add_project(
        self,
        key: str,
        name: str | None = None,
        types: Iterable[str] = DEFAULT_TYPES,
        workflow: Workflow | None = None,
    ) -> Project:
        chosen = tuple(ISSUE_TYPES[kind] for kind in types)
        project = Project(self.state.new_id(), key, name or key.title(), chosen, workflow or OPEN_WORKFLOW)
        self.state.projects[project.id] = project
        self.state.types |= {kind.id: kind for kind in chosen}
        self.state.statuses |= {status.id: status for status in project.workflow.statuses}
        return project

    def add_user(
        self,
        display_name: str,
        *,
        email: str = "",
        account_id: str | None = None,
        time_zone: str = "UTC",
        active: bool = True,
        roles: Iterable[str] = (),
    ) -> User:
        account = account_id or f"account-{self.state.new_id()}"
        user = User(account, display_name, email, time_zone, active, roles=frozenset(roles))
        self.state.users[account] = user
        return user

    def token(self, email: str, token: str, account_id: str) -> None:
        """Lets Basic `email:token` act as that account; a Bearer token is one without e-mail."""
        self._tokens[email, token] = account_id

    def revoke(self, email: str, token: str) -> None:
        del self._tokens[email, token]

    def account_of(self, email: str, token: str) -> User | None:
        return self.state.users.get(self._tokens.get((email, token), ""))

    def add_version(self, project: str, name: str, *, description: str = "", release: str | None = None) -> Version:
        owner = self.project(project)
        version = Version(self.state.new_id(), owner.id, name, description, release=release)
        self.state.versions[version.id] = version
        return version

    def add_component(self, project: str, name: str) -> Component:
        component = Component(self.state.new_id(), self.project(project).id, name)
        self.state.components[component.id] = component
        return component

    def add_sprint(self, name: str, state: str = "active") -> Sprint:
        sprint = Sprint(self.state.new_id(), name, state)
        self.state.sprints[sprint.id] = sprint
        return sprint

    def end_sprint(self, sprint: Sprint) -> None:
        """Its issues stay in it; nothing of theirs changes."""
        self.state.sprints[sprint.id] = replace(sprint, state="closed")

    def archive_project(self, key: str) -> None:
        """Its issues leave search and can be read but not changed."""
        self.project(key).archived = True
        self.search.forget()

    def want_epic_names(self, project: str) -> None:
        """As in old company-managed projects: no epic is made without one."""
        self.project(project).wants_epic_names = True

    def hide_field(self, project: str, field_id: str) -> None:
        """Takes a field off the project's screens: writing it is refused, reading does not show it."""
        self.project(project).hidden_fields.add(field_id)

    # What people do

    def user_create_issue(
        self,
        project: str,
        summary: str,
        description_adf: Json = None,
        type: str = "Story",  # noqa: A002  the word people use
        *,
        user: str | None = None,
        **fields: Json,
    ) -> Issue:
        """`fields` are in the API's shape, as in `labels=["a"]`, `parent={"key": "SHOP-1"}`."""
        given = {"project": {"key": project}, "summary": summary, "issuetype": {"name": type}} | fields
        if description_adf is not None:
            given["description"] = description_adf
        with self.lock:
            return issues.create(self.state, self._actor(user), {"fields": given})

    def user_edit_issue(self, key: str, *, user: str | None = None, update: Json = None, **fields: Json) -> Issue:
        with self.lock:
            payload = {"fields": fields, "update": update or {}}
            return issues.edit(self.state, self._actor(user), self.issue(key), payload)

    def user_transition(self, key: str, status: str, *, user: str | None = None, **fields: Json) -> Issue:
        """To the status of that name; raises ApiError where the workflow has no such step from here."""
        with self.lock:
            issue = self.issue(key)
            for step in issues.available(self.state, issue):
                if self.state.statuses[step.to].name == status:
                    return issues.transition(self.state, self._actor(user), issue, step, {"fields": fields})
        raise ApiError(400, f"{key} has no transition to {status!r}")

    def user_comment(self, key: str, adf: Json, *, user: str | None = None, visibility: Json = None) -> Comment:
        with self.lock:
            payload = {"body": adf} | ({"visibility": visibility} if visibility else {})
            return comments.add(self.state, self._actor(user), self.issue(key), payload)[1]

    def user_edit_comment(self, key: str, comment_id: int, adf: Json, *, user: str | None = None) -> Comment:
        with self.lock:
            issue = self.issue(key)
            return comments.edit(self.state, self._actor(user), issue, self._comment(issue, comment_id), {"body": adf})

    def user_delete_comment(self, key: str, comment_id: int) -> None:
        with self.lock:
            issue = self.issue(key)
            comments.delete(self.state, issue, self._comment(issue, comment_id))

    def user_delete_issue(self, key: str) -> None:
        with self.lock:
            issues.delete(self.state, self.issue(key), with_subtasks=True)

    def user_move_issue(self, key: str, project: str, *, user: str | None = None) -> Issue:
        with self.lock:
            return issues.move(self.state, self._actor(user), self.issue(key), self.project(project))

    def user_link(self, kind: str, source: str, target: str, *, user: str | None = None) -> None:
        """`user_link("Blocks", "SHOP-1", "SHOP-2")`: SHOP-1 blocks SHOP-2."""
        with self.lock:
            ends = self.issue(source), self.issue(target)
            issues.link(self.state, self._actor(user), self.state.link_type(kind), *ends)

    def user_unlink(self, kind: str, source: str, target: str) -> None:
        with self.lock:
            ends = self.issue(source).id, self.issue(target).id
            for link in self.state.links_of(ends[0]):
                if (link.type.name, link.source, link.target) == (kind, *ends):
                    issues.unlink(self.state, link)

    def user_edit_version(self, project: str, version: str, **facts: Json) -> Version:
        """`version` is its name; `facts` are in the API's shape, as in `released=True`, `releaseDate="2026-12-24"`."""
        with self.lock:
            return versions.edit(self.state, self.version(project, version), facts)

    def user_delete_version(self, project: str, name: str) -> None:
        """Its issues are in it no more."""
        with self.lock:
            versions.delete(self.state, self._actor(None), self.version(project, name))

    def _actor(self, user: str | None) -> str:
        return self.state.users[user].account_id if user else self.administrator.account_id

    def _comment(self, issue: Issue, comment_id: int) -> Comment:
        found = comments.find(issue, comment_id)
        if found is None:
            raise KeyError(f"{issue.key} has no comment {comment_id}")
        return found

    # What a test may look at

    def project(self, key: str) -> Project:
        found = self.state.project(key)
        if found is None:
            raise KeyError(f"no project {key}")
        return found

    def issue(self, id_or_key: str | int) -> Issue:
        found = self.state.find(id_or_key)
        if found is None:
            raise KeyError(f"no issue {id_or_key}")
        return found

    def issues(self, project: str) -> list[Issue]:
        """By id; the truth, not the index."""
        wanted = self.project(project).id
        return [issue for _, issue in sorted(self.state.issues.items()) if issue.project_id == wanted]

    def version(self, project: str, name: str) -> Version:
        known = self.state.versions_of(self.project(project).id)
        found = next((version for version in known if version.name == name), None)
        if found is None:
            raise KeyError(f"{project} has no version {name!r}")
        return found

    def comments(self, key: str) -> tuple[Comment, ...]:
        return self.issue(key).comments

    def history(self, key: str) -> list[History]:
        return list(self.state.histories[self.issue(key).id])

    def status_name(self, key: str) -> str:
        return self.state.statuses[self.issue(key).status_id].name

    # What can go wrong

    def fault(self, fault: Fault) -> Fault:
        self.faults.append(fault)
        return fault

    def limit(
        self,
        reason: str = "jira-burst-based",
        retry_after: int | None = 2,
        times: int = 1,
        method: str = "*",
        path: str = "",
    ) -> Limit:
        made = Limit(reason, retry_after, times, method, path)
        self.limits.append(made)
        return made

    def fault_for(self, method: str, path: str) -> Fault | None:
        struck = [fault for fault in self.faults if fault.strikes(method, path)]
        return struck[0] if struck else None

    def limit_for(self, method: str, path: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.strikes(method, path)), None)

    def deny(self, account_id: str, permission: str, project: str | None = None) -> None:
        self.permissions.deny(account_id, permission, self.project(project).id if project else None)
        self.search.forget()

    def allow(self, account_id: str, permission: str, project: str | None = None) -> None:
        self.permissions.allow(account_id, permission, self.project(project).id if project else None)
        self.search.forget()

    def may_browse(self, reader: User | None, project_id: int) -> bool:
        return self.permissions.has(reader.account_id if reader else None, "BROWSE_PROJECTS", project_id)


__all__ = ["ApiError", "Exchange", "Fault", "FaultKind", "JiraSimulator", "text_adf"]
