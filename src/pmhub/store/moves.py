"""Things that may be others by another id, and items that change their sync."""

from __future__ import annotations

from collections.abc import Sequence

from pmhub.engine.state import Counterpart
from pmhub.model.codec import dump
from pmhub.model.kinds import Kind
from pmhub.model.refs import Ref
from pmhub.store.database import Database, marks
from pmhub.store.observations import Seen, seen_from


class Moves:
    def __init__(self, db: Database) -> None:
        self._db = db

    def suspects(self, remote: str, most: int) -> list[Ref]:
        """Bound things that somebody made at the very moment at which he made something that no item claims, in another
        container; without those that were read since that was seen. An import makes thousands at one moment: they are looked
        at together.
        """
        rows = self._db.rows(
            """WITH born AS (
              SELECT n.remote, n.kind, n.created_at, n.author, n.scope, max(n.read_at) AS read_at FROM unbound u
              CROSS JOIN observation n ON n.remote = u.remote AND n.kind = u.kind AND n.thing = u.thing
              WHERE u.remote = ? AND n.on_thing IS NULL AND NOT n.duplicate AND NOT n.unlinked AND n.author != ''
              GROUP BY n.remote, n.kind, n.created_at, n.author, n.scope)
            SELECT DISTINCT o.kind, o.thing, o.key FROM born
            CROSS JOIN observation o INDEXED BY observation_born
              ON o.remote = born.remote AND o.kind = born.kind AND o.created_at = born.created_at
            JOIN counterpart c ON c.remote = o.remote AND c.kind = o.kind AND c.thing = o.thing AND NOT c.gone
            WHERE o.author = born.author AND o.scope != born.scope AND o.read_at <= born.read_at
            ORDER BY o.kind, o.thing LIMIT ?""",
            [remote, most],
        )
        return [Ref(Kind(row["kind"]), row["thing"], row["key"]) for row in rows]

    def rebind(self, counterpart: Counterpart, old: Ref) -> None:
        """The item's thing there is another; the old one is forgotten."""
        c = counterpart
        self._db.write(
            "UPDATE counterpart SET thing = ?, missing = 0, local = ?, agreed = ? WHERE item = ? AND remote = ?",
            [c.ref, dump(c.local), dump(c.agreed), c.item, c.remote],
        )
        self._db.write(
            "DELETE FROM observation WHERE remote = ? AND kind = ? AND thing = ?", [c.remote, old.kind, old.id]
        )
        self._db.write("INSERT INTO todo VALUES (?) ON CONFLICT DO NOTHING", [c.item])
        self._db.write("INSERT INTO todo SELECT id FROM item WHERE on_item = ? ON CONFLICT DO NOTHING", [c.item])

    def assign(self, item: str, sync: str) -> None:
        """With what is on it."""
        self._db.write("UPDATE item SET sync = ? WHERE id = ? OR on_item = ?", [sync, item, item])

    def standing(self, syncs: Sequence[str]) -> list[tuple[str, str, Kind, str]]:
        """Where the things of the items to look at are: sync, remote, kind, scope."""
        rows = self._db.rows(
            f"""SELECT DISTINCT i.sync, o.remote, o.kind, o.scope FROM todo t CROSS JOIN item i ON i.id = t.item
            CROSS JOIN counterpart c ON c.item = i.id AND NOT c.gone
            CROSS JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE i.sync IN ({marks(syncs)}) ORDER BY 1, 2, 3, 4""",  # noqa: S608 - marks of places only
            list(syncs),
        )
        return [(row["sync"], row["remote"], Kind(row["kind"]), row["scope"]) for row in rows]

    def of(self, sync: str, remote: str, kind: Kind, scope: str) -> list[tuple[str, Seen]]:
        rows = self._db.rows(
            """SELECT c.item, o.* FROM todo t CROSS JOIN item i ON i.id = t.item
            CROSS JOIN counterpart c ON c.item = i.id AND NOT c.gone AND c.remote = ?
            CROSS JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing
            WHERE i.sync = ? AND o.kind = ? AND o.scope = ? ORDER BY i.seq""",
            [remote, sync, kind, scope],
        )
        return [(row["item"], seen_from(row)) for row in rows]
