"""Issues, as tickets or as roadmap items: list, create, change. Reading them directly is in direct_reads.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    Changes,
    Created,
    Draft,
    Kind,
    Observation,
    Page,
    Ref,
    Scope,
    Stream,
    Target,
    kind_of,
)
from pmhub_github import mapping, payloads, roadmap_issue_mapping, shapes
from pmhub_github.field_calls import FieldList
from pmhub_github.listing import ISSUES, Walk, begin, is_in, why_left_out
from pmhub_github.names import Names
from pmhub_github.payloads import IssueEdit, NewIssue
from pmhub_github.project_fields import OUTSIDE
from pmhub_github.project_stream import ProjectStream
from pmhub_github.projects import Projects
from pmhub_github.repositories import Repositories
from pmhub_github.shapes import Shape
from pmhub_github.ticket_mapping import issue_ref
from pmhub_github.wire import Wire
from pmhub_github.writing import Writing, after_another


@dataclass(frozen=True)
class Issues:
    wire: Wire
    repositories: Repositories
    names: Names
    writing: Writing
    projects: Projects
    field_list: FieldList

    def begin(self, streams: Sequence[Stream]) -> None:
        begin(self.wire, ISSUES, streams)

    def pages(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """All streams of one repository, whether they read tickets or roadmap items."""
        finish = [(stream, self._finish(stream)) for stream in streams]
        for page in self._walk(streams[0].scope).pages(streams):
            yield next(done(page) for stream, done in finish if stream is page.stream)

    def _finish(self, stream: Stream) -> Callable[[Page], Page]:
        """What becomes of a page of this stream before it is handed on."""
        if not self.projects.serves(stream.scope.settings):
            return as_it_is
        listed = self.projects.listed(stream.scope.settings)
        return ProjectStream(stream, listed, partial(self._read, stream)).page

    def _read(self, stream: Stream, ids: Sequence[str]) -> list[Observation]:
        """Those of these issues that are in the scope."""
        nodes = self.wire.issue_nodes(ids, fields=self.field_list.serves(stream.scope)).found.values() if ids else ()
        found = [shapes.issue_from_node(node) for node in nodes if "repository" in node]
        login, scope = self.repositories.login, stream.scope
        return self.observe(
            stream.kind, scope, [one for one in found if is_in(scope, one) and not why_left_out(scope, one, login)]
        )

    def sweep(self, kind: Kind, scope: Scope) -> Iterator[Ref]:
        return (issue_ref(kind, shape) for shape in self._walk(scope).everything(scope))

    def _walk(self, scope: Scope) -> Walk:
        def observe(stream: Stream, found: Sequence[Shape]) -> list[Observation]:
            return self.observe(stream.kind, stream.scope, found)

        return Walk(self.wire, scope.settings.repo, ISSUES, self.repositories.login, self.names, observe)

    def observe(self, kind: Kind, scope: Scope, found: Sequence[Shape]) -> list[Observation]:
        self.names.fill(found, "parent")
        if kind is Kind.TICKET:
            self.writing.dependencies.fill(found)
        return [mapping.normalise(kind, scope, self.completed(scope, shape)) for shape in found]

    def completed(self, scope: Scope, shape: Shape) -> Shape:
        joined = self.field_list.joined(scope, shape)
        return self.projects.joined(scope, self.repositories.completed(scope, joined))

    def create(self, draft: Draft) -> Created:
        kind = kind_of(draft.record)
        new = self._new(draft) if kind is Kind.TICKET else roadmap_issue_mapping.new_roadmap_issue(draft)
        shape = shapes.issue(self.writing.create_issue(draft.scope, new))
        self.names.learn(shapes.key_of(shape["html_url"]), shape["node_id"])
        shape = self.repositories.completed(draft.scope, self.field_list.joined(draft.scope, shape))
        if self.projects.serves(draft.scope.settings):
            shape = self._placed(kind, draft.scope, shape)
        seen = mapping.normalise(kind, draft.scope, shape)
        return Created(seen.ref, seen)

    def _placed(self, kind: Kind, scope: Scope, shape: Shape) -> Shape:
        """A roadmap stands on its board as a whole; a ticket comes into the project with its first iteration."""
        return self.projects.put_in(scope, shape) if kind is Kind.ROADMAP_ITEM else {**shape, "project": dict(OUTSIDE)}

    def _new(self, draft: Draft) -> NewIssue:
        return payloads.new_issue(draft, self.field_list.held(draft.scope))

    def _edited(self, scope: Scope, over: Observation, changes: Changes) -> IssueEdit:
        return payloads.edited_issue(scope, over, changes, self.field_list.held(scope))

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation:
        kind, scope = target.ref.kind, target.scope
        edited = self._edited if kind is Kind.TICKET else roadmap_issue_mapping.edited_roadmap_issue
        edit = edited(scope, over, changes)
        if self.projects.serves(scope.settings):
            return self.observe(kind, scope, [self._update_both(scope, over, changes, edit)])[0]
        shape = shapes.issue(self.writing.update_issue(scope, over, edit))
        return self.observe(kind, scope, [shape])[0]

    def _update_both(self, scope: Scope, over: Observation, changes: Changes, edit: IssueEdit) -> Shape:
        """The issue first: GitHub's own workflows move the column of an issue that is closed or opened again.

        Before either, all that must be known: no read that fails later may hide that something was written.
        """
        self.projects.listed(scope.settings)
        wanted = self.projects.wanted(scope, over.native, changes)
        if edit == IssueEdit():
            shape = dict(over.native)
            if wanted:
                self.projects.write(scope, shape, wanted)
            return shape
        shape = shapes.issue(self.writing.update_issue(scope, over, edit))
        if wanted:
            after_another(lambda: self.projects.write(scope, shape, wanted))
        return shape


def as_it_is(page: Page) -> Page:
    return page
