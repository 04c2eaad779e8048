"""Issues, as tickets or as roadmap items: list, create, change. Reading them directly is in direct_reads.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmhub.sdk import Changes, Created, Draft, Kind, Observation, Page, Ref, Scope, Stream, Target, kind_of
from pmhub_github import mapping, payloads, roadmap_issue_mapping, shapes
from pmhub_github.listing import ISSUES, Walk
from pmhub_github.names import Names
from pmhub_github.repositories import Repositories
from pmhub_github.shapes import Shape
from pmhub_github.ticket_mapping import issue_ref
from pmhub_github.wire import Wire
from pmhub_github.writing import Writing


@dataclass(frozen=True)
class Issues:
    wire: Wire
    repositories: Repositories
    names: Names
    writing: Writing

    def pages(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """All streams of one repository, whether they read tickets or roadmap items."""
        yield from self._walk(streams[0].scope).pages(streams)

    def sweep(self, kind: Kind, scope: Scope) -> Iterator[Ref]:
        return (issue_ref(kind, shape) for shape in self._walk(scope).everything(scope))

    def _walk(self, scope: Scope) -> Walk:
        def observe(stream: Stream, found: Sequence[Shape]) -> list[Observation]:
            return self.observe(stream.kind, stream.scope, found)

        return Walk(self.wire, scope.settings.repo, ISSUES, self.repositories.login, self.names, observe)

    def observe(self, kind: Kind, scope: Scope, found: Sequence[Shape]) -> list[Observation]:
        self.names.fill(found, "parent")
        return [mapping.normalise(kind, scope, self.repositories.completed(scope, shape)) for shape in found]

    def create(self, draft: Draft) -> Created:
        kind = kind_of(draft.record)
        new = payloads.new_issue(draft) if kind is Kind.TICKET else roadmap_issue_mapping.new_roadmap_issue(draft)
        shape = shapes.issue(self.writing.create_issue(draft.scope, new))
        self.names.learn(shapes.key_of(shape["html_url"]), shape["node_id"])
        seen = mapping.normalise(kind, draft.scope, self.repositories.completed(draft.scope, shape))
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation:
        kind, scope = target.ref.kind, target.scope
        edited = payloads.edited_issue if kind is Kind.TICKET else roadmap_issue_mapping.edited_roadmap_issue
        shape = shapes.issue(self.writing.update_issue(scope, over, edited(scope, over, changes)))
        return self.observe(kind, scope, [shape])[0]
