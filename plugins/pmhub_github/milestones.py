"""Milestones as roadmap items: list, read, create, change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    Changes,
    Created,
    Draft,
    Gone,
    Kind,
    Observation,
    Page,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
)
from pmhub_github import mapping, milestone_mapping, shapes
from pmhub_github.full_listing import is_known, seen_in, whole_page
from pmhub_github.milestone_list import MilestoneList
from pmhub_github.repositories import Repositories
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire, may_not_write

TEMPLATE: Final = "/milestones/{milestone_number}"


@dataclass(frozen=True)
class Milestones:
    wire: Wire
    repositories: Repositories
    listed: MilestoneList

    def begin(self, streams: Sequence[Stream]) -> None:
        self.listed.begin(streams[0].scope.settings.repo)

    def pages(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """All streams of one repository."""
        found = self.listed.afresh(streams[0].scope.settings.repo)
        for stream in streams:
            if is_known(stream, seen_in(found)):
                yield Page(stream, (), cursor=stream.cursor, not_modified=True)
            else:
                yield whole_page(stream, found, [self._observe(stream.scope, shape) for shape in found])

    def sweep(self, scope: Scope) -> Iterator[Ref]:
        return (milestone_mapping.milestone_ref(shape) for shape in self.listed.afresh(scope.settings.repo))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """Several of one repository by its list, which is as good as a direct read; what is missing there, directly."""
        known: dict[str, Shape] = {}
        if len(targets) > 1:
            known = {shape["node_id"]: shape for shape in self.listed.afresh(targets[0].scope.settings.repo)}
        for target in targets:
            shape = known.get(target.ref.id) or self._read_one(target)
            yield self._observe(target.scope, shape) if shape else Tombstone(target.ref)

    def _read_one(self, target: Target) -> Shape | None:
        repo, number = target.scope.settings.repo, shapes.milestone_number(target.ref.key)
        if number is None:
            found = {shape["node_id"]: shape for shape in self.listed.of(repo)}
            return found.get(target.ref.id)
        try:
            raw = self.wire.thing(repo, f"/milestones/{number}", TEMPLATE)
        except Gone:
            self.wire.repo_with_issues(repo)
            return None
        return self.listed.learn(repo, raw) if raw["node_id"] == target.ref.id else None

    def create(self, draft: Draft) -> Created:
        repo, payload = draft.scope.settings.repo, milestone_mapping.new_milestone(draft)
        if not payload["title"]:
            raise Refused("a milestone needs a title", field="title", hint="Give the item a title.")
        try:
            raw = self.wire.write("POST", repo, "/milestones", template="/milestones", json=payload).data
        except Gone as error:
            self.wire.repo_with_issues(repo)
            raise may_not_write(repo, "milestones") from error
        except Refused as error:
            raise said_plainly(error, repo, payload["title"]) from error
        seen = self._observe(draft.scope, self.listed.learn(repo, raw))
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        """None where there is nothing to write."""
        repo, number = target.scope.settings.repo, int(over.native["number"])
        payload = milestone_mapping.edited_milestone(target.scope, over, changes)
        if not payload:
            return None
        try:
            raw = self.wire.write("PATCH", repo, f"/milestones/{number}", template=TEMPLATE, json=payload).data
        except Gone as error:
            self.wire.repo_with_issues(repo)
            self.wire.thing(repo, f"/milestones/{number}", TEMPLATE)
            raise may_not_write(repo, "milestones") from error
        except Refused as error:
            raise said_plainly(error, repo, payload.get("title", "")) from error
        return self._observe(target.scope, self.listed.learn(repo, raw))

    def _observe(self, scope: Scope, shape: Shape) -> Observation:
        return mapping.normalise(Kind.ROADMAP_ITEM, scope, self.repositories.completed(scope, shape))


def said_plainly(error: Refused, repo: str, title: str) -> Refused:
    """A title names one milestone only, closed ones too; whose it is, the connector does not decide."""
    if error.field != "title" or "already_exists" not in error.message:
        return error
    return Refused(
        f"{repo} has another milestone called {title!r}",
        field="title",
        hint="Give one of the two another title: in GitHub a title names one milestone.",
    )
