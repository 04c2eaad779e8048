"""What lets a run find its work without a look at what rests: a table of things that no item claims, kept by the database
itself whatever statement moves them, and indexes over what is seldom so.
"""

# ruff: noqa: S608 - what the texts are made of stands in this file

from __future__ import annotations

from typing import Final

_THING: Final = "remote = {0}.remote AND kind = {0}.kind AND thing = {0}.thing"
_ADD: Final = f"""INSERT INTO unbound SELECT remote, kind, thing FROM observation o WHERE {_THING.format("OLD")}
  AND NOT EXISTS (SELECT 1 FROM unbound u WHERE u.remote = o.remote AND u.kind = o.kind AND u.thing = o.thing);"""
_TAKE: Final = "DELETE FROM unbound WHERE " + _THING + ";"

CANDIDATES: Final = (
    "CREATE TABLE unbound (remote TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (remote, kind, thing)) WITHOUT ROWID",
    """INSERT INTO unbound SELECT remote, kind, thing FROM observation o
      WHERE NOT EXISTS (SELECT 1 FROM counterpart c WHERE c.remote = o.remote AND c.kind = o.kind AND c.thing = o.thing)""",
    f"""CREATE TRIGGER unbound_seen AFTER INSERT ON observation
      WHEN NOT EXISTS (SELECT 1 FROM counterpart WHERE {_THING.format("NEW")})
      BEGIN INSERT INTO unbound VALUES (NEW.remote, NEW.kind, NEW.thing); END""",
    f"CREATE TRIGGER unbound_forgotten AFTER DELETE ON observation BEGIN {_TAKE.format('OLD')} END",
    f"CREATE TRIGGER unbound_claimed AFTER INSERT ON counterpart BEGIN {_TAKE.format('NEW')} END",
    f"CREATE TRIGGER unbound_freed AFTER DELETE ON counterpart BEGIN {_ADD} END",
    f"""CREATE TRIGGER unbound_changed AFTER UPDATE OF thing ON counterpart WHEN OLD.thing IS NOT NEW.thing
      BEGIN {_ADD} {_TAKE.format("NEW")} END""",
    "CREATE INDEX counterpart_missing ON counterpart (remote, kind) WHERE missing > 0 AND NOT gone",
    "CREATE INDEX item_sync ON item (sync, kind)",
    "CREATE INDEX item_released ON item (seq) WHERE kind = 'ticket' AND NOT closed AND json_array_length(record, '$.releases') > 0",
)
