"""Jira Cloud, REST v3, with an e-mail and an API token: tickets and their comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar, Final
from urllib.parse import urlsplit

from pmhub.model.records import schema
from pmhub.sdk import (
    Access,
    Capabilities,
    Changes,
    Connector,
    Context,
    Created,
    Denied,
    Draft,
    FieldChange,
    Fitted,
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
    kind_of,
)
from pmhub_jira import changelog, fitting, mapping, natives, scopes, wire
from pmhub_jira.comments import Comments
from pmhub_jira.lookups import Lookups
from pmhub_jira.reading import Reading
from pmhub_jira.settings import JiraScope, JiraSettings
from pmhub_jira.talk import Talk
from pmhub_jira.tickets import Tickets

KEY: Final = re.compile(r"[A-Z][A-Z0-9_]+-[1-9][0-9]*")
_TICKET_FIELDS: Final = frozenset(schema(Kind.TICKET))
_READ_AND_WRITE: Final = Access.READ | Access.CREATE | Access.UPDATE


class JiraConnector(Connector[JiraSettings]):
    """Search is an index that lags; `read` never is. A comment that is deleted leaves no trace that we could read."""

    name: ClassVar[str] = "jira"
    settings_type: ClassVar[type[JiraSettings]] = JiraSettings
    scope_type: ClassVar[type[JiraScope]] = JiraScope
    capabilities: ClassVar[Capabilities] = Capabilities(
        access={Kind.TICKET: _READ_AND_WRITE | Access.CLOSE, Kind.COMMENT: _READ_AND_WRITE},
        fields={Kind.TICKET: _TICKET_FIELDS, Kind.COMMENT: frozenset({"body", "author"})},
        later={Kind.TICKET: frozenset({"status"})},
        incremental=frozenset({Kind.TICKET, Kind.COMMENT}),
        listing={Kind.TICKET: Listing.EVENTUAL, Kind.COMMENT: Listing.EVENTUAL},
        history={Kind.TICKET: _TICKET_FIELDS - {"reporter"}},
        bulk_create={Kind.TICKET: 50, Kind.COMMENT: 1},
        bulk_read={Kind.TICKET: wire.WIDE_FETCH, Kind.COMMENT: wire.COMMENT_LIST},
        answers_with_body=frozenset({Kind.TICKET, Kind.COMMENT}),
    )

    def __init__(self, settings: JiraSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._us: str | None = None

    def site(self) -> str:
        parts = urlsplit(self.settings.url)
        return (parts.netloc + parts.path).rstrip("/")

    def check(self, scopes: Sequence[Scope]) -> Identity:
        """A wrong token may be answered as if nobody had asked [facts 3.5]: no account is no permission."""
        me = self._wire.myself()
        if not me.get("accountId"):
            raise Denied(f"{self.site()} does not know us", hint="Check the connection's user and token.")
        self._us = str(me["accountId"])
        containers = {scope.key: self._lookups.container(scope) for scope in scopes}
        name = str(me.get("displayName") or me["accountId"])
        return Identity(self._us, name, self.site(), self._wire.clock_offset, containers)

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """Streams that go on from a cursor share one search; those without one share another."""
        now = self.context.clock() + self._wire.clock_offset
        return Reading(self._wire, self._comments, self._base, now).fetch(streams)

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        scope = stream.scope
        query = scopes.all_of(scope, self._lookups.issue_types(scope.settings.project))
        if query is None:
            return
        if stream.kind is Kind.COMMENT:
            for issues in self._wire.search(query, ["comment"]):
                for issue in issues:
                    found = self._comments.of(issue)
                    yield from (mapping.comment_ref(each["id"], issue["key"], self._base) for each in found)
        else:
            for issues in self._wire.search(query, ["id"], size=wire.IDS_PAGE):
                yield from (Ref(Kind.TICKET, str(issue["id"]), issue.get("key", "")) for issue in issues)

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        tickets = [target for target in targets if target.ref.kind is Kind.TICKET]
        talk = [target for target in targets if target.ref.kind is Kind.COMMENT]
        if tickets:
            yield from self._read_tickets(tickets)
        if talk:
            yield from self._comments.read(talk)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        return (mapping.comment if kind is Kind.COMMENT else mapping.ticket)(scope, native, self._base)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        return fitting.fit(scope, record)

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        if drafts and kind_of(drafts[0].record) is Kind.COMMENT:
            return [self._talk.create(draft) for draft in drafts]
        return self._tickets.create(drafts)

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        writer = self._talk if target.ref.kind is Kind.COMMENT else self._tickets
        return writer.update(target, over, changes)

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        asked = {target.ref.id: target for target in targets if target.ref.kind is Kind.TICKET}
        found: dict[str, list[FieldChange]] = {number: [] for number in asked}
        for number, entry in self._wire.changelogs(sorted(asked)) if asked else ():
            if target := asked.get(number):
                project = target.scope.settings.project
                categories = lambda project=project: self._lookups.status_categories(project)  # noqa: E731
                found[number] += changelog.changes(target.scope, target.ref, entry, categories)
        for entries in found.values():
            yield from sorted((each for each in entries if each.at >= since), key=lambda each: each.at)

    def mark(self, target: Target, marker: str) -> None:
        if target.ref.kind is Kind.COMMENT:
            self._wire.mark_comment(target.ref.id, {"marker": marker})
        else:
            self._wire.mark_issue(target.ref.id, {"marker": marker})

    def parse_key(self, text: str) -> str | None:
        """From `SHOP-12` or an address like `https://example.atlassian.net/browse/SHOP-12`."""
        found = text.strip()
        if found.startswith(("https://", "http://")):
            base, _, rest = found.partition("/browse/")
            found = re.split(r"[/?#]", rest)[0] if base.casefold() == self._base.casefold() else ""
        return found if KEY.fullmatch(found) else None

    def _read_tickets(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        customs = {field for target in targets for field in target.scope.vocabulary.fields.values()}
        ids = [target.ref.id for target in targets]
        found = {str(raw["id"]): raw for raw in self._wire.issues(ids, natives.field_ids(customs))}
        for target in targets:
            raw = found.get(target.ref.id)
            yield mapping.found(target.scope, raw, self._base) if raw else Tombstone(target.ref)

    def _account(self) -> str:
        if self._us is None:
            self._us = str(self._wire.myself().get("accountId", ""))
        return self._us

    @property
    def _base(self) -> str:
        return self.settings.url.rstrip("/")

    @cached_property
    def _wire(self) -> wire.Wire:
        return wire.Wire(self.context.open(wire.account(self.settings)))

    @cached_property
    def _lookups(self) -> Lookups:
        return Lookups(self._wire, self.context)

    @cached_property
    def _comments(self) -> Comments:
        return Comments(self._wire, self._lookups, self._base, self._account)

    @cached_property
    def _tickets(self) -> Tickets:
        return Tickets(self._wire, self._lookups, self._base)

    @cached_property
    def _talk(self) -> Talk:
        return Talk(self._wire, self._lookups, self._base)
