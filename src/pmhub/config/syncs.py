"""`[syncs.NAME]`: one kind kept in step between endpoints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from pmhub.config.comments import comment_rules, with_files
from pmhub.config.connections import ConnectorType
from pmhub.config.fields import FieldReader, FieldRules, checked_condition
from pmhub.config.lines import KeyPath
from pmhub.config.notes import notes_rules
from pmhub.config.people import Directory
from pmhub.config.problems import Problems, meant
from pmhub.config.shape import SyncTable, Tables, TestTicketsTable
from pmhub.config.validation import checked, salvaged
from pmhub.config.vocabularies import WordReader, report_claims
from pmhub.config.words import categories, words_for
from pmhub.config.workspace import CommentRules, Endpoint, Matching, Sync, TestTickets
from pmhub.model.capabilities import Access
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Vocabulary

_VISIBILITIES = {str(each.name).lower(): each for each in Visibility}
_DELETED = ("ignore", "notice", "close")
_UNHEARD = ("archive", "delete")
"""Policies that every connector would have to know a call for; none does."""
OURS = ("connection", "visibility", "route")
"""Keys of an endpoint that are pmhub's, whatever its connector."""
MATCH, MATCH_ONLY = "match", "match-only"
_TWO_WAY = (Kind.TICKET, Kind.ROADMAP_ITEM, Kind.RELEASE)


