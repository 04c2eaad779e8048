"""What was last read of each thing, where reading goes on, and what must be looked at again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from pmhub.model.codec import dump, fields_from
from pmhub.model.exchange import Cursor, Observation
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Fields, record, values
from pmhub.model.refs import Ref
from pmhub.model.visibility import Visibility
from pmhub.store.database import Database, Row, marks, replacing

Thing = tuple[str, Kind, str]
"""remote, kind, remote id"""


_OF_NAME: Final = {kind.value: kind for kind in Kind}
_OF_NUMBER: Final = {visibility.value: visibility for visibility in Visibility}


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation as stored. `record` still names parents by their remote ids.

    `duplicate`: its item has another counterpart there. `unlinked`: a person took it out of its item. Neither is an item.
    """

    remote: str
    scope: str
    ref: Ref
    record: Fields
    updated_at: int
    created_at: int
    read_at: int
    author: str
    marker: str | None
    visibility: Visibility
    on: str | None
    duplicate: bool
    unlinked: bool
    native: str
    originals: str

    @property
    def thing(self) -> Thing:
        return (self.remote, self.ref.kind, self.ref.id)

    def observation(self) -> Observation:
        return Observation(
            ref=self.ref,
            record=record(self.ref.kind, self.record),
            updated_at=self.updated_at,
            created_at=self.created_at,
            author=self.author,
            native=json.loads(self.native),
            on=self.on,
            marker=self.marker,
            visibility=self.visibility,
            originals=json.loads(self.originals),
        )


def seen_from(row: Row) -> Seen:
    return Seen(
        remote=row["remote"],
        scope=row["scope"],
        ref=Ref(_OF_NAME[row["kind"]], row["thing"], row["key"], row["url"]),
        record=fields_from(row["record"]),
        updated_at=row["updated_at"],
        created_at=row["created_at"],
        read_at=row["read_at"],
        author=row["author"],
        marker=row["marker"],
        visibility=_OF_NUMBER[row["visibility"]],
        on=row["on_thing"],
        duplicate=bool(row["duplicate"]),
        unlinked=bool(row["unlinked"]),
        native=row["native"],
        originals=row["originals"],
    )


def _row_of(remote: str, scope: str, seen: Observation, read_at: int) -> dict[str, object]:
    return {
        "remote": remote,
        "kind": seen.ref.kind,
        "thing": seen.ref.id,
        "scope": scope,
        "key": seen.ref.key,
        "url": seen.ref.url,
        "record": dump(values(seen.record)),
        "updated_at": seen.updated_at,
        "created_at": seen.created_at,
        "read_at": read_at,
        "author": seen.author,
        "marker": seen.marker,
        "visibility": int(seen.visibility),
        "on_thing": seen.on,
        "native": seen.native_text,
        "originals": dump(seen.originals),
    }


_PUT = """
INSERT INTO observation (remote, kind, thing, scope, key, url, record, updated_at, created_at, read_at, author, marker,
  visibility, on_thing, native, originals)
VALUES (:remote, :kind, :thing, :scope, :key, :url, :record, :updated_at, :created_at, :read_at, :author, :marker,
  :visibility, :on_thing, :native, :originals)
ON CONFLICT (remote, kind, thing) DO UPDATE SET scope = :scope, key = :key, url = :url, record = :record,
  updated_at = :updated_at, read_at = :read_at, author = :author, marker = :marker, visibility = :visibility,
  on_thing = :on_thing, native = :native, originals = :originals
"""


def _touching(number: int) -> str:
    """The items of so many things want to be looked at."""
    places = marks(range(number))
    return f"""INSERT INTO todo SELECT item FROM counterpart
      WHERE remote = ? AND kind = ? AND thing IN ({places}) ON CONFLICT DO NOTHING"""  # noqa: S608 - marks of places only


