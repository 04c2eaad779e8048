"""Actions, written down before they are sent, and those a remote refuses."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.plan import Action, Op
from pmhub.model.codec import dump, fields_from
from pmhub.model.lean import dataclass
from pmhub.store.database import Database, Row, marks

OPEN = ("planned", "sent", "acked")


@dataclass(frozen=True)
class Intent:
    """`state`: planned → sent (committed before the first byte leaves: outcome unknown) → acked → done | dropped | dead.

    Before an update its target is read at `read_at`, and then shows `seen_at` as its last change.
    `answered`: the remote's answer held the thing as it then stood, and it is stored as the observation.
    """

    id: int
    action: Action
    state: str
    read_at: int
    seen_at: int
    sent_at: int
    answered: bool

    @property
    def item(self) -> str:
        return self.action.item

    @property
    def remote(self) -> str:
        return self.action.remote


def _intent(row: Row) -> Intent:
    action = Action(
        row["item"],
        row["remote"],
        Op(row["op"]),
        fields_from(row["data"]),
        fields_from(row["pre"]),
        bool(row["closes"]),
    )
    times = (row["read_at"] or 0, row["seen_at"] or 0, row["sent_at"] or 0)
    return Intent(row["id"], action, row["state"], *times, bool(row["answered"]))


class Intents:
    def __init__(self, db: Database) -> None:
        self._db = db

    def plan(self, run: int, action: Action) -> int:
        return self._db.insert(
            "INSERT INTO intent (run, item, remote, op, data, pre, closes, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'planned')",
            [run, action.item, action.remote, action.op, dump(action.data), dump(action.pre), action.closes],
        )

    def in_state(self, *states: str, remote: str | None = None) -> list[Intent]:
        where, values = f"state IN ({marks(states)})", list(states)
        if remote is not None:
            where, values = f"{where} AND remote = ?", [*values, remote]
        rows = self._db.rows(f"SELECT * FROM intent WHERE {where} ORDER BY id", values)  # noqa: S608
        return [_intent(row) for row in rows]

    def unknown(self) -> set[tuple[str, str]]:
        """(item, remote) pairs with a write whose outcome is not settled."""
        rows = self._db.rows("SELECT item, remote FROM intent WHERE state IN ('sent', 'acked')")
        return {(row["item"], row["remote"]) for row in rows}

    def drop_planned(self) -> None:
        """Unsent actions are derived anew, never trusted."""
        self._db.write("DELETE FROM intent WHERE state = 'planned'")

    def mark_sent(self, ids: Sequence[int], *, read_at: int, seen_at: int, sent_at: int) -> None:
        self._db.write_many(
            "UPDATE intent SET state = 'sent', read_at = ?, seen_at = ?, sent_at = ? WHERE id = ?",
            [[read_at, seen_at, sent_at, i] for i in ids],
        )

    def mark(self, id_: int, state: str, *, answered: bool = False) -> None:
        self._db.write("UPDATE intent SET state = ?, answered = ? WHERE id = ?", [state, answered, id_])

    def purge(self, before_run: int) -> None:
        """Settled intents are history; the journal keeps it."""
        self._db.write("DELETE FROM intent WHERE state IN ('done', 'dropped', 'dead') AND run < ?", [before_run])


@dataclass(frozen=True)
class Failure:
    """A dead letter, or one on its way to be: what a remote refuses. `value` is the fingerprint of what was sent."""

    id: int
    item: str
    remote: str
    op: str
    field: str
    tries: int
    state: str
    message: str
    hint: str
    at: int


class Failures:
    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, action: Action, field: str, value: str, error: tuple[str, str], at: int, limit: int) -> None:
        message, hint = error
        self._db.write(
            """INSERT INTO failure (item, remote, op, field, value, tries, state, message, hint, at)
            VALUES (:item, :remote, :op, :field, :value, 1, CASE WHEN 1 >= :limit THEN 'dead' ELSE 'trying' END, :message, :hint, :at)
            ON CONFLICT (item, remote, op, field, value) DO UPDATE SET tries = failure.tries + 1, message = :message, hint = :hint,
              at = :at, state = CASE WHEN failure.state = 'ignored' THEN 'ignored' WHEN failure.tries + 1 >= :limit THEN 'dead' ELSE 'trying' END""",
            {
                "item": action.item,
                "remote": action.remote,
                "op": action.op,
                "field": field,
                "value": value,
                "message": message,
                "hint": hint,
                "at": at,
                "limit": limit,
            },
        )

    def of(self, item: str, remote: str) -> dict[tuple[str, str, str], str]:
        """(op, field, value) → state"""
        rows = self._db.rows(
            "SELECT op, field, value, state FROM failure WHERE item = ? AND remote = ?", [item, remote]
        )
        return {(row["op"], row["field"], row["value"]): row["state"] for row in rows}

    def all(self) -> list[Failure]:
        """Item by item, in the order they were first seen; those of one item as they came."""
        rows = self._db.rows(
            "SELECT f.* FROM failure f LEFT JOIN item i ON i.id = f.item ORDER BY coalesce(i.seq, 0), f.id"
        )
        return [
            Failure(
                *(row[n] for n in ("id", "item", "remote", "op", "field", "tries", "state", "message", "hint", "at"))
            )
            for row in rows
        ]

    def settle(self, item: str, remote: str, op: str) -> None:
        """A write went through: what failed before it is history."""
        self._db.write("DELETE FROM failure WHERE item = ? AND remote = ? AND op = ?", [item, remote, op])

    def retry(self, id_: int | None) -> list[str]:
        """Forget the count, of one or of all; returns the items to look at."""
        where, values = ("WHERE id = ?", [id_]) if id_ is not None else ("", [])
        items = [row["item"] for row in self._db.rows(f"SELECT item FROM failure {where}", values)]  # noqa: S608
        self._db.write(f"DELETE FROM failure {where}", values)  # noqa: S608
        return items

    def ignore(self, id_: int) -> bool:
        return self._db.write("UPDATE failure SET state = 'ignored' WHERE id = ?", [id_]) > 0
