"""The whole database at a glance, a few wide reads: for questions about everything at once. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pmhub.engine.result_history import Result as Past
from pmhub.model.codec import fields_from, value_from
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Fields, Value
from pmhub.model.results import Identity, Outcome
from pmhub.model.visibility import Visibility
from pmhub.store.database import Database, Row

FOREVER = 2**62
"""A time that nothing is after."""
_ENDED = "coalesce(r.finished, r.started, r.at)"
_NEWEST = f"{_ENDED} DESC, r.attempt DESC, r.id DESC"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item without its body. `set_at`: field → when its value was set, as far as is known, in our clock."""

    id: str
    kind: Kind
    sync: str
    record: Fields
    set_at: Mapping[str, int]
    closed: bool


@dataclass(frozen=True, slots=True)
class ThingRow:
    """How an item was last seen on one remote. Times are that server's."""

    item: str
    remote: str
    scope: str
    key: str
    url: str
    record: Fields
    created_at: int
    updated_at: int
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest result, in one environment, of a test that speaks of `ticket`, by one of its names; `test` None: of a run
    as a whole. `ended` in ms.
    """

    ticket: str
    test: Identity | None
    suite: str
    environment: str
    outcome: Outcome
    flaky: bool
    url: str
    ended: int


@dataclass(frozen=True, slots=True)
class RunRow:
    """A test run. `ended` in ms; `totals`: outcome → how many tests."""

    id: int
    source: str
    run: str
    suite: str
    environment: str
    branch: str
    outcome: Outcome
    ended: int
    url: str
    totals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What the journal tells of a field of an item. `result`: `absorbed`, or `learned` where it had no value before."""

    at: int
    item: str
    remote: str
    field: str
    before: Value
    after: Value
    result: str


