"""The GitHub connector: which kind of thing each call is about. Each kind has its own module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import merge
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from pmhub.http.client import AT_ONCE
from pmhub.sdk import (
    Account,
    Announcement,
    Capabilities,
    Changes,
    CiRun,
    Connector,
    Created,
    Denied,
    Draft,
    FieldChange,
    File,
    Finding,
    Fitted,
    Identity,
    Kind,
    Native,
    NativeStatus,
    Observation,
    Page,
    Place,
    PullRequest,
    Record,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
    Unavailable,
    kind_of,
)
from pmhub_github import mapping, shapes, words
from pmhub_github.capabilities import CAPABILITIES
from pmhub_github.ci_runs import CiReading
from pmhub_github.comments import Comments
from pmhub_github.dependencies import Dependencies
from pmhub_github.field_calls import FieldList
from pmhub_github.issues import Issues
from pmhub_github.milestone_list import MilestoneList
from pmhub_github.milestones import Milestones
from pmhub_github.misfits import misfits
from pmhub_github.names import Names
from pmhub_github.projects import Projects
from pmhub_github.queries import TYPES
from pmhub_github.releases import Releases
from pmhub_github.repositories import Repositories
from pmhub_github.settings import GitHubScope, GitHubSettings, site_of
from pmhub_github.wire import Wire
from pmhub_github.writing import DAY, Writing

if TYPE_CHECKING:
    from pmhub_github.pull_requests import PullRequests

WHERE_IT_IS: Final = "The API of an Enterprise Server is at https://HOST/api/v3."

Scoped = TypeVar("Scoped", Stream, Target)


class GitHub(Connector[GitHubSettings]):
    """`Ref.id` is the node id, of a release the database id; `Ref.key` is `owner/repo#7`, `owner/repo/milestone/3`,
    `owner/repo@v1.0`. Other numbers and ids are in the native.
    """

    name: ClassVar[str] = "github"
    settings_type: ClassVar[type[Any]] = GitHubSettings
    scope_type: ClassVar[type[Any]] = GitHubScope
    capabilities: ClassVar[Capabilities] = CAPABILITIES

    @cached_property
    def _wire(self) -> Wire:
        return Wire(self.settings, self.context)

    @cached_property
    def _repositories(self) -> Repositories:
        return Repositories(self._wire)

    @cached_property
    def _names(self) -> Names:
        return Names(self._wire, self.context)

    @cached_property
    def _milestone_list(self) -> MilestoneList:
        return MilestoneList(self._wire)

    @cached_property
    def _writing(self) -> Writing:
        return Writing(self._wire, self._names, self._milestone_list, self._issue_types, Dependencies(self._wire))

    @cached_property
    def _issues(self) -> Issues:
        return Issues(self._wire, self._repositories, self._names, self._writing, self._projects, self._field_list)

    @cached_property
    def _field_list(self) -> FieldList:
        return FieldList(self._wire, self.context)

    @cached_property
    def _projects(self) -> Projects:
        return Projects(self._wire, self.context)

    @cached_property
    def _comments(self) -> Comments:
        return Comments(self._wire, self._repositories, self._names, self._writing)

    @cached_property
    def _milestones(self) -> Milestones:
        return Milestones(self._wire, self._repositories, self._milestone_list)

    @cached_property
    def _releases(self) -> Releases:
        return Releases(self._wire, self._repositories)

    @cached_property
    def _pull_requests(self) -> PullRequests:
        from pmhub_github.pull_requests import PullRequests  # noqa: PLC0415 - seldom asked for

        return PullRequests(self._wire, self._repositories)

    @classmethod
    def misfits(cls, scopes: Sequence[tuple[Kind, Any]]) -> Sequence[str]:
        return tuple(misfits(scopes))

    def later(self, kind: Kind, scope: Scope) -> frozenset[str]:
        """The fields that a create call in this scope cannot carry: more exactly than the capabilities say."""
        if is_milestone(kind, scope):
            return frozenset()
        held = self._projects.held(scope.settings) if kind in {Kind.ROADMAP_ITEM, Kind.TICKET} else ()
        if kind is Kind.TICKET and words.has_roadmap_issues(scope):
            return frozenset({"status", "parent", "links"}).union(held)
        return self.capabilities.later.get(kind, frozenset()).union(held)

    def site(self) -> str:
        return site_of(self.settings.url)

    def begin_check(self, scopes: Sequence[Scope]) -> None:
        """An App has to buy its token first."""
        if self.settings.app is None:
            self._wire.begin_user()
            self._repositories.begin([scope.settings.repo for scope in scopes])

    def check(self, scopes: Sequence[Scope]) -> Identity:
        for scope in scopes[:1]:
            self._wire.credentials.look_in(scope.settings.repo)
        self._wire.credentials.authorize()  # so that what is wrong with them is told as such
        try:
            return self._checked(scopes)
        except Denied:
            if not self._wire.credentials.renew():
                raise
        except Unavailable as error:
            if not self.settings.may_be_misplaced:
                raise
            raise Unavailable(error.message, hint=f"{error.hint} {WHERE_IT_IS}".strip()) from error
        return self._checked(scopes)

    def _checked(self, scopes: Sequence[Scope]) -> Identity:
        self._repositories.begin([scope.settings.repo for scope in scopes])
        user, login = self._repositories.user, self._repositories.login
        found = {scope.key: self._repositories.container(scope) for scope in scopes}
        self._wire.server.look()
        for scope in scopes:
            self._check_types(scope)
            self._field_list.look_at(scope)
            if scope.settings.project:
                self._projects.look_at(scope.settings)
        return Identity(login, str(user.get("name") or login), self.site(), self._wire.clock_offset, found)

    def _check_types(self, scope: Scope) -> None:
        if scope.settings.types and TYPES in self._wire.server.lacks():
            raise Denied(
                f"types of {scope.settings.repo}: this server has no issue types",
                hint="Choose issues by `labels` instead.",
            )

    # reading

    def begin(self, streams: Sequence[Stream]) -> None:
        for part, theirs in self._lists(streams)[:AT_ONCE]:
            part.begin(theirs)

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """Issues before comments: they tell the ids that comments name."""
        self._projects.forget_items()
        lists = self._lists(streams)
        try:
            for place, (part, together) in enumerate(lists):
                for later, theirs in lists[place + 1 : place + AT_ONCE]:
                    later.begin(theirs)
                yield from part.pages(together)
        finally:
            self._wire.client.drop_ahead()

    def _lists(self, streams: Sequence[Stream]) -> list[tuple[Issues | Comments | Milestones | Releases, list[Stream]]]:
        """What is listed, in order, with the streams of one repository that it serves."""
        found = []
        for part in (self._milestones, self._releases, self._issues, self._comments):
            mine = [stream for stream in streams if self._part(stream.kind, stream.scope) is part]
            found += [(part, together) for together in by_repo(mine)]
        return found

    def _part(self, kind: Kind, scope: Scope) -> Issues | Comments | Milestones | Releases:
        if kind is Kind.COMMENT:
            return self._comments
        if kind is Kind.RELEASE:
            return self._releases
        return self._milestones if is_milestone(kind, scope) else self._issues

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        part = self._part(stream.kind, stream.scope)
        return part.sweep(stream.kind, stream.scope) if isinstance(part, Issues) else part.sweep(stream.scope)

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        for part in (self._milestones, self._releases):
            mine = [target for target in targets if self._part(target.ref.kind, target.scope) is part]
            for together in by_repo(mine):
                yield from part.read(together)
        others = [t for t in targets if isinstance(self._part(t.ref.kind, t.scope), Issues | Comments)]
        from pmhub_github.direct_reads import DirectReads  # noqa: PLC0415 - seldom asked for

        yield from DirectReads(self._wire, self._issues, self.context).read(others)

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        """GitHub knows whole seconds, so the second that `since` lies in counts."""
        logged = [target for target in targets if target.ref.kind in self.capabilities.history]
        from pmhub_github.events import EventLog  # noqa: PLC0415 - seldom asked for

        yield from EventLog(self._wire, self._repositories.login).changes(logged, since // 1000 * 1000)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        return mapping.normalise(kind, scope, native)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        held, in_fields = self._projects.held(scope.settings), self._field_list.held(scope)
        return mapping.fit(scope, record, held, self._wire.server.lacks(), in_fields)

    # writing

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        return [self._create(draft) for draft in drafts]

    def _create(self, draft: Draft) -> Created | Refused:
        try:
            return self._part(kind_of(draft.record), draft.scope).create(draft)
        except Refused as error:
            return error

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        kind, scope = target.ref.kind, target.scope
        shape = mapping.normalise(kind, scope, over.native).native
        return self._part(kind, scope).update(target, replace(over, native=shape), changes)

    def _issue_types(self, repo: str) -> frozenset[str]:
        """Casefolded names, remembered for a day; none where the owner is a person."""
        key = f"issue-types:{repo.casefold()}"
        names = self.context.memory.get(key)
        if names is None:
            names = self._wire.issue_types(repo)
            self.context.memory.put(key, names, until=self.context.clock() + DAY)
        return frozenset(names)

    # what there is

    def places(self) -> Iterator[Place]:
        from pmhub_github import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.places(self._wire)

    def people(self, scopes: Sequence[Scope]) -> Iterator[Account]:
        from pmhub_github import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.people(self._wire, {scope.settings.repo for scope in scopes})

    def native_statuses(self, scope: Scope) -> Iterator[NativeStatus]:
        del scope
        from pmhub_github import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.statuses()

    def examine(self, kind: Kind, scope: Scope) -> Iterator[Finding]:
        from pmhub_github import examination  # noqa: PLC0415 - seldom asked for

        return examination.of(self._wire, self._repositories, kind, scope)

    # tests

    def test_runs(self, scope: Scope, since: int) -> Iterator[CiRun]:
        """Runs of GitHub's own CI, and where the scope asks for them the checks of others."""
        checks = self._checks(scope, since) if scope.settings.checks else ()
        runs = CiReading(self._wire, self.context).runs(scope, since)
        return merge(runs, checks, key=lambda one: one.run.finished or 0)

    def _checks(self, scope: Scope, since: int) -> Iterator[CiRun]:
        from pmhub_github.check_runs import CheckReading  # noqa: PLC0415 - seldom asked for

        yield from CheckReading(self._wire, self._repositories).runs(scope, since)

    def announce(self, scope: Scope, told: Announcement) -> None:
        from pmhub_github.ci_statuses import Statuses  # noqa: PLC0415 - seldom asked for

        Statuses(self._wire).announce(scope, told)

    def pull_requests(self, scope: Scope, since: int) -> Iterator[PullRequest]:
        return self._pull_requests.merged(scope, since)

    def files(self, target: Target) -> Iterator[File]:
        from pmhub_github import files  # noqa: PLC0415 - seldom asked for

        return files.shown(self._wire, target)

    def open_pull_requests(self, scope: Scope) -> Iterator[PullRequest]:
        return self._pull_requests.open(scope)

    def parse_key(self, text: str) -> str | None:
        """A key from itself or from an address: of an issue or one of its comments, a milestone, a published release."""
        text = text.strip()
        if text.startswith("https://"):
            return shapes.key_of(text) or shapes.release_key(text) or shapes.milestone_key(text)
        keys = (shapes.KEY, shapes.MILESTONE_KEY, shapes.RELEASE_KEY)
        return text if any(key.fullmatch(text) for key in keys) else None


def is_milestone(kind: Kind, scope: Scope) -> bool:
    return kind is Kind.ROADMAP_ITEM and scope.settings.as_ == "milestone"


def by_repo(asked: Iterable[Scoped]) -> list[list[Scoped]]:
    together: dict[str, list[Scoped]] = {}
    for one in asked:
        together.setdefault(one.scope.settings.repo.casefold(), []).append(one)
    return list(together.values())
