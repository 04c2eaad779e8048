"""GitHub's releases as releases: list, read, draft, change, publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    Changes,
    Created,
    Denied,
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
from pmhub_github import mapping, release_mapping, shapes
from pmhub_github.full_listing import FullListing, is_known, seen_in, whole_page
from pmhub_github.repositories import Repositories, may
from pmhub_github.shapes import Shape
from pmhub_github.wire import RELEASES, Wire, may_not_write

TEMPLATE: Final = "/releases/{release_id}"
OUR_NAMES: Final = {"body": "notes", "name": "version", "title": "version"}


@dataclass(frozen=True)
class Releases:
    wire: Wire
    repositories: Repositories

    @cached_property
    def listed(self) -> FullListing:
        return FullListing(self.wire, RELEASES, "", shapes.release)

    def begin(self, streams: Sequence[Stream]) -> None:
        self.listed.begin(streams[0].scope.settings.repo)

    def pages(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """All streams of one repository."""
        found = self.listed.afresh(streams[0].scope.settings.repo)
        for stream in streams:
            wanted = [shape for shape in found if is_in(stream.scope, shape)]
            if is_known(stream, seen_in(wanted)):
                yield Page(stream, (), cursor=stream.cursor, not_modified=True)
            else:
                yield self._page(stream, wanted, len(found) - len(wanted))

    def _page(self, stream: Stream, wanted: Sequence[Shape], others: int) -> Page:
        left_out = {"releases whose tag is of another form": others} if others else {}
        return whole_page(stream, wanted, [self._observe(stream.scope, shape) for shape in wanted], left_out)

    def sweep(self, scope: Scope) -> Iterator[Ref]:
        found = self.listed.afresh(scope.settings.repo)
        return (release_mapping.release_ref(shape) for shape in found if is_in(scope, shape))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """Several of one repository by its list, which is as good as a direct read; what is missing there, directly."""
        known: dict[str, Shape] = {}
        if len(targets) > 1:
            known = {str(shape["id"]): shape for shape in self.listed.afresh(targets[0].scope.settings.repo)}
        for target in targets:
            shape = known.get(target.ref.id) or self._read_one(target)
            yield self._observe(target.scope, shape) if shape else Tombstone(target.ref)

    def _read_one(self, target: Target) -> Shape | None:
        """Raises Denied where a release may only be out of sight: drafts show only to those who may write."""
        repo = target.scope.settings.repo
        try:
            raw = self.wire.thing(repo, f"/releases/{target.ref.id}", TEMPLATE)
        except Gone as error:
            if not may(self.wire.repo(repo), "push"):
                raise Denied(
                    f"without write access to {repo} a draft looks like a deleted release",
                    hint="Give the token write access to the contents of the repository.",
                ) from error
            return None
        return self._learned(repo, raw)

    def _learned(self, repo: str, raw: Mapping[str, Any]) -> Shape:
        shape = shapes.release(raw)
        self.listed.learn(repo, shape)
        return shape

    def create(self, draft: Draft) -> Created:
        """GitHub takes two drafts of one tag (ncipollo/release-action#7), so the list is asked just before."""
        repo, payload = draft.scope.settings.repo, release_mapping.new_release(draft)
        if any(shape["tag_name"] == payload["tag_name"] for shape in self.listed.afresh(repo)):
            raise taken(repo, payload["tag_name"])
        raw = self._write("POST", repo, "/releases", "/releases", payload)
        seen = self._observe(draft.scope, self._learned(repo, raw))
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        """None where there is nothing to write."""
        scope, repo = target.scope, target.scope.settings.repo
        payload = release_mapping.edited_release(scope, over, changes)
        if not payload:
            return None
        if payload.get("draft") is False and scope.settings.missing_tag == "report":
            self._check_tag(repo, payload["tag_name"])
        raw = self._write("PATCH", repo, f"/releases/{over.native['id']}", TEMPLATE, payload)
        return self._observe(scope, self._learned(repo, raw))

    def _check_tag(self, repo: str, tag: str) -> None:
        """GitHub would make a missing tag where the default branch ends (docs: "Create a release")."""
        if not self.wire.has_tag(repo, tag):
            raise Refused(
                f"the tag {tag} is not in {repo}, so its release is not published",
                field="status",
                hint='Push the tag, or set missing_tag = "create" to have GitHub make it.',
                lasting=False,
            )

    def _write(self, method: str, repo: str, path: str, template: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            data: dict[str, Any] = self.wire.write(method, repo, path, template=template, json=payload).data
        except Gone as error:
            self.wire.repo(repo)
            if method == "PATCH":
                self.wire.thing(repo, path, TEMPLATE)
            raise may_not_write(repo, RELEASES) from error
        except Refused as error:
            raise said_plainly(error, repo, payload) from error
        return data

    def _observe(self, scope: Scope, shape: Shape) -> Observation:
        return mapping.normalise(Kind.RELEASE, scope, self.repositories.completed(scope, shape))


def is_in(scope: Scope, shape: Shape) -> bool:
    return release_mapping.version_of(scope, shape["tag_name"]) is not None


def taken(repo: str, tag: str) -> Refused:
    return Refused(
        f"{repo} has another release of the tag {tag}",
        field="version",
        hint="Give one of the two another version, or delete one of them by hand.",
    )


def said_plainly(error: Refused, repo: str, payload: Mapping[str, Any]) -> Refused:
    if "already_exists" in error.message:
        return taken(repo, payload["tag_name"])
    return Refused(error.message, field=OUR_NAMES.get(error.field, error.field), hint=error.hint)
