"""The simulator's front: what a test or the demo sets up, what people do, what goes wrong, and what was asked."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from . import (
    comment_changes,
    issue_changes,
    issue_field_values,
    loading,
    milestone_changes,
    release_changes,
    structure,
)
from .apps import AppPeople
from .faults import Fault, graphql_rate_limited, secondary_limit
from .limits import RESOURCES
from .project_people import ProjectPeople
from .state import IssueField, IssueType, Repo
from .world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    from .issue_fields import Attributes, IssueFields
    from .recording import Exchange
    from .state import Comment, Issue, Milestone, Release, User

PERSON = "octocat"


class GitHubSimulator:
    """GitHub in memory. `clock` gives epoch seconds; `requests` grows with every exchange and is never cut.

    `enterprise`: the version of an Enterprise Server, whose API is below `/api/v3`.
    """

    def __init__(self, clock: Callable[[], float] | None = None, enterprise: tuple[int, int] | None = None) -> None:
        self.world = World(clock or time.time, enterprise=enterprise)
        self.faults: list[Fault] = []
        self.requests: list[Exchange] = []
        self.latency = 0.0
        self.answered = 0
        self.lock = threading.RLock()
        self.projects = ProjectPeople(self.world, self.lock)
        self.apps = AppPeople(self.world, self.lock)

    @property
    def clock_skew(self) -> float:
        """Seconds by which the server's clock is ahead."""
        return self.world.clock_skew

    @clock_skew.setter
    def clock_skew(self, seconds: float) -> None:
        self.world.clock_skew = seconds

    # What there is

    def add_repo(
        self,
        full_name: str,
        *,
        private: bool = False,
        permissions: Mapping[str, str] | None = None,
        user_owned: bool = False,
    ) -> Repo:
        """Add a repository; without `permissions` every token may write. An organisation brings its issue types."""
        owner, _, name = full_name.partition("/")
        with self.lock:
            login = (self.world.user if user_owned else self.world.organization)(owner).login
            levels = None if permissions is None else dict(permissions)
            repo = Repo(self.world.new_id(), login, name, self.world.now(), private, permissions=levels)
            self.world.repos[repo.id] = repo
            self.world.names[full_name.lower()] = repo.id
            return repo

    def add_issue_type(self, owner: str, name: str) -> None:
        """One more for the issues of an organisation, beside those that GitHub gives every one."""
        with self.lock:
            found = IssueType(self.world.new_id(), name, None, "gray", self.world.now())
            self.world.types[self.world.organization(owner).login].append(found)

    def add_issue_field(self, owner: str, name: str, data_type: str, options: Sequence[str] = ()) -> IssueField:
        """A field for the issues of an organisation: text, number, date or single_select."""
        with self.lock:
            found = IssueField(self.world.new_id(), name, data_type, self.world.now(), list(options))
            self.world.issue_fields.setdefault(self.world.organization(owner).login, []).append(found)
            return found

    def user_set_field(self, full_name: str, number: int, field: IssueField, value: Any) -> None:  # noqa: ANN401
        """Set a field of an issue, None empties it."""
        with self.lock:
            repo = self.repo(full_name)
            issue_field_values.set_value(self.world, repo, repo.issues[number], PERSON, field, value)

    def add_user(self, login: str) -> User:
        return self.world.user(login)

    def token(self, token: str, *, login: str) -> None:
        """Let `token` speak for `login`."""
        self.world.tokens[token] = self.world.user(login).login

    def repo(self, full_name: str) -> Repo:
        return self.world.repo(full_name)

    def issues(self, full_name: str) -> dict[int, Issue]:
        """Return the live issues and pull requests by number: for oracles, not to be changed."""
        return self.repo(full_name).issues

    def issue(self, full_name: str, number: int) -> Issue:
        return self.repo(full_name).issues[number]

    def comments(self, full_name: str) -> dict[int, Comment]:
        return self.repo(full_name).comments

    def milestones(self, full_name: str) -> dict[int, Milestone]:
        return self.repo(full_name).milestones

    def releases(self, full_name: str) -> dict[int, Release]:
        return self.repo(full_name).releases

    def label_names(self, full_name: str, number: int) -> list[str]:
        repo = self.repo(full_name)
        return [repo.labels[one].name for one in repo.issues[number].labels]

    def load_issue(self, full_name: str, native: Mapping[str, Any]) -> Issue:
        """Load an issue in REST shape with its texts, labels, state, milestone, people and times."""
        with self.lock:
            return loading.load_issue(self.world, self.repo(full_name), native)

    def load_comment(self, full_name: str, number: int, native: Mapping[str, Any]) -> Comment:
        with self.lock:
            repo = self.repo(full_name)
            return loading.load_comment(self.world, repo, repo.issues[number], native)

    # What people do

    def user_create_issue(
        self, full_name: str, title: str, body: str | None = None, *, user: str = PERSON, **fields: Unpack[Attributes]
    ) -> Issue:
        with self.lock:
            given: IssueFields = {"title": title, "body": body, **fields}
            return issue_changes.create_issue(self.world, self.repo(full_name), user, given)

    def user_create_pull(
        self,
        full_name: str,
        title: str,
        body: str | None = None,
        *,
        user: str = PERSON,
        branch: str = "",
        **fields: Unpack[Attributes],
    ) -> Issue:
        with self.lock:
            issue = self.user_create_issue(full_name, title, body, user=user, **fields)
            issue.is_pull, issue.branch = True, branch
            return issue

    def user_merge_pull(self, full_name: str, number: int, *, user: str = PERSON) -> Issue:
        """Merge a pull request; the issues it names stay as they are."""
        with self.lock:
            pull = self.issue(full_name, number)
            pull.merged, pull.merge_commit = self.world.now(), f"{pull.id:040x}"
            self.user_close(full_name, number, user=user)
            return pull

    def user_edit_issue(
        self, full_name: str, number: int, *, user: str = PERSON, **fields: Unpack[IssueFields]
    ) -> None:
        with self.lock:
            repo = self.repo(full_name)
            issue_changes.edit_issue(self.world, repo, repo.issues[number], user, fields)

    def user_close(self, full_name: str, number: int, *, user: str = PERSON, reason: str = "completed") -> None:
        self.user_edit_issue(full_name, number, user=user, state="closed", state_reason=reason)

    def user_reopen(self, full_name: str, number: int, *, user: str = PERSON) -> None:
        self.user_edit_issue(full_name, number, user=user, state="open")

    def user_delete_issue(self, full_name: str, number: int) -> None:
        with self.lock:
            repo = self.repo(full_name)
            structure.delete_issue(self.world, repo, repo.issues[number])

    def user_comment(self, full_name: str, number: int, body: str, *, user: str = PERSON) -> Comment:
        with self.lock:
            repo = self.repo(full_name)
            return comment_changes.create_comment(self.world, repo, repo.issues[number], user, body)

    def user_edit_comment(self, full_name: str, comment: int, body: str, *, user: str = PERSON) -> None:
        with self.lock:
            repo = self.repo(full_name)
            comment_changes.edit_comment(self.world, repo, repo.comments[comment], user, body)

    def user_delete_comment(self, full_name: str, comment: int) -> None:
        with self.lock:
            repo = self.repo(full_name)
            comment_changes.delete_comment(self.world, repo, repo.comments[comment])

    def user_add_sub_issue(
        self, full_name: str, parent: int, child: int, *, child_in: str = "", user: str = PERSON
    ) -> None:
        """Put one issue below another; `child_in` names the child's repository where it is another."""
        with self.lock:
            above, below = self.issue(full_name, parent), self.issue(child_in or full_name, child)
            structure.add_sub_issue(self.world, above, below, user, replace_parent=True)

    def user_remove_sub_issue(self, full_name: str, parent: int, child: int, *, user: str = PERSON) -> None:
        with self.lock:
            structure.remove_sub_issue(self.world, self.issue(full_name, parent), self.issue(full_name, child), user)

    def user_block(
        self, full_name: str, number: int, by: int, *, by_in: str = "", off: bool = False, user: str = PERSON
    ) -> None:
        """One issue waits for another, or (`off`) no more; `by_in` names the other's repository where it is another."""
        with self.lock:
            change = structure.unblock if off else structure.block
            change(self.world, self.issue(full_name, number), self.issue(by_in or full_name, by), user)

    def user_create_milestone(self, full_name: str, title: str, *, user: str = PERSON, **fields: Any) -> Milestone:  # noqa: ANN401
        """Create a milestone; `fields` are GitHub's: description, state, due_on."""
        with self.lock:
            return milestone_changes.create_milestone(
                self.world, self.repo(full_name), user, {"title": title, **fields}
            )

    def user_edit_milestone(self, full_name: str, number: int, **fields: Any) -> None:  # noqa: ANN401
        with self.lock:
            repo = self.repo(full_name)
            milestone_changes.edit_milestone(self.world, repo, repo.milestones[number], fields)

    def user_delete_milestone(self, full_name: str, number: int, *, user: str = PERSON) -> None:
        with self.lock:
            repo = self.repo(full_name)
            milestone_changes.delete_milestone(self.world, repo, repo.milestones[number], user)

    def user_create_release(self, full_name: str, tag: str, *, user: str = PERSON, **fields: Any) -> Release:  # noqa: ANN401
        """Create a release, published unless `draft=True`; `fields` are GitHub's: name, body, prerelease, draft."""
        with self.lock:
            given = {"tag_name": tag, "name": tag, **fields}
            return release_changes.create_release(self.world, self.repo(full_name), user, given)

    def user_edit_release(self, full_name: str, release: int, **fields: Any) -> None:  # noqa: ANN401
        """Edit as on the web, where a draft keeps its tag; `draft=False` publishes it."""
        with self.lock:
            repo = self.repo(full_name)
            one = repo.releases[release]
            release_changes.edit_release(self.world, repo, one, {"tag_name": one.tag, **fields})

    def user_delete_release(self, full_name: str, release: int) -> None:
        with self.lock:
            del self.repo(full_name).releases[release]

    def user_push_tag(self, full_name: str, tag: str) -> None:
        with self.lock:
            repo = self.repo(full_name)
            repo.tags[tag] = release_changes.head_of(repo)

    def user_rename_label(self, full_name: str, name: str, new_name: str) -> None:
        with self.lock:
            label = self.repo(full_name).label_named(name)
            if label is None:
                raise KeyError(name)
            label.name = new_name

    def lock_issue(self, full_name: str, number: int) -> None:
        """Lock a conversation: comments without write access answer 403."""
        self.issue(full_name, number).locked = True

    def transfer_issue(self, full_name: str, number: int, target: str) -> Issue:
        with self.lock:
            repo = self.repo(full_name)
            return structure.transfer_issue(self.world, repo, repo.issues[number], self.repo(target))

    def rename_repo(self, full_name: str, new_name: str) -> None:
        """Rename within the same owner; the old name redirects from now on."""
        with self.lock:
            repo = self.repo(full_name)
            repo.name = new_name.rpartition("/")[2]
            self.world.names[repo.full_name.lower()] = repo.id

    def archive(self, full_name: str) -> None:
        self.repo(full_name).archived = True

    def disable_issues(self, full_name: str) -> None:
        self.repo(full_name).has_issues = False

    # What goes wrong

    def fault(self, fault: Fault) -> Fault:
        """Switch a fault on; it counts requests from now."""
        self.faults.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """Return the fault that falls on this request, the first switched on if several do; all of them count it."""
        struck = [fault for fault in self.faults if fault.strikes(method, path)]
        return struck[0] if struck else None

    def rate_limit(self, *, remaining: int, reset: int, resource: str = "core") -> None:
        """Leave every token `remaining` points until `reset` (epoch seconds); then the window starts anew."""
        if resource not in RESOURCES:
            raise ValueError(f"resource {resource!r}: use one of {', '.join(RESOURCES)}")
        bots = (user.login for user in self.world.users.values() if user.kind == "Bot")
        for login in (None, *self.world.tokens.values(), *bots):
            window = self.world.limits.window(login, resource, self.world.now())
            window.used, window.reset = max(0, window.limit - remaining), reset

    def secondary_limit(self, times: int = 1, retry_after: int | None = None, status: int = 403) -> Fault:
        """Refuse the next `times` requests of any kind as over a secondary limit."""
        return self.fault(secondary_limit(times, retry_after, status))

    def graphql_rate_limited(self, times: int = 1) -> Fault:
        """Answer the next GraphQL queries with 200 and a RATE_LIMITED error."""
        return self.fault(graphql_rate_limited(times))
