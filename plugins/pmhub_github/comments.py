"""Comments on issues: list, create, change. Reading them directly is in direct_reads.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmhub.model.lean import dataclass
from pmhub.sdk import Changes, Created, Draft, Kind, Observation, Page, Ref, Scope, Stream, Target
from pmhub_github import mapping, shapes
from pmhub_github.comment_mapping import comment_ref
from pmhub_github.listing import COMMENTS, Walk, begin
from pmhub_github.names import Names
from pmhub_github.repositories import Repositories
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire
from pmhub_github.writing import Writing


@dataclass(frozen=True)
class Comments:
    wire: Wire
    repositories: Repositories
    names: Names
    writing: Writing

    def begin(self, streams: Sequence[Stream]) -> None:
        begin(self.wire, COMMENTS, streams)

    def pages(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """All streams of one repository."""
        yield from self._walk(streams[0].scope).pages(streams)

    def sweep(self, scope: Scope) -> Iterator[Ref]:
        return (comment_ref(shape) for shape in self._walk(scope).everything(scope))

    def _walk(self, scope: Scope) -> Walk:
        return Walk(self.wire, scope.settings.repo, COMMENTS, self.repositories.login, self.names, self._observe)

    def _observe(self, stream: Stream, found: Sequence[Shape]) -> list[Observation]:
        """A comment whose issue GitHub no longer tells is left out: a sweep settles it."""
        self.names.fill(found, "issue")
        known = [shape for shape in found if shape["issue"]["node_id"]]
        return [self._observed(stream.scope, shape) for shape in known]

    def _observed(self, scope: Scope, shape: Shape) -> Observation:
        return mapping.normalise(Kind.COMMENT, scope, self.repositories.completed(scope, shape))

    def create(self, draft: Draft) -> Created:
        shape = shapes.comment(self.writing.create_comment(draft))
        shape["issue"] = {**shape["issue"], "node_id": draft.on.id if draft.on else None}
        seen = self._observed(draft.scope, shape)
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        if changes.get("deleted"):
            self.writing.delete_comment(target, over)
            return None
        raw = self.writing.update_comment(target, over, changes)
        if raw is None:
            return None
        return self._observed(target.scope, {**shapes.comment(raw), "issue": over.native["issue"]})
