"""Items, their counterparts, and the list of items that want to be looked at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pmhub.engine.state import Counterpart, Item, Stamp
from pmhub.model.codec import dump, fields_from
from pmhub.model.kinds import Kind
from pmhub.model.records import Value
from pmhub.store.database import Database, Row
from pmhub.store.observations import Thing


@dataclass(frozen=True)
class Bound:
    """A counterpart with what only the store needs to know of it. `thing` None: a place we know is empty for good."""

    counterpart: Counterpart
    kind: Kind
    thing: str | None
    missing: int = 0
    gone: bool = False

    @property
    def remote(self) -> str:
        return self.counterpart.remote


def _item(row: Row) -> Item:
    stamps = {name: Stamp(*parts) for name, parts in json.loads(row["stamps"]).items()}
    return Item(row["id"], Kind(row["kind"]), fields_from(row["record"]), stamps, row["on_item"], bool(row["closed"]))


def _stamps(item: Item) -> str:
    return dump({name: [s.remote, s.at, s.by_us, s.sure] for name, s in item.stamps.items()})


def _bound(row: Row) -> Bound:
    counterpart = Counterpart(
        row["item"], row["remote"], row["thing"] or "", fields_from(row["local"]), fields_from(row["agreed"])
    )
    return Bound(counterpart, Kind(row["kind"]), row["thing"], row["missing"], bool(row["gone"]))


def _marks(values: Collection[object]) -> str:
    return ",".join("?" for _ in values)


class Items:
    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, item: str) -> Item | None:
        row = self._db.row("SELECT * FROM item WHERE id = ?", [item])
        return _item(row) if row else None

    def with_sync(self, item: str) -> tuple[Item, str] | None:
        """The item, and the name of its sync."""
        row = self._db.row("SELECT * FROM item WHERE id = ?", [item])
        return (_item(row), row["sync"]) if row else None

    def sync_of(self, item: str) -> str:
        row = self._db.row("SELECT sync FROM item WHERE id = ?", [item])
        return row["sync"] if row else ""

    def ids(self, kind: Kind | None = None) -> list[str]:
        sql = "SELECT id FROM item WHERE kind = ? ORDER BY seq" if kind else "SELECT id FROM item ORDER BY seq"
        return [row["id"] for row in self._db.rows(sql, [kind] if kind else [])]

    def count(self, sync: str, kind: Kind) -> int:
        row = self._db.row("SELECT count(*) AS n FROM item WHERE sync = ? AND kind = ?", [sync, kind])
        return row["n"] if row else 0

    def by_prefix(self, prefix: str) -> list[str]:
        rows = self._db.rows("SELECT id FROM item WHERE substr(id, 1, ?) = ? ORDER BY id", [len(prefix), prefix])
        return [row["id"] for row in rows]

    def namesake(self, sync: str, kind: Kind, field: str, value: Value, remote: str) -> str | None:
        """The oldest item of a sync with this value that has no counterpart on the remote."""
        row = self._db.row(
            """SELECT id FROM item i WHERE sync = ? AND kind = ? AND json_extract(record, '$.' || ?) = ?
              AND NOT EXISTS (SELECT 1 FROM counterpart c WHERE c.item = i.id AND c.remote = ?) ORDER BY seq LIMIT 1""",
            [sync, kind, field, value, remote],
        )
        return row["id"] if row else None

    def add(self, item: Item, sync: str, origin: str) -> None:
        self._db.write(
            """INSERT INTO item (id, kind, sync, on_item, origin, record, stamps, closed, seq)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM item))""",
            [item.id, item.kind, sync, item.on, origin, dump(item.record), _stamps(item), item.closed],
        )
        self.touch([item.id])

    def put(self, item: Item) -> None:
        self._db.write(
            "UPDATE item SET record = ?, stamps = ?, closed = ? WHERE id = ?",
            [dump(item.record), _stamps(item), item.closed, item.id],
        )
        self.touch([item.id])

    def assign(self, sync: str, remote: str, kind: Kind, scope: str) -> None:
        """Every item with a thing in this scope belongs to this sync."""
        self._db.write(
            """UPDATE item SET sync = ? WHERE kind = ? AND id IN (
              SELECT c.item FROM counterpart c JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
              WHERE o.remote = ? AND o.kind = ? AND o.scope = ?)""",
            [sync, kind, remote, kind, scope],
        )

    # Counterparts.

    def bound(self, item: str) -> list[Bound]:
        return [
            _bound(row) for row in self._db.rows("SELECT * FROM counterpart WHERE item = ? ORDER BY remote", [item])
        ]

    def bound_on(self, item: str, remote: str) -> Bound | None:
        row = self._db.row("SELECT * FROM counterpart WHERE item = ? AND remote = ?", [item, remote])
        return _bound(row) if row else None

    def item_of(self, thing: Thing) -> str | None:
        row = self._db.row("SELECT item FROM counterpart WHERE remote = ? AND kind = ? AND thing = ?", thing)
        return row["item"] if row else None

    def container_of(self, remote: str, kind: Kind, thing: str) -> str | None:
        """The item that a thing of `kind` is on, whatever its kind."""
        others = [each for each in Kind if each is not kind]  # named one by one, so that the index finds it
        sql = f"SELECT item FROM counterpart WHERE remote = ? AND kind IN ({_marks(others)}) AND thing = ?"  # noqa: S608
        row = self._db.row(sql, [remote, *others, thing])
        return row["item"] if row else None

    def live(self, remote: str, kind: Kind, scope: str) -> list[Bound]:
        rows = self._db.rows(
            """SELECT c.* FROM counterpart c
            JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            JOIN item i ON i.id = c.item
            WHERE c.remote = ? AND c.kind = ? AND o.scope = ? AND NOT c.gone ORDER BY i.seq""",
            [remote, kind, scope],
        )
        return [_bound(row) for row in rows]

    def unseen(self, remote: str, kind: Kind) -> list[Bound]:
        """What we made there and never saw since: it may have been deleted before we could."""
        rows = self._db.rows(
            """SELECT c.* FROM counterpart c
            LEFT JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE c.remote = ? AND c.kind = ? AND c.thing IS NOT NULL AND NOT c.gone AND o.thing IS NULL ORDER BY c.item""",
            [remote, kind],
        )
        return [_bound(row) for row in rows]

    def any_missing(self, remote: str, kind: Kind) -> bool:
        sql = "SELECT 1 FROM counterpart WHERE remote = ? AND kind = ? AND missing > 0 AND NOT gone"
        return self._db.row(sql, [remote, kind]) is not None

    def bind(self, bound: Bound) -> None:
        """Raises through the database's own constraints when a thing or a place is taken: a double binding is a bug."""
        c = bound.counterpart
        self._db.write(
            "INSERT INTO counterpart (item, remote, kind, thing, local, agreed, missing, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [c.item, c.remote, bound.kind, bound.thing, dump(c.local), dump(c.agreed), bound.missing, bound.gone],
        )
        self.touch([c.item])
        self._touch_those_that_waited(bound)

    def _touch_those_that_waited(self, bound: Bound) -> None:
        item, remote = bound.counterpart.item, bound.remote
        self._db.write("INSERT OR IGNORE INTO todo SELECT id FROM item WHERE on_item = ? OR parent = ?", [item, item])
        for kind in {bound.kind, Kind.TICKET}:
            self._db.write(  # left alone, SQLite would walk through all of a remote's things
                """INSERT OR IGNORE INTO todo SELECT c.item FROM observation o INDEXED BY observation_parent
                CROSS JOIN counterpart c ON c.remote = o.remote AND c.kind = o.kind AND c.thing = o.thing
                WHERE o.remote = ? AND o.parent IS NOT NULL AND o.parent = ?""",
                [remote, f"{kind}:{bound.thing}"],
            )
            self._db.write(
                """INSERT OR IGNORE INTO todo SELECT c.item FROM pointer p
                CROSS JOIN counterpart c ON c.remote = p.remote AND c.kind = p.kind AND c.thing = p.thing
                WHERE p.remote = ? AND p.target = ?""",
                [remote, f"{kind}:{bound.thing}"],
            )
        self._touch_those_that_link(item)

    def _touch_those_that_link(self, item: str) -> None:
        self._db.write("INSERT OR IGNORE INTO todo SELECT item FROM link WHERE target = ?", [item])

    def agree(self, counterpart: Counterpart) -> None:
        self._db.write(
            "UPDATE counterpart SET local = ?, agreed = ? WHERE item = ? AND remote = ?",
            [dump(counterpart.local), dump(counterpart.agreed), counterpart.item, counterpart.remote],
        )
        self.touch([counterpart.item])

    def set_missing(self, item: str, remote: str, missing: int) -> None:
        self._db.write("UPDATE counterpart SET missing = ? WHERE item = ? AND remote = ?", [missing, item, remote])

    def set_gone(self, item: str, remote: str) -> None:
        self._db.write("UPDATE counterpart SET gone = 1 WHERE item = ? AND remote = ?", [item, remote])
        self.touch([item])
        self._touch_those_that_link(item)

    # The items that want to be looked at.

    def todo(self, syncs: Sequence[str]) -> list[str]:
        rows = self._db.rows(
            f"SELECT i.id FROM todo t CROSS JOIN item i ON i.id = t.item WHERE i.sync IN ({_marks(syncs)}) ORDER BY i.seq",  # noqa: S608
            list(syncs),
        )
        return [row["id"] for row in rows]

    def moved(self, syncs: Sequence[str]) -> list[str]:
        """Of those, all that may have something to take in: a thing that is not, letter by letter, as it was agreed on."""
        rows = self._db.rows(
            f"""SELECT i.id FROM todo t CROSS JOIN item i ON i.id = t.item WHERE i.sync IN ({_marks(syncs)}) AND (i.closed OR EXISTS (
              SELECT 1 FROM counterpart c JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
              WHERE c.item = i.id AND o.record != c.agreed)) ORDER BY i.seq""",  # noqa: S608
            list(syncs),
        )
        return [row["id"] for row in rows]

    def places(self, syncs: Sequence[str]) -> list[tuple[str, Kind, str | None]]:
        """Of all that want to be looked at: item, kind, and what it is below."""
        rows = self._db.rows(
            f"""SELECT i.id, i.kind, i.parent FROM todo t CROSS JOIN item i ON i.id = t.item
            WHERE i.sync IN ({_marks(syncs)}) ORDER BY i.seq""",  # noqa: S608
            list(syncs),
        )
        return [(row["id"], Kind(row["kind"]), row["parent"]) for row in rows]

    def touch(self, items: Iterable[str]) -> None:
        self._db.write_many("INSERT OR IGNORE INTO todo VALUES (?)", [[item] for item in items])

    def touch_all(self) -> None:
        self._db.write("INSERT OR IGNORE INTO todo SELECT id FROM item")

    def done(self, items: Collection[str]) -> None:
        self._db.write_many("DELETE FROM todo WHERE item = ?", [[item] for item in items])
