"""What is asked of Redmine: pages since a cursor, ids, direct reads, journals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pmhub.sdk import (
    Cursor,
    FieldChange,
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
from pmhub_redmine import journals, mapping, payloads
from pmhub_redmine.account import Account
from pmhub_redmine.wire import Json, Wire

OVERLAP: Final = 60_000
"""Milliseconds: a slow transaction may show up with a time that was passed already."""


@dataclass
class Reading:
    wire: Wire
    account: Account

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        for stream in sorted(streams, key=lambda stream: stream.kind.order):
            if stream.kind is Kind.RELEASE:
                yield self._versions(stream)
            else:
                yield from self._changed(stream)

    def _versions(self, stream: Stream) -> Page:
        """All of them each time: there is no other way, and they are few."""
        found = [self.version(stream.scope, one) for one in self.wire.versions(stream.scope.settings.project)]
        since = max((one.updated_at for one in found), default=0)
        return Page(stream, tuple(found), Cursor(since), complete=stream.cursor is None)

    def version(self, scope: Scope, native: Json) -> Observation:
        return mapping.version(scope, self.account.told(scope, native))

    def _changed(self, stream: Stream) -> Iterator[Page]:
        since = stream.cursor.since if stream.cursor else 0
        for issues, is_last in self._listed(stream.scope, max(0, since - OVERLAP)):
            since = max([since, *(mapping.milliseconds(issue["updated_on"]) for issue in issues)])
            found = tuple(one for issue in issues for one in self._of_issue(stream, issue))
            yield Page(stream, found, Cursor(since), complete=is_last and stream.cursor is None)

    def _of_issue(self, stream: Stream, issue: Json) -> Iterator[Observation]:
        if stream.kind is Kind.TICKET:
            yield mapping.issue(stream.scope, self.account.told(stream.scope, issue))
        else:
            with suppress(Refused):  # gone or hidden meanwhile
                yield from self.notes(stream.scope, str(issue["id"]))

    def _listed(self, scope: Scope, since: int) -> Iterator[tuple[list[Json], bool]]:
        """Pages of issues in the order of their change. A page begins with the time that the last one ended with, so that
        an issue that moves to the end meanwhile makes none slip through.
        """
        offset, is_last = 0, False
        while not is_last:
            answer = self.wire.issues(**self._filter(scope, since), offset=offset, sort="updated_on,id")
            issues = [issue for issue in answer["issues"] if in_scope(scope, issue)]
            is_last = offset + len(answer["issues"]) >= answer["total_count"] or not answer["issues"]
            yield issues, is_last
            top = mapping.milliseconds(answer["issues"][-1]["updated_on"]) if answer["issues"] else since
            offset = offset + len(answer["issues"]) if top == since else 0
            since = top

    def _filter(self, scope: Scope, since: int) -> dict[str, str]:
        """Of the project without its subprojects."""
        stamp = datetime.fromtimestamp(since / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        when = {"updated_on": f">={stamp}"} if since else {}
        return {"project_id": scope.settings.project, "subproject_id": "!*", **when}

    def notes(self, scope: Scope, number: str) -> Iterator[Observation]:
        """Those of one issue. Raises Gone, or Refused."""
        issue = self.wire.issue(number, include="journals")
        for journal in issue.get("journals") or ():
            if (journal.get("notes") or "").strip():
                yield mapping.note(scope, self._note_told(scope, issue, journal))

    def _note_told(self, scope: Scope, issue: Json, journal: Json) -> Json:
        """A note tells no time of its own change: that of the issue is as late as it can be."""
        at = mapping.milliseconds(issue["updated_on"])
        return self.account.told(scope, journal, issue=issue["id"], at=at, private=bool(issue.get("is_private")))

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        if stream.kind is Kind.RELEASE:
            yield from (
                self.version(stream.scope, one).ref for one in self.wire.versions(stream.scope.settings.project)
            )
            return
        seen: set[str] = set()
        for issues, _ in self._listed(stream.scope, 0):
            for issue in issues:
                if str(issue["id"]) not in seen:
                    seen.add(str(issue["id"]))
                    yield from (found.ref for found in self._of_issue(stream, issue))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        for kind, reader in (
            (Kind.RELEASE, self._read_versions),
            (Kind.TICKET, self.read_issues),
            (Kind.COMMENT, self._read_notes),
        ):
            mine = [target for target in targets if target.ref.kind is kind]
            if mine:
                yield from reader(mine)

    def _read_versions(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        for target in targets:
            try:
                yield self.version(target.scope, self.wire.version(target.ref.id))
            except Gone:
                yield self._tombstone(target)

    def _tombstone(self, target: Target) -> Tombstone:
        """A 404 of a thing counts only while its project is there. Raises Denied."""
        self.wire.project(target.scope.settings.project)
        return Tombstone(target.ref)

    def read_issues(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """In bulk; what is missing there by itself, for a 404 of its own."""
        found = {str(issue["id"]): issue for issue in self.wire.issues_by_id([t.ref.id for t in targets])}
        for target in targets:
            try:
                native = found.get(target.ref.id) or self.wire.issue(target.ref.id)
            except Gone:
                yield self._tombstone(target)
            except Refused:
                continue
            else:
                yield mapping.issue(target.scope, self.account.told(target.scope, native))

    def _read_notes(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """Nothing for those of an issue that is hidden from us."""
        by_issue: dict[str, list[Target]] = {}
        for target in targets:
            by_issue.setdefault(target.ref.id.partition(".")[0], []).append(target)
        for number, together in by_issue.items():
            try:
                found = {one.ref.id: one for one in self.notes(together[0].scope, number)}
            except Gone:
                found = {}
            except Refused:
                continue
            for target in together:
                yield found.get(target.ref.id) or self._tombstone(target)

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        """One request an issue: Redmine lists no journals."""
        for target in targets:
            if target.ref.kind is not Kind.TICKET:
                continue
            try:
                issue = self.wire.issue(target.ref.id, include="journals")
            except Refused:
                continue
            native = self.account.told(target.scope, issue)
            for change in journals.changes(
                target.scope, native, self.account.settings.marker_field, self._names(target.scope)
            ):
                if change.at >= since // 1000 * 1000:
                    yield change

    def _names(self, scope: Scope) -> journals.Names:
        """Number → name, asked for once."""
        known: dict[str, Mapping[str, str]] = {}

        def names(field: str) -> Mapping[str, str]:
            if field not in known:
                known[field] = self._numbered(scope, field)
            return known[field]

        return names

    def _numbered(self, scope: Scope, field: str) -> Mapping[str, str]:
        project = scope.settings.project
        if field == "releases":
            return {str(one["id"]): one["name"] for one in self.wire.versions(project)}
        lists = {
            **payloads.LISTS,
            "priority": payloads.PRIORITIES,
            "components": ("issue_categories", f"/projects/{project}/issue_categories.json"),
        }
        return {str(number): name for name, number in self.wire.names(*lists[field]).items()}


def in_scope(scope: Scope, issue: Json) -> bool:
    wanted = [name.casefold() for name in scope.settings.trackers]
    return not wanted or issue["tracker"]["name"].casefold() in wanted
