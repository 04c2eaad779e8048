"""Everything that is known of a workspace at one moment, read once: the values that all answers are made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

from pmhub.config.workspace import Workspace
from pmhub.engine.rollup import Forest, Node, TestFact
from pmhub.insight.past import as_it_was, set_before
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.links import BLOCKED_BY, relation_of, target_of
from pmhub.model.records import Value, headline
from pmhub.model.vocabulary import Category, Vocabulary
from pmhub.store.pull_requests import MergedPull
from pmhub.store.reading import FOREVER, ChangeRow, ItemRow, Latest, ThingRow
from pmhub.sync.hub import Hub


@dataclass(frozen=True)
class Picture:
    """`at`: the moment it shows, in ms. `is_past`: not now. `things`: item → how it is seen, connections in the order
    of the configuration. `connections`: remote id → name. `changes`: after the moment that was asked for, the oldest first.
    `merged`: pull requests.
    """

    workspace: Workspace
    at: int
    is_past: bool
    connections: Mapping[str, str]
    items: Mapping[str, ItemRow]
    things: Mapping[str, tuple[ThingRow, ...]]
    latest: Sequence[Latest]
    changes: Sequence[ChangeRow]
    merged: Sequence[MergedPull] = ()

    @property
    def today(self) -> str:
        return datetime.fromtimestamp(self.at / 1000, UTC).date().isoformat()

    def of(self, kind: Kind) -> list[ItemRow]:
        return [row for row in self.items.values() if row.kind is kind and not row.closed]

    def name(self, item: str) -> str:
        """What people call it: its keys, else its title."""
        keys = dict.fromkeys(thing.key for thing in self.things.get(item, ()) if thing.key)
        return " = ".join(keys) or self.title(item) or item

    def key(self, item: str) -> str:
        """The first of its names."""
        return next((thing.key for thing in self.things.get(item, ()) if thing.key), self.title(item) or item)

    def title(self, item: str) -> str:
        row = self.items.get(item)
        return headline(row.record) if row else ""

    def url(self, item: str) -> str:
        return next((thing.url for thing in self.things.get(item, ()) if thing.url), "")

    def category(self, row: ItemRow) -> Category:
        return self.category_of(row, row.record.get("status"))

    def category_of(self, row: ItemRow, status: object) -> Category:
        """What a status means for such an item."""
        sync = self.workspace.syncs.get(row.sync)
        vocabulary = sync.endpoints[0].scope.vocabulary if sync and sync.endpoints else Vocabulary()
        return vocabulary.category(str(status or ""))

    def created(self, item: str) -> int:
        """When it began to exist anywhere."""
        return min((thing.created_at for thing in self.things.get(item, ())), default=0)

    @cached_property
    def tests(self) -> Mapping[str, tuple[Latest, ...]]:
        """Item → the latest results that speak of it, each test and environment once."""
        named: dict[str, set[str]] = defaultdict(set)
        for item, things in self.things.items():
            for thing in things:
                named[thing.key].add(item)
        found: dict[str, dict[tuple[object, str], Latest]] = defaultdict(dict)
        for latest in sorted(self.latest, key=lambda each: each.ended):
            for item in named.get(latest.ticket, ()):
                found[item][latest.test or latest.suite, latest.environment] = latest
        return {item: tuple(results.values()) for item, results in found.items()}

    @cached_property
    def forest(self) -> Forest:
        return Forest(self.nodes.values())

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """What was deleted in a tool is no work that was done."""
        kinds = (Kind.ROADMAP_ITEM, Kind.TICKET)
        return {row.id: self._node(row) for row in self.items.values() if row.kind in kinds and not row.closed}

    def _node(self, row: ItemRow) -> Node:
        record = row.record
        parent, estimate = record.get("parent"), record.get("estimate")
        dropped = row.kind is Kind.ROADMAP_ITEM and record.get("status") == "dropped"
        return Node(
            id=row.id,
            parents=(parent,) if isinstance(parent, str) else (),
            category=self.category(row),
            dropped=dropped,
            estimate=float(estimate) if isinstance(estimate, (int, float)) else None,
            target=text(record.get("target") or record.get("due")),
            blocked_by=tuple(target_of(each) for each in names(record.get("links")) if relation_of(each) == BLOCKED_BY),
            tests=tuple(map(_fact, self.tests.get(row.id, ()))),
        )


def picture_of(workspace: Workspace, hub: Hub, at: int | None = None, since: int | None = None) -> Picture:
    """`at`: a moment of the past, None for now. What came into the workspace later than it began to exist stands as it
    was when it came. `since`: from when on changes are wanted, None for none.
    """
    reading = hub.store.reading
    connections = {remote.id: remote.connection for remote in hub.remotes.values()}
    until = FOREVER if at is None else at
    changes = reading.changes(min(until, FOREVER if since is None else since))
    things = _things(reading.things(), list(connections))
    items = {row.id: row for row in reading.items()}
    if at is not None:
        later = [change for change in changes if change.at > at]
        items = _back_to(at, items, things, later, reading.last_changes(at))
    return Picture(
        workspace=workspace,
        at=hub.clock() if at is None else at,
        is_past=at is not None,
        connections=connections,
        items=items,
        things={item: found for item, found in things.items() if item in items},
        latest=reading.latest_results(until),
        changes=[change for change in changes if change.at <= until and change.item in items],
        merged=[each for each in hub.store.pull_requests.merged() if each.pull.merged_at <= until],
    )


def _things(rows: Sequence[ThingRow], order: Sequence[str]) -> dict[str, tuple[ThingRow, ...]]:
    ranks = {remote: rank for rank, remote in enumerate(order)}
    found: dict[str, list[ThingRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: ranks.get(row.remote, len(ranks))):
        found[row.item].append(row)
    return {item: tuple(things) for item, things in found.items()}


def _back_to(
    at: int,
    items: Mapping[str, ItemRow],
    things: Mapping[str, Sequence[ThingRow]],
    changes: Sequence[ChangeRow],
    earlier: Mapping[tuple[str, str], int],
) -> dict[str, ItemRow]:
    later: dict[str, list[ChangeRow]] = defaultdict(list)
    for change in changes:
        later[change.item].append(change)
    there = (row for row in items.values() if min((t.created_at for t in things.get(row.id, ())), default=0) <= at)
    return {row.id: _past_row(row, later.get(row.id, []), earlier) for row in there}


def _past_row(row: ItemRow, later: Sequence[ChangeRow], earlier: Mapping[tuple[str, str], int]) -> ItemRow:
    if not later:
        return row
    return replace(row, record=as_it_was(row.record, later), set_at=set_before(row, later, earlier))


def _fact(latest: Latest) -> TestFact:
    test = latest.test
    name = f"{test.suite} {test.name}".strip() if test else f"the run of {latest.suite or 'all tests'}"
    return TestFact(name, latest.environment, latest.outcome)


def text(value: Value) -> str | None:
    return str(value) if value else None


def names(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
