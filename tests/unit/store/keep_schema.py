"""Writes the database that later schema versions must still open: `python tests/unit/store/keep_schema.py`.

Run once when a schema version is released; the file of a released version never changes.
"""

from pathlib import Path

from pmhub.engine.plan import Action, Op
from pmhub.engine.state import Clash, Counterpart, Item, Stamp
from pmhub.model.kinds import Kind
from pmhub.store import SCHEMA_VERSION, Store
from pmhub.store.items import Bound

FILE = Path(__file__).with_name(f"schema-{SCHEMA_VERSION}.db")


def keep() -> None:
    FILE.unlink(missing_ok=True)
    store = Store(FILE)
    with store.transaction():
        run = store.runs.begin(1)
        for number in range(3):
            item = Item(
                f"{number:016x}@0a0b0c", Kind.TICKET, {"title": f"Kept {number}"}, {"title": Stamp("memory:A", number)}
            )
            store.items.add(item, "backlog", "memory:A")
            store.items.bind(Bound(Counterpart(item.id, "memory:A", str(number)), Kind.TICKET, str(number)))
        sent = store.intents.plan(run, Action(f"{0:016x}@0a0b0c", "memory:B", Op.CREATE, {"title": "Kept 0"}, {}))
        store.intents.mark_sent([sent], read_at=1, seen_at=1, sent_at=2)
        store.conflicts.add(f"{1:016x}@0a0b0c", Clash("title", "held", "memory:B", "another title"), 3, run)
    store.checkpoint()
    store.database.rows("PRAGMA journal_mode = DELETE")
    store.close()
    FILE.with_suffix(".conflicts.jsonl").unlink(missing_ok=True)


if __name__ == "__main__":
    keep()
