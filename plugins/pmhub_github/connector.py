"""The GitHub connector: issues as tickets, their comments as comments, for one personal token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar, Final

from pmhub.sdk import (
    Access,
    Capabilities,
    Changes,
    Connector,
    Container,
    Created,
    Draft,
    FieldChange,
    Fitted,
    Gone,
    Identity,
    Kind,
    Listing,
    Native,
    Observation,
    Page,
    Record,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
    Visibility,
    kind_of,
)
from pmhub_github import mapping, shapes
from pmhub_github.events import EventLog
from pmhub_github.listing import Walk
from pmhub_github.milestones import Milestones
from pmhub_github.names import Names
from pmhub_github.queries import ISSUE_NODES, MOST_NODES
from pmhub_github.settings import GitHubScope, GitHubSettings, site_of
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire
from pmhub_github.writing import DAY, Writing

KINDS: Final = (Kind.TICKET, Kind.COMMENT)  # issues first: they tell the ids that comments name
OTHER_ISSUE: Final = {Kind.TICKET: "parent", Kind.COMMENT: "issue"}


class GitHub(Connector[GitHubSettings]):
    """`Ref.id` is the node id, `Ref.key` is `owner/repo#7`; the database id and the number are in the native."""

    name: ClassVar[str] = "github"
    settings_type: ClassVar[type[Any]] = GitHubSettings
    scope_type: ClassVar[type[Any]] = GitHubScope
    capabilities: ClassVar[Capabilities] = Capabilities(
        access={
            Kind.TICKET: Access.READ | Access.CREATE | Access.UPDATE | Access.CLOSE,
            Kind.COMMENT: Access.READ | Access.CREATE | Access.UPDATE,
        },
        fields={
            Kind.TICKET: frozenset({"title", "body", "type", "status", "assignees", "labels", "releases", "parent"}),
            Kind.COMMENT: frozenset({"body", "author"}),
        },
        later={Kind.TICKET: frozenset({"status", "parent"})},
        incremental=frozenset(KINDS),
        listing=dict.fromkeys(KINDS, Listing.STRONG),
        history={
            Kind.TICKET: frozenset({"title", "body", "status", "assignees", "labels", "releases"}),
            Kind.COMMENT: frozenset({"body"}),
        },
        bulk_create=dict.fromkeys(KINDS, 1),
        bulk_read=dict.fromkeys(KINDS, MOST_NODES),
        answers_with_body=frozenset(KINDS),
    )

    @cached_property
    def _wire(self) -> Wire:
        return Wire(self.settings, self.context)

    @cached_property
    def _names(self) -> Names:
        return Names(self._wire, self.context)

    @cached_property
    def _writing(self) -> Writing:
        return Writing(self._wire, self._names, Milestones(self._wire), self._issue_types)

    @cached_property
    def _user(self) -> Mapping[str, Any]:
        return self._wire.user()

    @cached_property
    def _repos(self) -> dict[str, Mapping[str, Any]]:
        return {}

    def site(self) -> str:
        return site_of(self.settings.url)

    def check(self, scopes: Sequence[Scope]) -> Identity:
        login = str(self._user["login"])
        found = {scope.key: self._container(scope) for scope in scopes}
        return Identity(login, str(self._user.get("name") or login), self.site(), self._wire.clock_offset, found)

    def _container(self, scope: Scope) -> Container:
        repo = self._repo(scope.settings.repo)
        rights = repo.get("permissions") or {"push": True}
        may_write = bool(rights.get("push") or rights.get("triage")) and not repo.get("archived")
        shown = mapping.VISIBILITY.get(visibility_of(repo), Visibility.PUBLIC)  # what it is called is new to us
        return Container(scope.key, str(repo["node_id"]), shown, may_write)

    def _repo(self, repo: str) -> Mapping[str, Any]:
        key = repo.casefold()
        if key not in self._repos:
            self._repos[key] = self._wire.repo(repo)
        return self._repos[key]

    # reading

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        for kind in KINDS:
            together: dict[str, list[Stream]] = {}
            for stream in streams:
                if stream.kind is kind:
                    together.setdefault(stream.scope.settings.repo.casefold(), []).append(stream)
            for mine in together.values():
                yield from self._walk(kind, mine[0].scope).pages(mine)

    def _walk(self, kind: Kind, scope: Scope) -> Walk:
        return Walk(
            self._wire,
            scope.settings.repo,
            kind,
            str(self._user["login"]),
            self._names,
            lambda of, found: self._observe(kind, of, found),
        )

    def _observe(self, kind: Kind, scope: Scope, found: Sequence[Shape]) -> list[Observation]:
        """A comment whose issue GitHub no longer tells is left out: a sweep settles it."""
        self._names.fill(found, OTHER_ISSUE[kind])
        known = [shape for shape in found if kind is Kind.TICKET or shape["issue"]["node_id"]]
        return [self.normalise(kind, scope, self._completed(scope, shape)) for shape in known]

    def _completed(self, scope: Scope, shape: Shape) -> Shape:
        """With what GitHub tells elsewhere: whether it is our own account's, and who can see the repository."""
        login = str(self._user["login"])
        ours = str(shape["user"]["login"]).casefold() == login.casefold()
        return {**shape, "ours": ours, "visibility": visibility_of(self._repo(scope.settings.repo))}

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        ref_of = mapping.issue_ref if stream.kind is Kind.TICKET else mapping.comment_ref
        return (ref_of(shape) for shape in self._walk(stream.kind, stream.scope).everything(stream.scope))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        if len(targets) == 1 and targets[0].ref.kind is Kind.TICKET and shapes.place_of(targets[0].ref.key):
            yield self._read_issue(targets[0])
        else:
            yield from self._read_nodes(targets)

    def _read_issue(self, target: Target) -> Observation | Tombstone:
        """One issue by REST. What moved to another repository is another thing there, and gone here."""
        place = shapes.place_of(target.ref.key)
        repo, number = place or (target.scope.settings.repo, 0)
        try:
            shape = shapes.issue(self._wire.issue(repo, number))
        except Gone:
            self._wire.repo(target.scope.settings.repo)
            return Tombstone(target.ref)
        if shape["node_id"] != target.ref.id:
            return Tombstone(target.ref)
        return self._observe(Kind.TICKET, target.scope, [shape])[0]

    def _read_nodes(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        nodes = self._wire.nodes(ISSUE_NODES, list(dict.fromkeys(target.ref.id for target in targets)))
        if nodes.gone:
            for repo in {target.scope.settings.repo for target in targets if target.ref.id in nodes.gone}:
                self._wire.repo(repo)
        for target in targets:
            node = nodes.found.get(target.ref.id)
            yield Tombstone(target.ref) if node is None else self._read_node(target, node)

    def _read_node(self, target: Target, node: Mapping[str, Any]) -> Observation | Tombstone:
        kind, scope = target.ref.kind, target.scope
        if "repository" not in node:  # a pull request, which the query does not spell out
            return self._read_issue(target)
        if node["repository"]["nameWithOwner"].casefold() != scope.settings.repo.casefold():
            return Tombstone(target.ref)
        shape = shapes.issue_from_node(node) if kind is Kind.TICKET else shapes.comment_from_node(node)
        return self.normalise(kind, scope, self._completed(scope, shape))

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        """GitHub knows whole seconds, so the second that `since` lies in counts."""
        yield from EventLog(self._wire, str(self._user["login"])).changes(targets, since // 1000 * 1000)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        return mapping.normalise(kind, scope, native)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        return mapping.fit(scope, record)

    # writing

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        return [self._create(draft) for draft in drafts]

    def _create(self, draft: Draft) -> Created | Refused:
        try:
            return self._create_issue(draft) if kind_of(draft.record) is Kind.TICKET else self._create_comment(draft)
        except Refused as error:
            return error

    def _create_issue(self, draft: Draft) -> Created:
        shape = shapes.issue(self._writing.create_issue(draft))
        self._names.learn(shapes.key_of(shape["html_url"]), shape["node_id"])
        seen = self.normalise(Kind.TICKET, draft.scope, self._completed(draft.scope, shape))
        return Created(seen.ref, seen)

    def _create_comment(self, draft: Draft) -> Created:
        shape = shapes.comment(self._writing.create_comment(draft))
        shape["issue"] = {**shape["issue"], "node_id": draft.on.id if draft.on else None}
        seen = self.normalise(Kind.COMMENT, draft.scope, self._completed(draft.scope, shape))
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        if target.ref.kind is Kind.COMMENT:
            return self._update_comment(target, replace(over, native=shapes.comment(over.native)), changes)
        over = replace(over, native=shapes.issue(over.native))
        shape = shapes.issue(self._writing.update_issue(target, over, changes))
        return self._observe(Kind.TICKET, target.scope, [shape])[0]

    def _update_comment(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        raw = self._writing.update_comment(target, over, changes)
        if raw is None:
            return None
        shape = {**shapes.comment(raw), "issue": over.native["issue"]}
        return self.normalise(Kind.COMMENT, target.scope, self._completed(target.scope, shape))

    def _issue_types(self, repo: str) -> frozenset[str]:
        """Casefolded names, remembered for a day; none where the owner is a person."""
        key = f"issue-types:{repo.casefold()}"
        names = self.context.memory.get(key)
        if names is None:
            names = self._wire.issue_types(repo)
            self.context.memory.put(key, names, until=self.context.clock() + DAY)
        return frozenset(names)

    def parse_key(self, text: str) -> str | None:
        """`owner/repo#7` from itself or from the address of the issue or of one of its comments."""
        text = text.strip()
        return text if shapes.KEY.fullmatch(text) else shapes.key_of(text) if text.startswith("https://") else None


def visibility_of(repo: Mapping[str, Any]) -> str:
    return str(repo.get("visibility") or ("private" if repo.get("private", True) else "public"))