_PLACE = ("remote", "kind", "scope")
_PUT_RECHECK = replacing("recheck", ("remote", "kind", "thing"), "not_before")
_PUT_CURSOR = replacing("cursor", _PLACE, "since", "state")
_PUT_SWEEP = replacing("sweep", _PLACE, "generation")
_UNREAD: Final = """o.remote, o.kind, o.thing, o.scope, o.key, o.url, o.record, o.updated_at, o.created_at, o.read_at,
  o.author, o.marker, o.visibility, o.on_thing, '{}' AS native, '{}' AS originals, o.duplicate, o.unlinked"""
_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
"""Named one by one: `kind != ?` alone would walk through everything of a remote."""


class Observations:
    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, remote: str, kind: Kind, thing: str) -> Seen | None:
        row = self._db.row(
            "SELECT * FROM observation WHERE remote = ? AND kind = ? AND thing = ?", [remote, kind, thing]
        )
        return seen_from(row) if row else None

    def known(self, remote: str, kind: Kind, things: Sequence[str]) -> set[str]:
        """Those of them that were ever seen."""
        sql = f"SELECT thing FROM observation WHERE remote = ? AND kind = ? AND thing IN ({marks(things)})"  # noqa: S608
        return {row["thing"] for row in self._db.rows(sql, [remote, kind, *things])}

    def unclaimed(self, remote: str, kind: Kind, things: Sequence[str]) -> list[Seen]:
        """Those of them that may become an item, without their natives: no item has them, and nobody took them out of one."""
        rows = self._db.rows(
            f"""SELECT {_UNREAD} FROM unbound u
            CROSS JOIN observation o ON o.remote = u.remote AND o.kind = u.kind AND o.thing = u.thing
            WHERE u.remote = ? AND u.kind = ? AND u.thing IN ({marks(things)})
              AND NOT o.duplicate AND NOT o.unlinked""",  # noqa: S608 - marks of places only
            [remote, kind, *things],
        )
        return [seen_from(row) for row in rows]

    def all(self, remote: str, kind: Kind, scope: str) -> list[Seen]:
        rows = self._db.rows(
            "SELECT * FROM observation WHERE remote = ? AND kind = ? AND scope = ? ORDER BY thing",
            [remote, kind, scope],
        )
        return [seen_from(row) for row in rows]

    def every(self) -> list[Seen]:
        return [seen_from(row) for row in self._db.rows("SELECT * FROM observation ORDER BY remote, kind, thing")]

    def ids(self, remote: str, kind: Kind) -> set[str]:
        rows = self._db.rows("SELECT thing FROM observation WHERE remote = ? AND kind = ?", [remote, kind])
        return {row["thing"] for row in rows}

    def by_key(self, key: str) -> list[Seen]:
        return [
            seen_from(row)
            for row in self._db.rows("SELECT * FROM observation WHERE key = ? ORDER BY remote, kind", [key])
        ]

    def by_url(self, url: str) -> list[Seen]:
        return [
            seen_from(row)
            for row in self._db.rows("SELECT * FROM observation WHERE url = ? ORDER BY remote, kind", [url])
        ]

    def strays(self, remote: str) -> list[Seen]:
        """Things bound to no item whose container, if they are on something, is bound; without what they say: there may
        be as many of them as there are things.
        """
        rows = self._db.rows(
            f"""SELECT o.remote, o.kind, o.thing, o.scope, o.key, o.url, '{{}}' AS record, o.updated_at, o.created_at, o.read_at,
              o.author, o.marker, o.visibility, o.on_thing, '{{}}' AS native, '{{}}' AS originals, o.duplicate, o.unlinked
            FROM unbound u CROSS JOIN observation o ON o.remote = u.remote AND o.kind = u.kind AND o.thing = u.thing
            WHERE u.remote = ? AND NOT o.duplicate AND NOT o.unlinked
              AND (o.on_thing IS NULL OR EXISTS (SELECT 1 FROM counterpart p
                WHERE p.remote = o.remote AND p.kind IN ({_KINDS}) AND p.kind != o.kind AND p.thing = o.on_thing))
            ORDER BY o.created_at, o.thing""",  # noqa: S608 - names of ours
            [remote],
        )
        return [seen_from(row) for row in rows]

    def of_released_tickets(self) -> list[tuple[str, Seen]]:
        """Every ticket that names a release, with what is seen of it anywhere: item, thing."""
        rows = self._db.rows(
            """SELECT c.item, o.* FROM item i JOIN counterpart c ON c.item = i.id AND NOT c.gone
            JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE i.kind = 'ticket' AND NOT i.closed AND json_array_length(i.record, '$.releases') > 0
            ORDER BY i.seq, o.remote"""
        )
        return [(row["item"], seen_from(row)) for row in rows]

    def put(self, remote: str, scope: str, seen: Observation, read_at: int) -> None:
        self.put_all(remote, scope, [seen], read_at)

    def put_all(self, remote: str, scope: str, seen: Sequence[Observation], read_at: int) -> None:
        self._db.write_many(_PUT, [_row_of(remote, scope, one, read_at) for one in seen])
        for kind in dict.fromkeys(one.ref.kind for one in seen):
            things = [one.ref.id for one in seen if one.ref.kind is kind]
            self._db.write(_touching(len(things)), [remote, kind, *things])

    def renew(self, remote: str, scope: str, seen: Observation, read_at: int) -> None:
        """What says the same as before, only later: nobody needs to look at its item."""
        self._db.write(_PUT, _row_of(remote, scope, seen, read_at))

    def amend(self, thing: Thing, record: Fields, updated_at: int) -> None:
        """Replace what is believed of a thing by what we know we wrote there."""
        self._db.write(
            "UPDATE observation SET record = ?, updated_at = ? WHERE remote = ? AND kind = ? AND thing = ?",
            [dump(record), updated_at, *thing],
        )

    def set_duplicate(self, thing: Thing) -> None:
        self._db.write("UPDATE observation SET duplicate = TRUE WHERE remote = ? AND kind = ? AND thing = ?", thing)

    def read_at(self, things: Iterable[Thing], at: int) -> None:
        self._db.write_many(
            "UPDATE observation SET read_at = ? WHERE remote = ? AND kind = ? AND thing = ?", [[at, *t] for t in things]
        )

    # Things whose stored state may be a lagging replica's: believed again only after a direct read at this time.

    def rechecks(self, remote: str, now: int) -> list[Ref]:
        rows = self._db.rows(
            "SELECT kind, thing FROM recheck WHERE remote = ? AND not_before <= ? ORDER BY kind, thing", [remote, now]
        )
        return [Ref(Kind(row["kind"]), row["thing"]) for row in rows]

    def recheck_due(self, thing: Thing) -> int | None:
        row = self._db.row("SELECT not_before FROM recheck WHERE remote = ? AND kind = ? AND thing = ?", thing)
        return row["not_before"] if row else None

    def recheck(self, thing: Thing, not_before: int | None) -> None:
        if not_before is None:
            self._db.write("DELETE FROM recheck WHERE remote = ? AND kind = ? AND thing = ?", thing)
        else:
            self._db.write(_PUT_RECHECK, [*thing, not_before])

    # Cursors and sweeps.

    def cursor(self, remote: str, kind: Kind, scope: str) -> Cursor | None:
        row = self._db.row(
            "SELECT since, state FROM cursor WHERE remote = ? AND kind = ? AND scope = ?", [remote, kind, scope]
        )
        return Cursor(row["since"], json.loads(row["state"])) if row else None

    def set_cursor(self, remote: str, kind: Kind, scope: str, cursor: Cursor) -> None:
        self._db.write(
            _PUT_CURSOR,
            [remote, kind, scope, cursor.since, dump(cursor.state)],
        )

    def forget_cursors(self) -> None:
        self._db.write("DELETE FROM cursor")
        self._db.write("DELETE FROM sweep")

    def swept(self, remote: str, kind: Kind, scope: str) -> str | None:
        """The generation of the last sweep."""
        row = self._db.row(
            "SELECT generation FROM sweep WHERE remote = ? AND kind = ? AND scope = ?", [remote, kind, scope]
        )
        return row["generation"] if row else None

    def set_swept(self, remote: str, kind: Kind, scope: str, generation: str) -> None:
        self._db.write(_PUT_SWEEP, [remote, kind, scope, generation])