@dataclass(frozen=True)
class SyncReader:
    """`connections`: every name that stands in the file, `connectors` those of them whose connector is known."""

    connections: Collection[str]
    connectors: Mapping[str, ConnectorType]
    words: WordReader
    people: Directory
    problems: Problems

    def read(self, tables: Tables) -> dict[str, Sync]:
        syncs = {name: self._sync(name, table) for name, table in tables.items()}
        self._check_containers(syncs.values())
        self._check_misfits(syncs.values())
        self._check_test_tickets(syncs)
        return syncs

    def _sync(self, name: str, raw: Mapping[str, Any]) -> Sync:
        at: KeyPath = ("syncs", name)
        table = salvaged(SyncTable, raw, at, self.problems)
        self._check_kind(table, raw, at)
        if table.kind is Kind.TEST_RUN:
            return self._test_runs(name, table, at)
        named = [str(entry.get("connection")) for entry in table.endpoints]
        reader = FieldReader(table.kind, tuple(named), self.words, (*at, "fields"), self.problems)
        rules = reader.read(table.fields)
        self._check_endpoints(table, raw, at, named)
        said = comment_rules(table.comments, (*at, "comments"), self.problems)
        return Sync(
            name,
            table.kind or Kind.TICKET,
            with_files(self._endpoints(table, at, rules), table.attachments),
            said is not None,
            self._new_items(table.new_items, named, (*at, "new_items")),
            rules.policies,
            rules.skip,
            self._deleted(table.deleted, (*at, "deleted")),
            notes_rules(table.notes, table.kind, named, (*at, "notes"), self.problems),
            matching=self._matching(table, raw, at),
            comment_rules=said or CommentRules(),
        )

    def _test_runs(self, name: str, table: SyncTable, at: KeyPath) -> Sync:
        """Facts have a source and places where they are shown; nothing about them is merged."""
        for key in ("endpoints", "fields"):
            if getattr(table, key):
                self.problems.add((*at, key), "test runs are not merged", "write `from` and `to`")
        rules = FieldRules({}, frozenset(), {}, {})
        source = self._endpoint(table.from_, table.kind, (*at, "from"), rules) if table.from_ is not None else None
        shown = [
            self._endpoint(entry, table.kind, (*at, "to", position), rules, Access.UPDATE)
            for position, entry in enumerate(table.to)
        ]
        if source is None and not shown and table.tickets is None:
            self.problems.add(at, "reads test runs nowhere and shows them nowhere", "write `from`, or `to`, or both")
        return Sync(
            name,
            Kind.TEST_RUN,
            tuple(each for each in shown if each),
            comments=False,
            source=source,
            tickets=self._test_tickets(table.tickets, (*at, "tickets")),
        )

    def _test_tickets(self, raw: Mapping[str, Any] | None, at: KeyPath) -> TestTickets | None:
        if raw is None:
            return None
        table = salvaged(TestTicketsTable, raw, at, self.problems)
        return TestTickets(table.sync, table.type, table.labels, table.branches)

    def _check_kind(self, table: SyncTable, raw: Mapping[str, Any], at: KeyPath) -> None:
        kinds = [str(kind) for kind in Kind if kind is not Kind.COMMENT]
        if "kind" not in raw:
            self.problems.add((*at, "kind"), "is missing", f"one of {', '.join(kinds)}")
        elif table.kind is Kind.COMMENT:
            self.problems.add((*at, "kind"), "comments travel with what they are on", "write comments = true instead")

    def _check_endpoints(self, table: SyncTable, raw: Mapping[str, Any], at: KeyPath, named: Collection[str]) -> None:
        """Several containers of one connection may stand on one side, but an item has one counterpart there."""
        if table.kind in _TWO_WAY and len(set(named)) < 2 and isinstance(raw.get("endpoints", []), list):  # noqa: PLR2004
            what = f"a {table.kind} is kept in step between endpoints of two connections or more"
            self.problems.add((*at, "endpoints"), what)

    def _new_items(self, value: object, named: Collection[str], at: KeyPath) -> tuple[str, ...] | None:
        if value in ("everywhere", MATCH):
            return None
        if value == MATCH_ONLY:
            return ()
        if not isinstance(value, list):
            self.problems.add(at, 'must be "everywhere", "match", "match-only" or a list of connections of this sync')
            return None
        for position, name in enumerate(value):
            if name not in named:
                self.problems.add((*at, position), f"`{name}` is no connection of this sync", meant(str(name), named))
        return tuple(str(name) for name in value)

    def _matching(self, table: SyncTable, raw: Mapping[str, Any], at: KeyPath) -> Matching | None:
        if table.match_days < 0:
            self.problems.add((*at, "match_days"), "must not be negative", "0 means any time")
        if table.new_items in (MATCH, MATCH_ONLY):
            return Matching(table.match_days)
        if "match_days" in raw:
            self.problems.add((*at, "match_days"), "nothing is matched here", f'write new_items = "{MATCH}"')
        return None

    def _deleted(self, value: str, at: KeyPath) -> str:
        if value in _DELETED:
            return value
        never = f"no connector of this sync lets things be {value}d" if value in _UNHEARD else "is no such policy"
        self.problems.add(at, never, f"one of {', '.join(_DELETED)}")
        return "close"

    def _endpoints(self, table: SyncTable, at: KeyPath, rules: FieldRules) -> tuple[Endpoint, ...]:
        found = (
            self._endpoint(entry, table.kind, (*at, "endpoints", position), rules)
            for position, entry in enumerate(table.endpoints)
        )
        return tuple(endpoint for endpoint in found if endpoint)

    def _endpoint(
        self, table: Mapping[str, Any], kind: Kind | None, at: KeyPath, rules: FieldRules, need: Access = Access.READ
    ) -> Endpoint | None:
        visibility = self._visibility(table.get("visibility"), (*at, "visibility"))
        name = self._connection(table, at)
        connector = self.connectors.get(name or "")
        if name is None or connector is None:
            return None
        self._check_capability(name, connector, kind, at, need)
        self._check_natives(name, connector, kind, rules, at)
        own = {key: value for key, value in table.items() if key not in OURS}
        route = checked_condition(table.get("route", ""), kind, (*at, "route"), self.problems)
        self._check_once(name, connector, kind, rules, at)
        settings = checked(connector.scope_type, own, at, self.problems)
        if settings is None:
            return None
        vocabulary = self._vocabulary(name, connector.name, rules, at)
        return Endpoint(name, Scope(_key(settings), settings, vocabulary, visibility), route)

    def _check_once(
        self, name: str, connector: ConnectorType, kind: Kind | None, rules: FieldRules, at: KeyPath
    ) -> None:
        """What no create call can carry is always written afterwards."""
        later = connector.capabilities.later.get(kind, frozenset()) if kind else frozenset()
        for field, policy in rules.policies.items():
            if policy.once and field in {each.partition(":")[0] for each in later}:
                where = (*at[:2], "fields", field, "once")
                self.problems.add(where, f"on `{name}` {field} is only set after a thing was made", "leave it out")

    def _connection(self, table: Mapping[str, Any], at: KeyPath) -> str | None:
        name = table.get("connection")
        if isinstance(name, str) and name in self.connections:
            return name
        what = "is missing" if name is None else f"no connection is called `{name}`"
        self.problems.add((*at, "connection"), what, meant(str(name or ""), self.connections))
        return None

    def _check_capability(
        self, name: str, connector: ConnectorType, kind: Kind | None, at: KeyPath, need: Access
    ) -> None:
        access = connector.capabilities.access
        if kind and kind is not Kind.COMMENT and need not in access.get(kind, Access(0)):
            known = [str(each) for each, can in access.items() if need in can and each is not Kind.COMMENT]
            what = f"`{name}` cannot take part: the connector `{connector.name}` has no {kind}"
            self.problems.add(at, what, f"it has: {', '.join(sorted(known))}")

    def _check_natives(
        self, name: str, connector: ConnectorType, kind: Kind | None, rules: FieldRules, at: KeyPath
    ) -> None:
        holds = connector.capabilities.fields.get(kind) if kind else None
        for field in rules.natives.get(name, {}) if holds else ():
            if holds and field not in holds:
                where = (*at[:2], "fields", field, name)
                self.problems.add(where, f"the connector `{connector.name}` cannot hold {field}", "leave it out")

    def _visibility(self, value: object, at: KeyPath) -> Visibility | None:
        if value is None:
            return None
        if not isinstance(value, str) or value not in _VISIBILITIES:
            self.problems.add(at, f"must be one of {', '.join(_VISIBILITIES)}")
            return None
        return _VISIBILITIES[value]

    def _vocabulary(self, connection: str, connector: str, rules: FieldRules, at: KeyPath) -> Vocabulary:
        for field, words in rules.words.items():
            claims = [(word.name, word.native(connection, connector)) for word in words]
            report_claims(claims, connection, (*at[:2], "fields", field, "map"), self.problems)
        spoken = {field: words_for(words, connection, connector) for field, words in rules.words.items()}
        return Vocabulary(
            {field: words for field, words in spoken.items() if words},
            categories(rules.words.get("status", ())),
            self.people.on(connection, connector),
            rules.natives.get(connection, {}),
        )

    def _check_containers(self, syncs: Collection[Sync]) -> None:
        """Two syncs over one container would hand each other's changes on: a chain, or a ring."""
        first: dict[tuple[Kind, str, str], str] = {}
        for sync in syncs:
            for endpoint in sync.endpoints:
                place = (sync.kind, endpoint.connection, endpoint.scope.key)
                if place in first:
                    what = f"{endpoint.scope.key} of `{endpoint.connection}` is in syncs.{first[place]} already"
                    hint = "let each container be one endpoint of one sync"
                    self.problems.add(("syncs", sync.name, "endpoints"), what, hint)
                first.setdefault(place, sync.name)

    def _check_test_tickets(self, syncs: Mapping[str, Sync]) -> None:
        tickets = [name for name, sync in syncs.items() if sync.kind is Kind.TICKET]
        for name, sync in syncs.items():
            if sync.tickets and sync.tickets.sync not in tickets:
                what = f"`{sync.tickets.sync}` is no sync of tickets"
                self.problems.add(("syncs", name, "tickets"), what, meant(sync.tickets.sync, tickets))

    def _check_misfits(self, syncs: Collection[Sync]) -> None:
        """What only the connector can know: that two syncs would take one thing for two."""
        scopes: dict[str, list[tuple[Kind, Any]]] = {}
        for sync in syncs:
            for place in sync.places:
                scopes.setdefault(place.connection, []).append((sync.kind, place.scope.settings))
        for connection, together in scopes.items():
            for told in self.connectors[connection].misfits(together):
                self.problems.add(("syncs",), f"`{connection}`: {told}")


def _key(settings: Any) -> str:  # noqa: ANN401 - an instance of any scope_type
    """What names the container: the scope's own `key`, else its first field."""
    key = getattr(settings, "key", None)
    return str(getattr(settings, fields(settings)[0].name) if key is None else key)
