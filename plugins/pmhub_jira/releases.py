"""Reading, creating and changing versions: one listing a project, one call a write, each answered with the whole version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    ABSENT,
    Changes,
    Created,
    Cursor,
    Draft,
    Gone,
    Observation,
    Page,
    Ref,
    Refused,
    Release,
    Scope,
    Stream,
    Target,
    Tombstone,
)
from pmhub_jira import versions
from pmhub_jira.lookups import Lookups
from pmhub_jira.moments import AnswerTimes
from pmhub_jira.wire import Wire

PAGE: Final = 100
OURS: Final = {
    "name": "version",
    "startDate": "start",
    "releaseDate": "date",
    "description": "notes",
    "released": "status",
    "archived": "status",
}
MAY_NOT_SEE: Final = "Check that the project exists and may be browsed by this account."

Json = dict[str, Any]


@dataclass(frozen=True)
class Releases:
    wire: Wire
    lookups: Lookups
    site: str
    answered: AnswerTimes
    renamed: dict[str, list[str]] = field(default_factory=dict)
    """Project → ids of versions that the last `fetch` found under another name than before."""

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """Every version, whatever the cursor: Jira tells of none when it changed."""
        self.renamed.clear()
        for project in sorted({stream.scope.settings.project for stream in streams}):
            raws, moment = self._listed(project)
            if numbers := self.lookups.renamed(project, raws):
                self.renamed[project] = numbers
            for stream in streams:
                if stream.scope.settings.project == project:
                    yield from self._pages(stream, raws, moment)

    def refs(self, scope: Scope) -> Iterator[Ref]:
        for raw in self._listed(scope.settings.project)[0]:
            yield versions.release_ref(scope, str(raw["id"]), str(raw.get("name", "")), self.site)

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """What a project that we may see does not list is deleted."""
        projects = sorted({target.scope.settings.project for target in targets})
        listed = {project: self._by_id(project) for project in projects}
        for target in targets:
            seen = listed[target.scope.settings.project].get(target.ref.id)
            yield versions.release(target.scope, seen, self.site) if seen else Tombstone(target.ref)

    def create(self, draft: Draft) -> Created | Refused:
        scope, given = draft.scope, draft.record
        if not isinstance(given, Release) or versions.shown_version(scope, given.version)[0] is ABSENT:
            return _nameless()
        try:
            raw = self.wire.create_version(versions.new_version(scope, given, self.lookups.project_id(scope)))
        except Gone as error:
            return _not_ours(scope, error)
        except Refused as error:
            return _in_our_words(scope, error)
        seen = self._seen(scope, raw)
        return Created(seen.ref, seen)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation:
        scope, payload = target.scope, versions.edit(target.scope, over, changes)
        if payload.get("name", "") is ABSENT:
            raise _nameless()
        if not payload:
            return over
        try:
            raw = self.wire.edit_version(target.ref.id, payload)
        except Gone as error:
            raise self._gone_or_not_ours(target, error) from error
        except Refused as error:
            raise _in_our_words(scope, error) from error
        _check_cleared(payload, raw)
        return self._seen(scope, raw)

    def _pages(self, stream: Stream, raws: Sequence[Json], moment: int) -> Iterator[Page]:
        found = tuple(versions.release(stream.scope, versions.native(raw, moment), self.site) for raw in raws)
        for start in range(0, max(len(found), 1), PAGE):
            is_last = start + PAGE >= len(found)
            cursor = Cursor(moment) if is_last else None
            yield Page(stream, found[start : start + PAGE], cursor, complete=is_last)

    def _listed(self, project: str) -> tuple[list[Json], int]:
        """The versions, and the server's time at which they stood so. Raises Refused for a project we cannot see."""
        try:
            raws = self.lookups.versions(project)
        except Refused as error:
            raise Refused(f"the versions of {project} cannot be listed: {error.message}", hint=MAY_NOT_SEE) from error
        return raws, self.answered()

    def _by_id(self, project: str) -> Mapping[str, Json]:
        raws, moment = self._listed(project)
        return {str(raw["id"]): versions.native(raw, moment) for raw in raws}

    def _seen(self, scope: Scope, raw: Json) -> Observation:
        return versions.release(scope, versions.native(raw, self.answered()), self.site)

    def _gone_or_not_ours(self, target: Target, error: Gone) -> Refused:
        """Both are answered alike where the server does not want to tell."""
        return _not_ours(target.scope, error) if self.wire.version(target.ref.id) else error


def _nameless() -> Refused:
    return Refused("a version needs a name of 1 to 255 characters", field="version", hint="Name the release.")


def _not_ours(scope: Scope, error: Refused) -> Refused:
    project = scope.settings.project
    hint = f"Let this account administer the project {project}, or make and change its versions by hand."
    return Refused(f"versions of {project} cannot be written: {error.message}", hint=hint)


def _in_our_words(scope: Scope, error: Refused) -> Refused:
    hint = error.hint
    if error.field == "name":
        hint = f"Rename one of the two: no two versions of {scope.settings.project} have the same name, in any case."
    return Refused(error.message, field=OURS.get(error.field, error.field), hint=hint)


def _check_cleared(payload: Mapping[str, Any], raw: Mapping[str, Any]) -> None:
    """How to take a date away is not described: the answer tells whether it went."""
    for name in (name for name, value in payload.items() if value is None and raw.get(name)):
        hint = "Take the date away by hand, in the project's list of releases."
        raise Refused(f"Jira kept the version's {name} of {raw[name]}", field=OURS[name], hint=hint)
