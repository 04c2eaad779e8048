"""What is written to Redmine, and how it is known what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pmhub.sdk import (
    Ambiguous,
    Changes,
    ConnectorError,
    Created,
    Draft,
    Kind,
    Observation,
    Refused,
    Target,
    kind_of,
    values,
)
from pmhub_redmine import mapping, payloads, texts
from pmhub_redmine.account import Account
from pmhub_redmine.mapping import EXTRA
from pmhub_redmine.payloads import Payloads
from pmhub_redmine.reading import Reading
from pmhub_redmine.wire import Json, Wire

IGNORED: Final = {
    "status": "its workflow does not allow that for this role",
    "priority": "of a parent it follows from the subtasks",
    "due": "of a parent it follows from the subtasks",
    "type": "this role may not change it",
}
"""What Redmine answers 204 to and leaves as it is."""
ASKED: Final = {"status": "status_id", "priority": "priority_id", "due": "due_date", "type": "tracker_id"}


@dataclass
class Writing:
    wire: Wire
    account: Account
    reading: Reading
    payloads: Payloads

    def create(self, draft: Draft) -> Created | Refused:
        makers = {Kind.TICKET: self._create_issue, Kind.COMMENT: self._create_note, Kind.RELEASE: self._create_version}
        try:
            return makers[kind_of(draft.record)](draft)
        except Refused as error:
            return error

    def _create_issue(self, draft: Draft) -> Created:
        made = self.wire.created("/issues.json", "/issues.json", "issue", self.payloads.new_issue(draft))
        seen = mapping.issue(draft.scope, self.account.told(draft.scope, made))
        return Created(seen.ref, seen)

    def _create_version(self, draft: Draft) -> Created:
        path = f"/projects/{draft.scope.settings.project}/versions.json"
        body = payloads.version_body(draft.scope, values(draft.record))
        made = self.wire.created(path, "/projects/{id}/versions.json", "version", body)
        seen = self.reading.version(draft.scope, made)
        return Created(seen.ref, seen)

    def _create_note(self, draft: Draft) -> Created:
        """The answer has no body: which journal it became is read afterwards, and what cannot be read is not known."""
        if draft.on is None:
            raise Refused("a note needs an issue to stand on")
        said = values(draft.record)
        head = texts.author_line(str(said.get("author") or ""))
        text = texts.note(str(said.get("body") or ""), head, draft.marker)
        self.wire.write("PUT", f"/issues/{draft.on.id}.json", "/issues/{id}.json", {"issue": {"notes": text}})
        try:
            found = [one for one in self.reading.notes(draft.scope, draft.on.id) if one.marker == draft.marker]
        except ConnectorError as error:
            raise Ambiguous(f"the note was sent, but cannot be read: {error.message}") from error
        if not found:
            raise Ambiguous("the note was sent, but does not stand there")
        return Created(found[-1].ref, found[-1])

    def update(self, target: Target, over: Observation, changes: Changes) -> None:
        writers = {Kind.TICKET: self._update_issue, Kind.COMMENT: self._update_note, Kind.RELEASE: self._update_version}
        writers[target.ref.kind](target, over, changes)

    def _update_issue(self, target: Target, over: Observation, changes: Changes) -> None:
        if "labels" in changes:  # a custom field is written whole: with what stands there now
            (over,) = [seen for seen in self.reading.read_issues([target]) if isinstance(seen, Observation)] or [over]
        body = self.payloads.edited_issue(target.scope, over, changes)
        if not body:
            return
        self.wire.write("PUT", f"/issues/{target.ref.id}.json", "/issues/{id}.json", {"issue": body})
        asked = {name: key for name, key in ASKED.items() if key in body and name in IGNORED}
        if asked:
            self._look_whether_taken(target, body, asked)

    def _look_whether_taken(self, target: Target, body: Json, asked: Mapping[str, str]) -> None:
        try:
            issue = self.wire.issue(target.ref.id)
        except ConnectorError as error:
            raise Ambiguous(f"the change was sent, but cannot be read: {error.message}") from error
        for name, key in asked.items():
            stands = issue.get(key) if key == "due_date" else (issue.get(key.removesuffix("_id")) or {}).get("id")
            if (stands or "") != body[key]:
                raise Refused(f"Redmine left the {name} of {target.ref.key} as it was: {IGNORED[name]}", field=name)

    def _update_note(self, target: Target, over: Observation, changes: Changes) -> None:
        """The line that says who wrote it and the marker stay."""
        if "body" not in changes:
            return
        ours = over.native[EXTRA].get("account") == over.author
        reading = texts.read(over.native.get("notes"), ours=ours, note=True)
        text = texts.note(str(changes["body"] or ""), reading.head, reading.marker)
        number = target.ref.id.partition(".")[2]
        self.wire.write("PUT", f"/journals/{number}.json", "/journals/{id}.json", {"journal": {"notes": text}})

    def _update_version(self, target: Target, over: Observation, changes: Changes) -> None:
        now = values(over.record)
        wanted = {name: payloads.settled(change, now.get(name)) for name, change in changes.items()}
        body = payloads.version_body(target.scope, wanted)
        if body:
            self.wire.write("PUT", f"/versions/{target.ref.id}.json", "/versions/{id}.json", {"version": body})
