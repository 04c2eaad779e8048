"""Is a release ready? All that is known of it, put to the rules of the gate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from pmhub.engine.gate import Finding, Freshness, Scope, Scoped, findings
from pmhub.engine.gate_rules import Coverage
from pmhub.insight.freshness import by_connection, of_pull_requests
from pmhub.insight.picture import Picture, names
from pmhub.insight.releases import facts, members, tickets_of
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.store import Store
from pmhub.store.pull_requests import OpenPull
from pmhub.store.reading import ItemRow


@dataclass(frozen=True)
class Readiness:
    """`findings` empty: ready. `scope`: what was looked at; `connections`: how old what is known of each is, at most."""

    release: ItemRow
    version: str
    status: str
    date: str | None
    scope: Scope
    findings: tuple[Finding, ...]
    connections: tuple[Freshness, ...]

    @property
    def is_ready(self) -> bool:
        return not self.findings


def readiness(picture: Picture, store: Store, release: ItemRow, fresh: Sequence[Freshness]) -> Readiness:
    """`fresh`: of every sync how old what we know of it is."""
    known = _Known(store)
    tickets = tickets_of(picture, release)
    told = facts(release)
    used = _syncs(picture, [release, *tickets])
    read = [each for each in fresh if each.what in used]
    scope = Scope(
        release=_scoped(picture, known, release),
        tickets=tuple(_scoped(picture, known, row) for row in tickets),
        sources=(*read, *of_pull_requests(picture, store, used)),
        has_notes=bool(release.record.get("notes")) or not members(picture, release),
    )
    found = findings(scope, picture.workspace.gate)
    sources = tuple(by_connection(read).values())
    return Readiness(release, told.version, told.status, told.date, scope, found, sources)


class _Known:
    """What waits for a person, by item."""

    def __init__(self, store: Store) -> None:
        self.held: dict[str, list[str]] = defaultdict(list)
        self.refused: dict[str, list[str]] = defaultdict(list)
        self.unknown: dict[str, list[str]] = defaultdict(list)
        for conflict in store.conflicts.all(open_only=True):
            if conflict.clash.field not in self.held[conflict.item]:
                self.held[conflict.item].append(conflict.clash.field)
        for failure in store.failures.all():
            if failure.state == "dead":
                self.refused[failure.item].append(failure.message)
        for item, remote in sorted(store.intents.unknown()):
            self.unknown[item].append(remote)
        self.pulls = store.pull_requests.open()

    def unmerged(self, picture: Picture, row: ItemRow) -> tuple[str, ...]:
        """Pull requests that are for it: for a ticket by any of its keys, for a release where they name it themselves."""
        things = picture.things.get(row.id, ())
        if row.kind is Kind.RELEASE:
            places, version = {(thing.remote, thing.scope) for thing in things}, facts(row).version
            return tuple(
                _called(pull)
                for remote, scope, pull in self.pulls
                if (remote, scope) in places and version in pull.releases
            )
        keys = {thing.key for thing in things}
        return tuple(_called(pull) for _, _, pull in self.pulls if keys & set(pull.tickets))


def _called(pull: OpenPull) -> str:
    return f"{pull.key} ({pull.title})" if pull.title else pull.key


def _scoped(picture: Picture, known: _Known, row: ItemRow) -> Scoped:
    record = row.record
    node = picture.nodes.get(row.id)
    open_blockers = [item for item in node.blocked_by if not _is_done(picture, item)] if node else []
    return Scoped(
        item=row.id,
        name=picture.key(row.id) if row.kind is not Kind.RELEASE else facts(row).version,
        title=picture.title(row.id),
        url=picture.url(row.id),
        is_release=row.kind is Kind.RELEASE,
        type=str(record.get("type") or ""),
        priority=str(record.get("priority") or ""),
        labels=names(record.get("labels")),
        category=picture.category(row),
        status=str(record.get("status") or ""),
        tests=node.tests if node else (),
        tested=bool(node) and _is_tested(picture, row.id),
        blocked_by=tuple(picture.key(item) for item in open_blockers),
        unmerged=known.unmerged(picture, row),
        held=tuple(known.held.get(row.id, ())),
        refused=tuple(known.refused.get(row.id, ())),
        unknown=tuple(picture.connections.get(remote, remote) for remote in known.unknown.get(row.id, ())),
    )


def _is_done(picture: Picture, item: str) -> bool:
    node = picture.nodes.get(item)
    return node is None or node.is_done


def _is_tested(picture: Picture, item: str) -> bool:
    """A test speaks of it, of a part of it, or of a ticket it is a part of."""
    parts = picture.forest.reached([item]).values()
    return any(node.tests for node in parts) or any(picture.nodes[above].tests for above in _above(picture, item))


def _above(picture: Picture, item: str) -> Iterable[str]:
    seen = {item}
    waiting = list(picture.nodes[item].parents)
    for parent in waiting:
        if parent in picture.nodes and parent not in seen and picture.items[parent].kind is Kind.TICKET:
            seen.add(parent)
            waiting += picture.nodes[parent].parents
            yield parent


def _syncs(picture: Picture, rows: Iterable[ItemRow]) -> Collection[str]:
    """Those that these items belong to, and where tests are asked for, those that bring them."""
    used = {row.sync for row in rows}
    if picture.workspace.gate.tests is not Coverage.IGNORED:
        used |= {name for name, sync in picture.workspace.syncs.items() if sync.kind is Kind.TEST_RUN}
    return used
