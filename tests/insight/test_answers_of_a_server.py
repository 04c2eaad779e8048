"""Asked the same, a server answers as the file from which its store was copied: in every view and every wide read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pmhub.model.kinds import Kind
from pmhub.store import Store

NOT_YET = 2**62


@pytest.fixture(scope="module")
def both(sixty, postgres_schemas, tmp_path_factory):
    file, server = (
        Store(sixty / "pmhub.db"),
        Store(tmp_path_factory.mktemp("s") / "pmhub.db", server=postgres_schemas.fresh()),
    )
    file.copy_into(server)
    yield file, server
    file.close()
    server.close()


def plain(value):
    if isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, bool) else value


def seen_in(store, view):
    return sorted(([plain(value) for value in row] for row in store.database.rows(f"SELECT * FROM {view}")), key=repr)


def test_every_view_shows_the_same(both):
    file, server = both
    views = [row["name"] for row in file.database.rows("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert len(views) > 10
    shown = {view: seen_in(file, view) for view in views}
    assert sum(map(bool, shown.values())) > 10
    assert {view: seen_in(server, view) for view in views} == shown


def everything(store):
    """Each wide read, and each question that the planner is helped with on a file."""
    items, reading, results = store.items, store.reading, store.results
    remotes = sorted({each.remote for each in store.observations.every()})
    syncs = sorted({row.sync for row in reading.items()})
    tickets = [each.ref.key for each in store.observations.every()][:50]
    yield from (reading.items(), reading.things(), reading.latest_results(), reading.test_runs(), reading.histories(0))
    yield from (reading.changes(0), reading.last_changes(NOT_YET), reading.counts(NOT_YET), reading.first_run())
    yield from (
        [reading.changes_of(item) for item in items.ids()[:5]],
        results.of_tickets(tickets),
        results.known_keys(),
    )
    yield from (results.ever_failed("ingest"), results.latest_of_commits("ingest"), results.count(), results.mark())
    yield from (store.observations.of_released_tickets(), store.conflicts.all(), store.failures.all())
    yield from (items.todo(syncs), items.moved(syncs), items.places(syncs), store.moves.standing(syncs), items.todo([]))
    for remote in remotes:
        yield from (
            store.observations.strays(remote),
            store.moves.suspects(remote, 9),
            store.matching.unmarked(remote, "x"),
        )
        yield from (items.unseen(remote, Kind.TICKET), items.any_missing(remote, Kind.TICKET))
        yield [
            store.matching.native_words(remote, Kind.TICKET, scope, "status") for scope in ("", "SHOP", "example/shop")
        ]
        yield [items.namesake(sync, Kind.RELEASE, "version", "1.0", remote) for sync in syncs]
    yield from ([store.matching.loose(sync, Kind.TICKET, remotes) for sync in syncs], store.pull_requests.merged())
    yield [store.matching.any_marked(sync, Kind.TICKET) for sync in syncs]
    yield from (store.pull_requests.open(), store.runs.recent(5), list(store.runs.ended(NOT_YET))[:5])


def test_every_question_has_the_same_answer(both):
    file, server = both
    for number, (here, there) in enumerate(zip(everything(file), everything(server), strict=True)):
        assert there == here, f"answer {number}"
