"""Items, their counterparts, and the list of items that want to be looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pmhub.engine.state import Counterpart, Item, Stamp
from pmhub.model.codec import dump, fields_from
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Fields, Value
from pmhub.store.database import Database, Row, marks
from pmhub.store.observations import Thing

Text = Callable[[Fields], str]
"""As `dump`."""


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


@dataclass(frozen=True)
class Resting:
    """An item that says, letter by letter, what was agreed on at each of its counterparts, and names nothing that comes and
    goes there. `remotes`: where they are.
    """

    id: str
    kind: Kind
    sync: str
    on: str | None
    closed: bool
    remotes: set[str]


def _item(row: Row) -> Item:
    stamps = _stamps_from(json.loads(row["stamps"]))
    return Item(row["id"], Kind(row["kind"]), fields_from(row["record"]), stamps, row["on_item"], bool(row["closed"]))


def _stamps_from(raw: Mapping[str, Sequence[Any]]) -> dict[str, Stamp]:
    """Mostly all fields bear one and the same."""
    once: dict[tuple[Any, ...], Stamp] = {}
    return {name: once.get(key := tuple(parts)) or once.setdefault(key, Stamp(*key)) for name, parts in raw.items()}


def _stamps(item: Item) -> str:
    """As `dump` would write them: mostly all fields bear one and the same."""
    once = {id(stamp): stamp for stamp in item.stamps.values()}
    texts = {key: dump([stamp.remote, stamp.at, stamp.by_us, stamp.sure]) for key, stamp in once.items()}
    if len(texts) == 1:
        [text] = texts.values()
        return "{" + f"{text},".join(_names(tuple(item.stamps))) + text + "}"
    return "{" + ",".join(f'"{name}":{texts[id(item.stamps[name])]}' for name in sorted(item.stamps)) + "}"


@lru_cache(maxsize=64)
def _names(of: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f'"{name}":' for name in sorted(of))


def _bound(row: Row) -> Bound:
    counterpart = Counterpart(
        row["item"], row["remote"], row["thing"] or "", fields_from(row["local"]), fields_from(row["agreed"])
    )
    return Bound(counterpart, Kind(row["kind"]), row["thing"], row["missing"], bool(row["gone"]))


def _row_of(bound: Bound, text: Text) -> list[object]:
    c = bound.counterpart
    return [c.item, c.remote, bound.kind, bound.thing, text(c.local), text(c.agreed), bound.missing, bound.gone]


def _once() -> Text:
    """An item as it is born, and how both sides stand then, are one object: it is put into words once."""
    texts: dict[int, tuple[Fields, str]] = {}  # the object itself too, so that no other takes its number

    def text(fields: Fields) -> str:
        known = texts.get(id(fields))
        if known is None:
            known = texts[id(fields)] = (fields, dump(fields))
        return known[1]

    return text


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

    def with_counterparts(self, ids: Sequence[str]) -> Iterator[tuple[Item, str, list[Bound]]]:
        """Each item with the name of its sync and all its counterparts, in this order, as they are now."""
        places = marks(ids)
        rows = self._db.rows(f"SELECT * FROM item WHERE id IN ({places})", ids)  # noqa: S608
        items = {row["id"]: row for row in rows}
        there: dict[str, list[Row]] = {}
        for bound in self._db.rows(f"SELECT * FROM counterpart WHERE item IN ({places}) ORDER BY item, remote", ids):  # noqa: S608
            there.setdefault(bound["item"], []).append(bound)
        for id_ in ids:
            if (row := items.get(id_)) is not None:
                yield _item(row), row["sync"], [_bound(each) for each in there.get(id_, ())]

    def resting(self, ids: Sequence[str]) -> list[Resting]:
        """Those of them that rest; nothing of what they say is taken apart."""
        rows = self._db.rows(
            f"""SELECT i.id, i.kind, i.sync, i.on_item, i.closed, c.remote FROM item i JOIN counterpart c ON c.item = i.id
            WHERE i.id IN ({marks(ids)}) AND json_extract(i.record, '$.iteration') IS NULL
              AND coalesce(json_array_length(i.record, '$.links'), 0) = 0
              AND NOT EXISTS (SELECT 1 FROM counterpart o WHERE o.item = i.id AND o.local != i.record)""",  # noqa: S608
            ids,
        )
        found: dict[str, Resting] = {}
        for id_, kind, sync, on, closed, remote in rows:
            one = found.setdefault(id_, Resting(id_, Kind(kind), sync, on, bool(closed), set()))
            one.remotes.add(remote)
        return list(found.values())

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

    def known(self, ids: Sequence[str]) -> set[str]:
        """Those of them that are items."""
        return {row["id"] for row in self._db.rows(f"SELECT id FROM item WHERE id IN ({marks(ids)})", ids)}  # noqa: S608

    def add(self, item: Item, sync: str, origin: str) -> None:
        self._add_all([(item, sync, origin)], dump)
        self.touch([item.id])

    def _add_all(self, new: Sequence[tuple[Item, str, str]], text: Text) -> None:
        """Item, sync and origin of each, in this order."""
        self._db.write_many(
            """INSERT INTO item (id, kind, sync, on_item, origin, record, stamps, closed, seq)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM item))""",
            [
                [item.id, item.kind, sync, item.on, origin, text(item.record), _stamps(item), item.closed]
                for item, sync, origin in new
            ],
        )

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
        sql = f"SELECT item FROM counterpart WHERE remote = ? AND kind IN ({marks(others)}) AND thing = ?"  # noqa: S608
        row = self._db.row(sql, [remote, *others, thing])
        return row["item"] if row else None

    def containers(self, remote: str, kind: Kind, things: Sequence[str]) -> dict[str, str]:
        """As `container_of`, for many: thing → item."""
        others = [each for each in Kind if each is not kind]
        sql = f"""SELECT thing, item FROM counterpart
          WHERE remote = ? AND kind IN ({marks(others)}) AND thing IN ({marks(things)})"""  # noqa: S608
        return {row["thing"]: row["item"] for row in self._db.rows(sql, [remote, *others, *things])}

    def under_another_kind(self, remote: str, kinds: Sequence[Kind]) -> set[str]:
        """The ids of things that no item claims, though one claims a thing of that id as another of these kinds."""
        sql = f"""SELECT u.thing FROM unbound u CROSS JOIN counterpart c
          ON c.remote = u.remote AND c.kind IN ({marks(kinds)}) AND c.thing = u.thing WHERE u.remote = ?"""  # noqa: S608
        return {row["thing"] for row in self._db.rows(sql, [*kinds, remote])}

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
        self._bind_all([bound], dump)

    def bear_all(self, new: Sequence[tuple[Item, str, str]], bounds: Sequence[Bound]) -> None:
        """Items with the things that they are born as."""
        text = _once()
        self._add_all(new, text)
        self._bind_all(bounds, text)

    def _bind_all(self, bounds: Sequence[Bound], text: Text) -> None:
        self._db.write_many(
            "INSERT INTO counterpart (item, remote, kind, thing, local, agreed, missing, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [_row_of(bound, text) for bound in bounds],
        )
        self.touch(bound.counterpart.item for bound in bounds)
        self._touch_those_that_waited(bounds)

    def _touch_those_that_waited(self, bounds: Sequence[Bound]) -> None:
        items = [bound.counterpart.item for bound in bounds]
        for column in ("on_item", "parent"):
            sql = f"INSERT INTO todo SELECT id FROM item WHERE {column} IN ({marks(items)}) ON CONFLICT DO NOTHING"  # noqa: S608
            self._db.write(sql, items)
        for remote in dict.fromkeys(bound.remote for bound in bounds):
            mine = [bound for bound in bounds if bound.remote == remote]
            self._touch_those_that_name(remote, [f"{k}:{b.thing}" for b in mine for k in {b.kind, Kind.TICKET}])
        self._touch_those_that_link(items)

    def _touch_those_that_name(self, remote: str, things: Sequence[str]) -> None:
        places = marks(things)
        self._db.write(  # left alone, SQLite would walk through all of a remote's things
            f"""INSERT INTO todo SELECT c.item FROM observation o INDEXED BY observation_parent
            CROSS JOIN counterpart c ON c.remote = o.remote AND c.kind = o.kind AND c.thing = o.thing
            WHERE o.remote = ? AND o.parent IS NOT NULL AND o.parent IN ({places}) ON CONFLICT DO NOTHING""",  # noqa: S608
            [remote, *things],
        )
        self._db.write(
            f"""INSERT INTO todo SELECT c.item FROM pointer p
            CROSS JOIN counterpart c ON c.remote = p.remote AND c.kind = p.kind AND c.thing = p.thing
            WHERE p.remote = ? AND p.target IN ({places}) ON CONFLICT DO NOTHING""",  # noqa: S608
            [remote, *things],
        )

    def _touch_those_that_link(self, items: Sequence[str]) -> None:
        sql = f"INSERT INTO todo SELECT item FROM link WHERE target IN ({marks(items)}) ON CONFLICT DO NOTHING"  # noqa: S608
        self._db.write(sql, items)

    def agree(self, counterpart: Counterpart) -> None:
        self._db.write(
            "UPDATE counterpart SET local = ?, agreed = ? WHERE item = ? AND remote = ?",
            [dump(counterpart.local), dump(counterpart.agreed), counterpart.item, counterpart.remote],
        )
        self.touch([counterpart.item])

    def set_missing(self, item: str, remote: str, missing: int) -> None:
        self._db.write("UPDATE counterpart SET missing = ? WHERE item = ? AND remote = ?", [missing, item, remote])

    def set_gone(self, item: str, remote: str) -> None:
        self._db.write("UPDATE counterpart SET gone = TRUE WHERE item = ? AND remote = ?", [item, remote])
        self.touch([item])
        self._touch_those_that_link([item])

    # The items that want to be looked at.

    def todo(self, syncs: Sequence[str]) -> list[str]:
        rows = self._db.rows(
            f"SELECT i.id FROM todo t CROSS JOIN item i ON i.id = t.item WHERE i.sync IN ({marks(syncs)}) ORDER BY i.seq",  # noqa: S608
            list(syncs),
        )
        return [row["id"] for row in rows]

    def moved(self, syncs: Sequence[str]) -> list[str]:
        """Of those, all that may have something to take in: a thing that is not, letter by letter, as it was agreed on."""
        rows = self._db.rows(
            f"""SELECT i.id FROM todo t CROSS JOIN item i ON i.id = t.item WHERE i.sync IN ({marks(syncs)}) AND (i.closed OR EXISTS (
              SELECT 1 FROM counterpart c JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
              WHERE c.item = i.id AND o.record != c.agreed)) ORDER BY i.seq""",  # noqa: S608
            list(syncs),
        )
        return [row["id"] for row in rows]

    def places(self, syncs: Sequence[str]) -> list[tuple[str, Kind, str | None]]:
        """Of all that want to be looked at: item, kind, and what it is below."""
        rows = self._db.rows(
            f"""SELECT i.id, i.kind, i.parent FROM todo t CROSS JOIN item i ON i.id = t.item
            WHERE i.sync IN ({marks(syncs)}) ORDER BY i.seq""",  # noqa: S608
            list(syncs),
        )
        return [(row["id"], Kind(row["kind"]), row["parent"]) for row in rows]

    def touch(self, items: Iterable[str]) -> None:
        self._db.write_many("INSERT INTO todo VALUES (?) ON CONFLICT DO NOTHING", [[item] for item in items])

    def touch_all(self) -> None:
        self._db.write("INSERT INTO todo SELECT id FROM item WHERE TRUE ON CONFLICT DO NOTHING")

    def done(self, items: Collection[str]) -> None:
        self._db.write_many("DELETE FROM todo WHERE item = ?", [[item] for item in items])
