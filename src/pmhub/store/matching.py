"""What has no counterpart yet, where others keep their links, and which adopted things still want our mark."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pmhub.model.kinds import Kind
from pmhub.store.database import Database, marks, replacing
from pmhub.store.observations import Seen, Thing, seen_from

_UNMARKED = "unmarked"
_PUT = replacing("meta", "key", "value")


class Matching:
    def __init__(self, db: Database) -> None:
        self._db = db

    def loose(self, sync: str, kind: Kind, remotes: Sequence[str]) -> list[str]:
        """Items of a sync that stand somewhere, and have no counterpart on at least one of these remotes."""
        rows = self._db.rows(
            f"""SELECT i.id FROM item i WHERE i.sync = ? AND i.kind = ? AND NOT i.closed
              AND (SELECT count(*) FROM counterpart c WHERE c.item = i.id AND c.remote IN ({marks(remotes)})) < ?
              AND EXISTS (SELECT 1 FROM counterpart c WHERE c.item = i.id AND c.thing IS NOT NULL AND NOT c.gone)
            ORDER BY i.seq""",  # noqa: S608 - marks of places only
            [sync, kind, *remotes, len(remotes)],
        )
        return [row["id"] for row in rows]

    def any_loose_to_look_at(self, sync: str, kind: Kind, remotes: Sequence[str]) -> bool:
        """Is one of them an item that wants to be looked at?"""
        sql = f"""SELECT 1 FROM todo t CROSS JOIN item i ON i.id = t.item
          WHERE i.sync = ? AND i.kind = ? AND NOT i.closed
            AND (SELECT count(*) FROM counterpart c WHERE c.item = i.id AND c.remote IN ({marks(remotes)})) < ?
            AND EXISTS (SELECT 1 FROM counterpart c WHERE c.item = i.id AND c.thing IS NOT NULL AND NOT c.gone)
          LIMIT 1"""  # noqa: S608 - marks of places only
        return self._db.row(sql, [sync, kind, *remotes, len(remotes)]) is not None

    def any_marked(self, sync: str, kind: Kind) -> bool:
        """Does anything that stands for an item of the sync bear the mark of another item?"""
        sql = """SELECT 1 FROM item i JOIN counterpart c ON c.item = i.id
          JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
          WHERE i.sync = ? AND i.kind = ? AND NOT i.closed AND NOT c.gone AND o.marker IS NOT NULL AND instr(o.marker, i.id) = 0"""
        return self._db.row(sql, [sync, kind]) is not None

    def things(self, item: str) -> list[Seen]:
        """What stands for an item, as last read."""
        rows = self._db.rows(
            """SELECT o.* FROM counterpart c
            JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE c.item = ? AND NOT c.gone ORDER BY o.remote""",
            [item],
        )
        return [seen_from(row) for row in rows]

    def native_words(self, remote: str, kind: Kind, scope: str, field: str) -> dict[str, tuple[int, str]]:
        """What a remote calls its values of a field → how many things have it, and the key of one."""
        rows = self._db.rows(
            """SELECT word, count(*) AS number, min(key) AS one FROM (
              SELECT json_extract(originals, '$.' || ?) AS word, key FROM observation WHERE remote = ? AND kind = ? AND scope = ?
            ) AS told WHERE word IS NOT NULL GROUP BY word ORDER BY word""",
            [field, remote, kind, scope],
        )
        return {row["word"]: (row["number"], row["one"]) for row in rows}

    # Links that stand outside of texts: asked for once a thing.

    def traces(self, thing: Thing) -> list[str] | None:
        """None: never asked for."""
        row = self._db.row("SELECT value FROM meta WHERE key = ?", [_trace_key(thing)])
        return list(json.loads(row["value"])) if row else None

    def keep_traces(self, thing: Thing, found: Sequence[str]) -> None:
        self._db.write(_PUT, [_trace_key(thing), json.dumps(list(found))])

    # A person said: this is nothing that exists elsewhere.

    def is_alone(self, item: str) -> bool:
        return self._db.row("SELECT 1 FROM meta WHERE key = ?", [f"alone {item}"]) is not None

    def set_alone(self, item: str) -> None:
        self._db.write(_PUT, [f"alone {item}", ""])

    # Marks of adopted things: they may follow in a later run.

    def wants_marks(self) -> bool:
        return self._db.row("SELECT 1 FROM meta WHERE key = ?", [_UNMARKED]) is not None

    def want_marks(self, *, wanted: bool) -> None:
        if wanted:
            self._db.write(_PUT, [_UNMARKED, ""])
        else:
            self._db.write("DELETE FROM meta WHERE key = ?", [_UNMARKED])

    def unmarked(self, remote: str, account: str) -> list[tuple[str, Seen]]:
        """Item and thing: what others made there and what is an item born elsewhere, without a mark."""
        rows = self._db.rows(
            """SELECT i.id AS item, o.* FROM counterpart c JOIN item i ON i.id = c.item
            JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE c.remote = ? AND NOT c.gone AND i.origin != c.remote AND o.marker IS NULL AND o.author != ?
            ORDER BY i.seq""",
            [remote, account],
        )
        return [(row["item"], seen_from(row)) for row in rows]

    def set_marked(self, thing: Thing, marker: str) -> None:
        self._db.write(
            "UPDATE observation SET marker = ? WHERE remote = ? AND kind = ? AND thing = ?", [marker, *thing]
        )


def _trace_key(thing: Thing) -> str:
    return "trace " + " ".join(thing)