class Reading:
    def __init__(self, db: Database) -> None:
        self._db = db

    def items(self) -> list[ItemRow]:
        """All but comments, in the order they came."""
        rows = self._db.rows(
            """SELECT id, kind, sync, json_remove(record, '$.body') AS record, stamps, closed FROM item
            WHERE kind != ? ORDER BY seq""",
            [Kind.COMMENT],
        )
        return [_item(row) for row in rows]

    def things(self) -> list[ThingRow]:
        """Of all items but comments."""
        rows = self._db.rows(
            """SELECT c.item, o.remote, o.scope, o.key, o.url, json_remove(o.record, '$.body', '$.notes') AS record,
            o.created_at, o.updated_at, o.visibility FROM counterpart c
            JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE NOT c.gone AND c.kind != ? ORDER BY c.item, o.remote""",
            [Kind.COMMENT],
        )
        return [_thing(row) for row in rows]

    def latest_results(self, until: int = FOREVER) -> list[Latest]:
        """Of runs that had ended by then."""
        return [*self._of_tests(until), *self._of_runs(until)]

    def _of_tests(self, until: int) -> list[Latest]:
        rows = self._db.rows(
            f"""WITH latest AS (
              SELECT t.test, t.outcome, t.flaky, r.environment, r.url, {_ENDED} AS ended,
                row_number() OVER (PARTITION BY t.test, r.environment ORDER BY {_NEWEST}) AS place
              FROM test_result t JOIN test_run r ON r.id = t.run
              WHERE {_ENDED} <= ? AND t.test IN (SELECT test FROM mention))
            SELECT DISTINCT m.ticket, c.suite, c.name, l.environment, l.outcome, l.flaky, l.url, l.ended
            FROM mention m JOIN test_run said ON said.id = m.run JOIN latest l ON l.test = m.test AND l.place = 1
            JOIN test_case c ON c.id = m.test
            WHERE coalesce(said.finished, said.started, said.at) <= ?
            ORDER BY m.ticket, c.suite, c.name, l.environment""",  # noqa: S608 - no value is put in
            [until, until],
        )
        return [_latest(row, Identity(row["suite"], row["name"])) for row in rows]

    def _of_runs(self, until: int) -> list[Latest]:
        rows = self._db.rows(
            f"""SELECT ticket, suite, environment, outcome, FALSE AS flaky, url, ended FROM (
              SELECT m.ticket, r.suite, r.environment, r.outcome, r.url, {_ENDED} AS ended,
                row_number() OVER (PARTITION BY m.ticket, r.suite, r.environment ORDER BY {_NEWEST}) AS place
              FROM mention m JOIN test_run r ON r.id = m.run WHERE m.test = 0 AND {_ENDED} <= ?) AS ranked
            WHERE place = 1 ORDER BY ticket, suite, environment""",  # noqa: S608
            [until],
        )
        return [_latest(row, None) for row in rows]

    def test_runs(self, until: int = FOREVER, limit: int = 200) -> list[RunRow]:
        """The latest ones, the newest first."""
        rows = self._db.rows(
            f"""SELECT r.id, r.source, r.run, r.suite, r.environment, r.branch, r.outcome, {_ENDED} AS ended, r.url, r.totals
            FROM test_run r WHERE {_ENDED} <= ? ORDER BY {_NEWEST} LIMIT ?""",  # noqa: S608
            [until, limit],
        )
        return [_run(row) for row in rows]

    def histories(self, since: int, until: int = FOREVER) -> dict[tuple[Identity, str], list[Past]]:
        """(test, environment) → its results in these runs, the oldest first. `since`: the id of the first run that counts."""
        rows = self._db.rows(
            f"""SELECT c.suite, c.name, r.environment, t.outcome, {_ENDED} AS ended, r.attempt, r.revision, t.flaky, t.seconds
            FROM test_result t JOIN test_run r ON r.id = t.run JOIN test_case c ON c.id = t.test
            WHERE r.id >= ? AND {_ENDED} <= ? ORDER BY ended, r.attempt""",  # noqa: S608
            [since, until],
        )
        found: dict[tuple[Identity, str], list[Past]] = {}
        for row in rows:
            past = Past(
                outcome=Outcome(row["outcome"]),
                at=row["ended"],
                attempt=row["attempt"],
                commit=row["revision"],
                environment=row["environment"],
                flaky=bool(row["flaky"]),
                seconds=row["seconds"],
            )
            found.setdefault((Identity(row["suite"], row["name"]), row["environment"]), []).append(past)
        return found

    def changes(self, since: int) -> list[ChangeRow]:
        """Values that items took on after this time, the oldest first; no texts of bodies."""
        rows = self._db.rows(
            """SELECT j.at, j.item, j.remote, j.field, j.before, j.after, j.result FROM journal j
            WHERE j.at > ? AND j.result IN ('absorbed', 'learned') AND j.field NOT IN ('', 'body') ORDER BY j.id""",
            [since],
        )
        return [_change(row) for row in rows]

    def last_changes(self, until: int) -> dict[tuple[str, str], int]:
        """(item, field) → when it last took on a value, up to then."""
        rows = self._db.rows(
            """SELECT item, field, max(at) AS at FROM journal WHERE at <= ? AND result IN ('absorbed', 'learned')
            GROUP BY item, field""",
            [until],
        )
        return {(row["item"], row["field"]): row["at"] for row in rows}

    def changes_of(self, item: str) -> list[ChangeRow]:
        """Of one item, texts of bodies too."""
        rows = self._db.rows(
            """SELECT at, item, remote, field, before, after, result FROM journal
            WHERE item = ? AND result IN ('absorbed', 'learned') AND field != '' ORDER BY id""",
            [item],
        )
        return [_change(row) for row in rows]

    def counts(self, until: int) -> dict[tuple[str, Kind], int]:
        """(sync, kind) → how many of its items had begun to exist by then."""
        rows = self._db.rows(
            """SELECT i.sync, i.kind, count(*) AS n FROM item i WHERE coalesce((SELECT min(o.created_at) FROM counterpart c
              JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing WHERE c.item = i.id), 0) <= ?
            GROUP BY i.sync, i.kind""",
            [until],
        )
        return {(row["sync"], Kind(row["kind"])): row["n"] for row in rows}

    def first_run(self) -> int | None:
        """When the workspace began to look."""
        row = self._db.row("SELECT min(started) AS at FROM run")
        return row["at"] if row else None


def _item(row: Row) -> ItemRow:
    stamps = {name: int(parts[1]) for name, parts in json.loads(row["stamps"]).items()}
    return ItemRow(row["id"], Kind(row["kind"]), row["sync"], fields_from(row["record"]), stamps, bool(row["closed"]))


def _thing(row: Row) -> ThingRow:
    return ThingRow(
        row["item"], row["remote"], row["scope"], row["key"], row["url"], fields_from(row["record"]),
        row["created_at"], row["updated_at"], Visibility(row["visibility"]),
    )  # fmt: skip


def _latest(row: Row, test: Identity | None) -> Latest:
    outcome, flaky = Outcome(row["outcome"]), bool(row["flaky"])
    return Latest(row["ticket"], test, row["suite"], row["environment"], outcome, flaky, row["url"], row["ended"])


def _run(row: Row) -> RunRow:
    return RunRow(
        row["id"], row["source"], row["run"], row["suite"], row["environment"], row["branch"], Outcome(row["outcome"]),
        row["ended"], row["url"], json.loads(row["totals"]),
    )  # fmt: skip


def _change(row: Row) -> ChangeRow:
    before, after = (value_from(json.loads(row[n])) if row[n] is not None else None for n in ("before", "after"))
    return ChangeRow(row["at"], row["item"], row["remote"], row["field"], before, after, row["result"])
