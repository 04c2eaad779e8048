"""Creating and changing issues, as tickets or as roadmap items: each write once, in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import (
    Ambiguous,
    Changes,
    Created,
    Draft,
    Gone,
    Observation,
    Refused,
    RoadmapItem,
    Scope,
    SetChange,
    Target,
    Ticket,
    kind_of,
    values,
)
from pmhub_jira import customs, issue_types, mapping, natives, payloads, shown, words
from pmhub_jira.boards import Boards
from pmhub_jira.flavours import Flavour
from pmhub_jira.links import Linking
from pmhub_jira.lookups import Lookups
from pmhub_jira.moves import Moves
from pmhub_jira.quiet import Quiet
from pmhub_jira.refusals import in_our_words, refusal
from pmhub_jira.sprint_site import SprintSite
from pmhub_jira.wire import Wire

SHAPED: Final = ("horizon", "objective")
"""Fields of ours whose custom field may be a choice, a line or a document."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Issues:
    wire: Wire
    flavour: Flavour
    source: SprintSite
    lookups: Lookups
    moves: Moves
    quiet: Quiet
    boards: Boards
    linking: Linking
    site: str

    def create(self, drafts: Sequence[Draft]) -> list[Created | Refused]:
        """One call. Raises Ambiguous when the answer does not say which of them were made."""
        entries = [self._entry(draft) for draft in drafts]
        sent = [place for place, entry in enumerate(entries) if not isinstance(entry, Refused)]
        outcomes = self._send([entries[place] for place in sent], [drafts[place] for place in sent]) if sent else []
        done = dict(zip(sent, outcomes, strict=True))
        return [entry if isinstance(entry, Refused) else done[place] for place, entry in enumerate(entries)]

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        """Links first, then fields, then the transition, after which only a read tells how the issue stands.

        What the workflow cannot do is refused before anything is written.
        """
        scope, releases, wanted = target.scope, changes.get("releases", ()), self._wanted(target, over, changes)
        if wanted:
            self.moves.check(target, over, wanted)
        if "parent" in changes and "type" not in changes and isinstance(over.record, Ticket):
            payloads.check_parent(changes["parent"], over.native["fields"].get("issuetype") or {})
        self.lookups.need_versions(scope, releases.add if isinstance(releases, SetChange) else _texts(releases))
        changes = self._without_lost_versions(scope, changes)
        parent = changes.get("parent") or values(over.record).get("parent")
        links = changes.get("links")
        payload = self._shaped(scope, payloads.edit(self.flavour, scope, over, changes), parent)
        linked = isinstance(links, SetChange) and self.linking.write(scope, target.ref.id, over.native, links)
        seen = self._edit(target, over, payload)
        if wanted:
            self.moves.carry_out(target, over, wanted)
        if seen is None or wanted or (linked and not payload):
            self.source.unread(target.ref.id)
            return None
        return seen

    def _without_lost_versions(self, scope: Scope, changes: Changes) -> Changes:
        """A version that was renamed or deleted since is on no issue by that name, and Jira refuses to remove it."""
        releases = changes.get("releases")
        if not isinstance(releases, SetChange):
            return changes
        there = [name for name in releases.remove if not self.lookups.lacks_version(scope.settings.project, name)]
        return {**changes, "releases": SetChange(releases.add, tuple(there))}

    def _entry(self, draft: Draft) -> Json | Refused:
        record = draft.record
        if not isinstance(record, Ticket | RoadmapItem):
            return Refused(f"{type(record).__name__} is no issue")
        try:
            kind = issue_types.choose(self.lookups, draft.scope, record)
            entry = payloads.new_issue(self.flavour, draft.scope, record, kind, draft.marker)
            if isinstance(record, Ticket):
                self.lookups.need_versions(draft.scope, shown.version_names(_texts(record.releases)))
                return self._shaped(draft.scope, entry, record.parent)
            return self._named(draft.scope, self._shaped(draft.scope, entry, record.parent), kind)
        except Refused as error:
            return error

    def _named(self, scope: Scope, entry: Json, kind: Json) -> Json:
        """An epic's name, where it must have one of its own, is what it is called."""
        field_id = self.lookups.epic_name(scope.settings.project, str(kind["id"]))
        fields = entry["fields"]
        return entry | {"fields": fields | ({field_id: fields["summary"]} if field_id else {})}

    def _shaped(self, scope: Scope, payload: Json, parent: Any) -> Json:  # noqa: ANN401 - a value of the model
        """As this site takes it, and with the texts of custom fields in the shape that each of these fields takes, which
        the site is asked for.
        """
        given = payload.get("fields") or {}
        named = {scope.vocabulary.fields.get(name) for name in SHAPED} & given.keys()
        if named:
            schemas = self.lookups.field_schemas()
            form = self.flavour.form
            written = {each: customs.written(schemas.get(str(each)) or {}, given[each], form) for each in named}
            payload = payload | {"fields": given | written}
        return self.source.shaped(self.boards.written(scope, payload), parent) if payload else payload

    def _send(self, entries: Sequence[Any], drafts: Sequence[Draft]) -> list[Created | Refused]:
        """Where a call is refused as a whole nothing was made: its halves are sent, until the culprit stands alone."""
        try:
            answer = self.wire.create_issues(entries)
        except Refused as error:
            if len(entries) == 1:
                return [in_our_words(drafts[0].scope, error, kind_of(drafts[0].record), self.source.aliases())]
            half = len(entries) // 2
            return [*self._send(entries[:half], drafts[:half]), *self._send(entries[half:], drafts[half:])]
        return self._outcomes(drafts, answer)

    def _outcomes(self, drafts: Sequence[Draft], answer: Json) -> list[Created | Refused]:
        failed = {
            int(each["failedElementNumber"]): each.get("elementErrors") or {} for each in answer.get("errors") or ()
        }
        made = list(answer.get("issues") or ())
        if len(made) + len(failed) != len(drafts):
            raise Ambiguous(
                f"{len(drafts)} issues were sent, but the answer tells of {len(made)} and {len(failed)} errors"
            )
        created = iter(made)
        return [
            refusal(draft.scope, failed[place], kind_of(draft.record), self.source.aliases())
            if place in failed
            else self._created(next(created), draft)
            for place, draft in enumerate(drafts)
        ]

    def _created(self, made: Json, draft: Draft) -> Created:
        kind = kind_of(draft.record)
        self.source.marked(str(made["id"]), natives.issue_property(draft.marker, kind))
        self.source.unread(str(made["id"]))
        return Created(mapping.issue_ref(made["id"], made["key"], self.site, kind))

    def _edit(self, target: Target, over: Observation, payload: Json) -> Observation | None:
        """The answer shows no properties: the marker is the one that stood there."""
        if not payload:
            return over
        try:
            raw = self._sent(target, payload)
        except Refused as error:
            self.boards.forget(target.scope)
            raise in_our_words(target.scope, error, target.ref.kind, self.source.aliases()) from error
        if raw is None or not set(natives.FIELDS) - {"parent", "security", natives.LINKS} <= raw["fields"].keys():
            return None
        marked = self.source.named(raw) | {"properties": over.native.get("properties") or {}}
        return mapping.found(target.scope, marked, self.site, target.ref.kind)

    def _sent(self, target: Target, payload: Json) -> Json | None:
        """What is refused when it is to be quiet is sent again as usual: nothing was done."""
        quiet = self.quiet.params(target.scope.settings.project)
        try:
            return self.wire.edit_issue(target.ref.id, payload, {**self.flavour.edit_params, **quiet})
        except Gone:
            raise
        except Refused:
            if not quiet:
                raise
        return self.wire.edit_issue(target.ref.id, payload, self.flavour.edit_params)

    @staticmethod
    def _wanted(target: Target, over: Observation, changes: Changes) -> str | None:
        """The status to reach, if it is another than the one that stands there."""
        wanted = changes.get("status")
        if not isinstance(wanted, str):
            return None
        reads = words.status_shown(target.scope.vocabulary, wanted, target.ref.kind)
        return None if reads == values(over.record).get("status") else wanted


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - a value of the model
    return value if isinstance(value, tuple) else ()
