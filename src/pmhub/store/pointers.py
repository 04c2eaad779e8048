"""Who links to whom, kept by the database itself whatever statement moves a record: `link` between items, for people who ask
with SQL, and `pointer` from a thing to the things that it names, for the moment when one of those becomes an item.
"""

# ruff: noqa: S608 - what the texts are made of stands in this file

from __future__ import annotations

from typing import Final

_TARGET: Final = "substr(l.value, instr(l.value, ':') + 1)"
_RELATION: Final = "substr(l.value, 1, instr(l.value, ':') - 1)"
_LINKS: Final = "json_each(NEW.record, '$.links') l"
_ANY: Final = "json_array_length(NEW.record, '$.links') > 0"
_MOVED: Final = "json_extract(OLD.record, '$.links') IS NOT json_extract(NEW.record, '$.links')"

_NO_LINK: Final = "DELETE FROM link WHERE item = OLD.id;"
_LINK: Final = f"INSERT INTO link SELECT NEW.id, {_RELATION}, {_TARGET} FROM {_LINKS};"
_NO_POINTER: Final = "DELETE FROM pointer WHERE remote = OLD.remote AND kind = OLD.kind AND thing = OLD.thing;"
_POINTER: Final = f"INSERT INTO pointer SELECT DISTINCT NEW.remote, {_TARGET}, NEW.kind, NEW.thing FROM {_LINKS};"

POINTERS: Final = (
    """CREATE TABLE link (item TEXT NOT NULL, relation TEXT NOT NULL, target TEXT NOT NULL,
      PRIMARY KEY (item, relation, target)) WITHOUT ROWID""",
    "CREATE INDEX link_target ON link (target)",
    f"CREATE TRIGGER link_added AFTER INSERT ON item WHEN {_ANY} BEGIN {_LINK} END",
    f"CREATE TRIGGER link_moved AFTER UPDATE OF record ON item WHEN {_MOVED} BEGIN {_NO_LINK} {_LINK} END",
    f"CREATE TRIGGER link_forgotten AFTER DELETE ON item BEGIN {_NO_LINK} END",
    """CREATE TABLE pointer (remote TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL,
      PRIMARY KEY (remote, target, kind, thing)) WITHOUT ROWID""",
    "CREATE INDEX pointer_thing ON pointer (remote, kind, thing)",
    f"CREATE TRIGGER pointer_added AFTER INSERT ON observation WHEN {_ANY} BEGIN {_POINTER} END",
    f"""CREATE TRIGGER pointer_moved AFTER UPDATE OF record ON observation WHEN {_MOVED}
      BEGIN {_NO_POINTER} {_POINTER} END""",
    f"CREATE TRIGGER pointer_forgotten AFTER DELETE ON observation BEGIN {_NO_POINTER} END",
    "CREATE VIEW v_link AS SELECT item, relation, target FROM link",
    "CREATE INDEX observation_born ON observation (remote, kind, created_at)",
)
