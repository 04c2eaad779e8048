"""Conflicts: in the database, and in an append-only file beside it that outlives the database."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

from pmhub.engine.state import Clash
from pmhub.model.codec import dump, value_from
from pmhub.model.lean import dataclass
from pmhub.store.database import Database, Row
from pmhub.store.files import AS_IT_IS, PRIVATE_FILE, make_folder, refuse_links


@dataclass(frozen=True)
class Conflict:
    """`state`: `open` waits for a person, `auto` was settled by policy, `resolved` by a person."""

    id: int
    item: str
    clash: Clash
    state: str
    at: int
    run: int


def _conflict(row: Row) -> Conflict:
    clash = Clash(row["field"], row["kind"], row["remote"], value_from(json.loads(row["value"])))
    return Conflict(row["id"], row["item"], clash, row["state"], row["at"], row["run"])


def state_of(clash: Clash) -> str:
    return "open" if clash.kind in {"held", "duplicate"} else "auto"


class Conflicts:
    def __init__(self, db: Database, archive: Path) -> None:
        self._db = db
        self.archive = archive

    def known(self, item: str, clash: Clash) -> bool:
        sql = "SELECT 1 FROM conflict WHERE item = ? AND field = ? AND kind = ? AND remote = ? AND value = ?"
        return self._db.row(sql, [item, clash.field, clash.kind, clash.remote, dump(clash.value)]) is not None

    def add(self, item: str, clash: Clash, at: int, run: int) -> bool:
        """False when it is known already. The archive comes first: a loser exists outside before the winner is written."""
        if self.known(item, clash):
            return False
        self._append(item, clash, at)
        self._db.write(
            "INSERT INTO conflict (item, field, kind, remote, value, state, at, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [item, clash.field, clash.kind, clash.remote, dump(clash.value), state_of(clash), at, run],
        )
        return True

    def _append(self, item: str, clash: Clash, at: int) -> None:
        line = dump({"at": at, "item": item, "field": clash.field, "kind": clash.kind, "value": clash.value})
        make_folder(self.archive.parent)
        refuse_links(self.archive)
        file = os.open(self.archive, os.O_WRONLY | os.O_CREAT | os.O_APPEND | AS_IT_IS, PRIVATE_FILE)
        try:
            os.write(file, (line + "\n").encode("utf-8", "surrogatepass"))
            os.fsync(file)
        finally:
            os.close(file)

    def all(self, *, open_only: bool = False, item: str | None = None) -> list[Conflict]:
        where = ["TRUE"] + (["state = 'open'"] if open_only else []) + (["item = ?"] if item else [])
        rows = self._db.rows(f"SELECT * FROM conflict WHERE {' AND '.join(where)} ORDER BY id", [item] if item else [])  # noqa: S608
        return [_conflict(row) for row in rows]

    def held(self, item: str) -> frozenset[str]:
        sql = "SELECT DISTINCT field FROM conflict WHERE item = ? AND kind = 'held' AND state = 'open'"
        return frozenset(row["field"] for row in self._db.rows(sql, [item]))

    def held_fields(self) -> dict[str, frozenset[str]]:
        """Of every item that has any."""
        rows = self._db.rows("SELECT DISTINCT item, field FROM conflict WHERE kind = 'held' AND state = 'open'")
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            found[row["item"]].add(row["field"])
        return {item: frozenset(fields) for item, fields in found.items()}

    def held_rows(self, item: str, field: str) -> list[Conflict]:
        return [c for c in self.all(open_only=True, item=item) if c.clash.field == field and c.clash.kind == "held"]

    def resolve(self, id_: int) -> None:
        self._db.write("UPDATE conflict SET state = 'resolved' WHERE id = ?", [id_])
