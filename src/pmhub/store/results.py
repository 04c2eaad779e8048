"""Test runs as they were read: facts that are added once, with the tests in them and the tickets they speak of."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict

from pmhub.engine.result_history import Result as Past
from pmhub.model.codec import dump
from pmhub.model.lean import dataclass
from pmhub.model.results import Case, Identity, Outcome, TestRun, Totals
from pmhub.store.database import Database, Row, marks, replacing

WHOLE_RUN = 0
"""Stands for the run itself where a test is named."""


@dataclass(frozen=True)
class StoredRun:
    """`source`: who told of it, a remote or `ingest`. `at`: when it was added, in our clock."""

    id: int
    source: str
    run: TestRun
    at: int


@dataclass(frozen=True)
class Result:
    """How one test, or a run as a whole (`test` None), ended in the latest run that tells of it; `runs`: how many do.

    `reasons`: why it is believed to speak of the ticket that was asked for.
    """

    test: Identity | None
    outcome: Outcome
    flaky: bool
    message: str
    run: StoredRun
    reasons: tuple[str, ...]


def _run(row: Row) -> StoredRun:
    run = TestRun(
        run=row["run"],
        attempt=row["attempt"],
        suite=row["suite"],
        commit=row["revision"],
        branch=row["branch"],
        environment=row["environment"],
        outcome=Outcome(row["run_outcome"]),
        started=row["started"],
        finished=row["finished"],
        url=row["url"],
        totals=Totals(**json.loads(row["totals"])),
    )
    return StoredRun(row["run_id"], row["source"], run, row["at"])


_RUN = """r.id AS run_id, r.source, r.run, r.attempt, r.suite, r.environment, r.revision, r.branch, r.outcome AS run_outcome,
  r.started, r.finished, r.url, r.totals, r.at"""
_LATEST_FIRST = "coalesce(r.finished, r.started, r.at) DESC, r.attempt DESC, r.id DESC"


class Results:
    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, source: str, run: TestRun, cases: Mapping[Identity, Case], at: int) -> int:
        """The same run again replaces what was known of it: it is there once, however often it is told."""
        found = self._find(source, run)
        values = [
            source, run.run, run.attempt, run.suite, run.environment, run.commit, run.branch, run.outcome,
            run.started, run.finished, run.url, dump(asdict(run.totals)),
        ]  # fmt: skip
        if found is None:
            id_ = self._db.insert(
                """INSERT INTO test_run (source, run, attempt, suite, environment, revision, branch, outcome, started, finished,
                url, totals, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [*values, at],
            )
        else:
            id_ = found
            self._db.write(
                """UPDATE test_run SET revision = ?, branch = ?, outcome = ?, started = ?, finished = ?, url = ?, totals = ?
                WHERE id = ?""",
                [*values[5:], id_],
            )
            self._db.write("DELETE FROM test_result WHERE run = ?", [id_])
            self._db.write("DELETE FROM mention WHERE run = ?", [id_])
        self._add_cases(id_, cases)
        self._db.write(replacing("meta", "key", "value"), ["results", secrets.token_hex(4)])
        return id_

    def _find(self, source: str, run: TestRun) -> int | None:
        row = self._db.row(
            "SELECT id FROM test_run WHERE source = ? AND run = ? AND attempt = ? AND suite = ? AND environment = ?",
            [source, run.run, run.attempt, run.suite, run.environment],
        )
        return int(row["id"]) if row else None

    def knows(self, source: str, run: str, attempt: int) -> bool:
        sql = "SELECT 1 FROM test_run WHERE source = ? AND run = ? AND attempt = ?"
        return self._db.row(sql, [source, run, attempt]) is not None

    def _add_cases(self, run: int, cases: Mapping[Identity, Case]) -> None:
        self._db.write_many(
            "INSERT INTO test_case (suite, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [[i.suite, i.name] for i in cases],
        )
        test = "(SELECT id FROM test_case WHERE suite = ? AND name = ?)"
        self._db.write_many(
            f"INSERT INTO test_result VALUES (?, {test}, ?, ?, ?, ?, ?)",  # noqa: S608 - no value is put in
            ([run, i.suite, i.name, c.outcome, c.seconds, c.message, c.flaky, c.attempts] for i, c in cases.items()),
        )
        self._db.write_many(
            "UPDATE test_case SET now_called = ? WHERE suite = ? AND name = ?",
            ([c.identity.name, i.suite, i.name] for i, c in cases.items() if c.identity != i),
        )
        self._db.write_many(
            f"INSERT INTO test_key VALUES (?, {test}) ON CONFLICT DO NOTHING",  # noqa: S608
            ([key, i.suite, i.name] for i, c in cases.items() for key in c.properties.get("test_key", ())),
        )

    def mention(self, run: int, ticket: str, test: Identity | None, reason: str) -> None:
        """Of a test that no run ever had, nothing is kept."""
        if test is None:
            sql, values = "INSERT INTO mention VALUES (?, ?, ?, ?)", [ticket, run, WHOLE_RUN, reason]
        else:
            sql = "INSERT INTO mention SELECT ?, ?, id, ? FROM test_case WHERE suite = ? AND name = ?"
            values = [ticket, run, reason, test.suite, test.name]
        self._db.write(f"{sql} ON CONFLICT DO NOTHING", values)

    def known_keys(self) -> dict[str, set[Identity]]:
        """`test_key` → the tests that bore it."""
        found: dict[str, set[Identity]] = defaultdict(set)
        for row in self._db.rows("SELECT k.key, c.suite, c.name FROM test_key k JOIN test_case c ON c.id = k.test"):
            found[row["key"]].add(Identity(row["suite"], row["name"]))
        return dict(found)

    def renamed(self) -> dict[Identity, Identity]:
        """The name a test has now → the one its history is kept under."""
        rows = self._db.rows("SELECT suite, name, now_called FROM test_case WHERE now_called IS NOT NULL")
        return {Identity(row["suite"], row["now_called"]): Identity(row["suite"], row["name"]) for row in rows}

    def of_tickets(self, tickets: Iterable[str]) -> list[Result]:
        """What the latest runs say of a ticket, by any of the names it goes by: one result a test and environment."""
        names = list(tickets)
        told = self._db.rows(
            f"SELECT test, reason, run FROM mention WHERE ticket IN ({marks(names)}) ORDER BY run DESC",  # noqa: S608
            names,
        )
        reasons: dict[int, dict[str, None]] = defaultdict(dict)
        for row in told:
            reasons[row["test"]].setdefault(row["reason"])
        tests = sorted(test for test in reasons if test != WHOLE_RUN)
        runs = sorted({row["run"] for row in told if row["test"] == WHOLE_RUN})
        return [
            *(self._whole(runs, tuple(reasons[WHOLE_RUN])) if runs else ()),
            *(result for test in tests for result in self._latest(test, tuple(reasons[test]))),
        ]

    def _whole(self, runs: Iterable[int], reasons: tuple[str, ...]) -> list[Result]:
        ids = list(runs)
        sql = f"SELECT {_RUN} FROM test_run r WHERE r.id IN ({marks(ids)}) ORDER BY {_LATEST_FIRST}"  # noqa: S608
        rows = self._db.rows(sql, ids)
        latest: dict[tuple[str, str], Row] = {}
        for row in rows:
            latest.setdefault((row["suite"], row["environment"]), row)
        return [Result(None, Outcome(row["run_outcome"]), False, "", _run(row), reasons) for row in latest.values()]

    def _latest(self, test: int, reasons: tuple[str, ...]) -> list[Result]:
        rows = self._db.rows(
            f"""SELECT {_RUN}, t.outcome, t.flaky, t.message, c.suite AS test_suite, c.name FROM test_result t
            JOIN test_run r ON r.id = t.run JOIN test_case c ON c.id = t.test WHERE t.test = ? ORDER BY {_LATEST_FIRST}""",  # noqa: S608
            [test],
        )
        latest: dict[str, Row] = {}
        for row in rows:
            latest.setdefault(row["environment"], row)
        return [
            Result(
                Identity(row["test_suite"], row["name"]), Outcome(row["outcome"]), bool(row["flaky"]), row["message"],
                _run(row), reasons,
            )
            for row in latest.values()
        ]  # fmt: skip

    def history(self, test: Identity, environment: str, limit: int = 100) -> list[Past]:
        """Of one test its latest results there, whatever the branch, the newest first."""
        return self._past("r.environment = ?", test, [environment], limit)

    def _past(self, where: str, test: Identity, values: list[str], limit: int) -> list[Past]:
        rows = self._db.rows(
            f"""SELECT t.outcome, t.flaky, t.seconds, r.attempt, r.revision, r.environment,
            coalesce(r.finished, r.started, r.at) AS ended
            FROM test_result t JOIN test_run r ON r.id = t.run JOIN test_case c ON c.id = t.test
            WHERE c.suite = ? AND c.name = ? AND {where} ORDER BY {_LATEST_FIRST} LIMIT ?""",  # noqa: S608 - no value is put in
            [test.suite, test.name, *values, limit],
        )
        return [
            Past(
                outcome=Outcome(row["outcome"]),
                at=row["ended"],
                attempt=row["attempt"],
                commit=row["revision"],
                environment=row["environment"],
                flaky=bool(row["flaky"]),
                seconds=row["seconds"],
            )
            for row in rows
        ]

    def ever_failed(self, source: str) -> list[Identity]:
        """Every test that failed in any run of this source."""
        rows = self._db.rows(
            """SELECT DISTINCT c.suite, c.name FROM test_result t JOIN test_run r ON r.id = t.run
            JOIN test_case c ON c.id = t.test WHERE r.source = ? AND t.outcome IN (?, ?) ORDER BY c.suite, c.name""",
            [source, Outcome.FAILED, Outcome.ERROR],
        )
        return [Identity(row["suite"], row["name"]) for row in rows]

    def past_of(self, test: Identity, source: str, branches: Collection[str], limit: int = 300) -> list[Past]:
        """Its latest results in all environments, of these branches, none for all."""
        where = f"AND r.branch IN ({marks(branches)})" if branches else ""
        return self._past(f"r.source = ? {where}", test, [source, *branches], limit)

    def items_spoken_of(self, remote: str, scope: str) -> list[str]:
        """The items in this container that any run speaks of, by whatever name."""
        rows = self._db.rows(
            """SELECT DISTINCT here.item FROM mention m
            JOIN observation named ON named.key = m.ticket
            JOIN counterpart there ON there.remote = named.remote AND there.kind = named.kind AND there.thing = named.thing
            JOIN counterpart here ON here.item = there.item AND here.remote = ? AND NOT here.gone
            JOIN observation o ON o.remote = here.remote AND o.kind = here.kind AND o.thing = here.thing AND o.scope = ?
            ORDER BY here.item""",
            [remote, scope],
        )
        return [row["item"] for row in rows]

    def latest_of_commits(self, source: str) -> list[StoredRun]:
        """Of each suite, environment and commit the latest run."""
        rows = self._db.rows(
            f"SELECT {_RUN} FROM test_run r WHERE r.source = ? AND r.revision != '' ORDER BY {_LATEST_FIRST}",  # noqa: S608
            [source],
        )
        latest: dict[tuple[str, str, str], Row] = {}
        for row in rows:
            latest.setdefault((row["suite"], row["environment"], row["revision"]), row)
        return [_run(row) for row in latest.values()]

    def mark(self) -> str:
        """Another one after every run that was told and, from the first of them on, every thing that was bound."""
        row = self._db.row(
            """SELECT (SELECT coalesce(max(id), 0) FROM test_run) AS runs, (SELECT count(*) FROM mention) AS mentions,
            CASE WHEN EXISTS (SELECT 1 FROM test_run) THEN (SELECT count(*) FROM counterpart WHERE NOT gone) ELSE 0 END AS things,
            (SELECT value FROM meta WHERE key = 'results') AS told"""
        )
        return f"{row['runs']} {row['mentions']} {row['things']} {row['told']}" if row else ""

    def count(self) -> int:
        row = self._db.row("SELECT count(*) AS n FROM test_run")
        return int(row["n"]) if row else 0
