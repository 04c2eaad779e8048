"""What every run did (append-only), and small things remembered between runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pmhub.model.codec import dump, value_from
from pmhub.model.lean import dataclass
from pmhub.model.records import Value
from pmhub.store.database import Database, Row, replacing

_NO_RUN = 2**62


@dataclass(frozen=True)
class JournalEntry:
    """`result`: `done`, `refused`, `unknown`, or for what happened here: `absorbed`, or `learned` for a field that had no
    value yet. `request`: what the remote calls the requests of the write, where it tells.
    """

    run: int
    at: int
    item: str
    remote: str
    op: str
    field: str
    before: Value
    after: Value
    result: str
    request: str = ""


def _entry(row: Row) -> JournalEntry:
    before, after = (value_from(json.loads(row[n])) if row[n] is not None else None for n in ("before", "after"))
    return JournalEntry(
        row["run"],
        row["at"],
        row["item"],
        row["remote"],
        row["op"],
        row["field"],
        before,
        after,
        row["result"],
        row["request"],
    )


class Journal:
    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, entry: JournalEntry) -> None:
        self._db.write(
            """INSERT INTO journal (run, at, item, remote, op, field, before, after, result, request)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                entry.run,
                entry.at,
                entry.item,
                entry.remote,
                entry.op,
                entry.field,
                dump(entry.before),
                dump(entry.after),
                entry.result,
                entry.request,
            ],
        )

    def of_item(self, item: str, field: str | None = None) -> list[JournalEntry]:
        sql, values = "SELECT * FROM journal WHERE item = ?", [item]
        if field:
            sql, values = f"{sql} AND field IN (?, '')", [item, field]
        return [_entry(row) for row in self._db.rows(f"{sql} ORDER BY id", values)]

    def of_run(self, run: int) -> list[JournalEntry]:
        return [_entry(row) for row in self._db.rows("SELECT * FROM journal WHERE run = ? ORDER BY id", [run])]


class Runs:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, now: int) -> int:
        return self._db.insert("INSERT INTO run (started) VALUES (?)", [now])

    def end(self, run: int, now: int, outcome: dict[str, Any]) -> None:
        self._db.write("UPDATE run SET ended = ?, outcome = ? WHERE id = ?", [now, dump(outcome), run])

    def recent(self, count: int) -> list[dict[str, Any]]:
        return [_run(row) for row in self._db.rows("SELECT * FROM run ORDER BY id DESC LIMIT ?", [count])]

    def ended(self, until: int) -> Iterator[dict[str, Any]]:
        """Those that had ended by then, the newest first, read as far as they are asked for."""
        below = _NO_RUN
        while rows := self._db.rows(
            "SELECT * FROM run WHERE ended <= ? AND id < ? ORDER BY id DESC LIMIT 50", [until, below]
        ):
            yield from map(_run, rows)
            below = rows[-1]["id"]

    def get(self, run: int) -> dict[str, Any] | None:
        row = self._db.row("SELECT * FROM run WHERE id = ?", [run])
        return _run(row) if row else None


def _run(row: Row) -> dict[str, Any]:
    return {**dict(row), "outcome": json.loads(row["outcome"]) if row["outcome"] else None}


class Meta:
    """One value a key: the generation, the configuration's fingerprint."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, key: str) -> str | None:
        row = self._db.row("SELECT value FROM meta WHERE key = ?", [key])
        return row["value"] if row else None

    def put(self, key: str, value: str) -> None:
        self._db.write(replacing("meta", "key", "value"), [key, value])

    def starting(self, prefix: str) -> list[tuple[str, str]]:
        """(key, value) of the keys that begin so, in their order."""
        sql = "SELECT key, value FROM meta WHERE key >= ? AND key < ? ORDER BY key"
        return [(row["key"], row["value"]) for row in self._db.rows(sql, [prefix, prefix + "\U0010ffff"])]


class Memory:
    """What connectors look up rarely; see pmhub.sdk.Memory. Each call is a transaction of its own."""

    def __init__(self, db: Database, prefix: str, clock: Any) -> None:  # noqa: ANN401 - Callable[[], int]
        self._db, self._prefix, self._clock = db, prefix, clock

    def get(self, key: str) -> Any:  # noqa: ANN401 - JSON
        sql = "SELECT value FROM memory WHERE key = ? AND until > ?"
        row = self._db.row(sql, [f"{self._prefix}\n{key}", self._clock()])
        return json.loads(row["value"]) if row else None

    def put(self, key: str, value: Any, *, until: int) -> None:  # noqa: ANN401 - JSON
        with self._db.transaction():
            self._db.write(replacing("memory", "key", "value", "until"), [f"{self._prefix}\n{key}", dump(value), until])
