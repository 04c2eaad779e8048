"""Which thing belongs to which item, where a person says so."""

from __future__ import annotations

from pmhub.store.database import Database
from pmhub.store.observations import Thing


class Links:
    def __init__(self, db: Database) -> None:
        self._db = db

    def items_on(self, item: str) -> list[str]:
        return [row["id"] for row in self._db.rows("SELECT id FROM item WHERE on_item = ? ORDER BY seq", [item])]

    def children(self, item: str) -> list[str]:
        """The items whose parent it is."""
        return [row["id"] for row in self._db.rows("SELECT id FROM item WHERE parent = ? ORDER BY seq", [item])]

    def naming(self, item: str) -> list[str]:
        """The items whose parent it is, or that link to it."""
        rows = self._db.rows(
            "SELECT id FROM item WHERE parent = ? OR id IN (SELECT item FROM link WHERE target = ?) ORDER BY seq",
            [item, item],
        )
        return [row["id"] for row in rows]

    # Counterparts.

    def empty(self, item: str, remote: str) -> None:
        """The item has nothing there, and nothing is made there again."""
        self._db.write(
            """UPDATE counterpart SET thing = NULL, gone = TRUE, missing = 0, local = '{}', agreed = '{}'
            WHERE item = ? AND remote = ?""",
            [item, remote],
        )

    def forget(self, item: str, remote: str) -> None:
        self._db.write("DELETE FROM counterpart WHERE item = ? AND remote = ?", [item, remote])

    def forget_empty_on(self, container: str, remote: str) -> None:
        """What is on the container may be made, or found, on this remote again."""
        self._db.write(
            """DELETE FROM counterpart WHERE remote = ? AND thing IS NULL
            AND item IN (SELECT id FROM item WHERE on_item = ?)""",
            [remote, container],
        )

    def move(self, remote: str, item: str, to: str) -> None:
        self._db.write("UPDATE counterpart SET item = ? WHERE item = ? AND remote = ?", [to, item, remote])

    def remove_item(self, item: str, into: str) -> None:
        """An item without counterparts: what was on it, or failed or clashed on it, goes. Its journal stays."""
        self._db.write("UPDATE item SET on_item = ? WHERE on_item = ?", [into, item])
        self._db.write("UPDATE conflict SET state = 'resolved' WHERE item = ? AND state = 'open'", [item])
        self._db.write("DELETE FROM failure WHERE item = ?", [item])
        self._db.write("DELETE FROM todo WHERE item = ?", [item])
        self._db.write("DELETE FROM item WHERE id = ?", [item])

    # Things that are no items.

    def set_unlinked(self, thing: Thing) -> None:
        self._db.write("UPDATE observation SET unlinked = TRUE WHERE remote = ? AND kind = ? AND thing = ?", thing)

    def welcome(self, thing: Thing) -> None:
        """It, and what is on it, may be items."""
        remote, kind, id_ = thing
        self._db.write(
            """UPDATE observation SET unlinked = FALSE, duplicate = FALSE
            WHERE remote = ? AND (kind = ? AND thing = ? OR kind != ? AND on_thing = ?)""",
            [remote, kind, id_, kind, id_],
        )

    def forget_thing(self, thing: Thing) -> None:
        """It is gone, and nothing of ours stands for it."""
        self._db.write("DELETE FROM observation WHERE remote = ? AND kind = ? AND thing = ?", thing)
