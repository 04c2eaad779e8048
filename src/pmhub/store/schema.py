"""The tables, one migration a schema version. A database newer than the code is refused, an older one backed up first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from pmhub.errors import NewerStore
from pmhub.store.candidates import CANDIDATES
from pmhub.store.files import make_file
from pmhub.store.pointers import POINTERS
from pmhub.store.transaction import immediate
from pmhub.store.views import VIEWS, VIEWS_OF_V4


class Definitions(Protocol):
    """What makes tables: of a file or, put into its words, of a server."""

    def execute(self, sql: str, /) -> object: ...


Migration = Callable[[Definitions], None]


_V1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE item (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, sync TEXT NOT NULL, on_item TEXT, origin TEXT NOT NULL,
  record TEXT NOT NULL, stamps TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL UNIQUE,
  parent TEXT GENERATED ALWAYS AS (json_extract(record, '$.parent')) VIRTUAL
);
CREATE INDEX item_on ON item (on_item) WHERE on_item IS NOT NULL;
CREATE INDEX item_parent ON item (parent) WHERE parent IS NOT NULL;
CREATE TABLE counterpart (
  item TEXT NOT NULL REFERENCES item (id), remote TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT,
  local TEXT NOT NULL, agreed TEXT NOT NULL, missing INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (item, remote), UNIQUE (remote, kind, thing)
);
CREATE TABLE observation (
  remote TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL,
  record TEXT NOT NULL, updated_at INTEGER NOT NULL, created_at INTEGER NOT NULL, read_at INTEGER NOT NULL,
  author TEXT NOT NULL, marker TEXT, visibility INTEGER NOT NULL, on_thing TEXT, native TEXT NOT NULL,
  originals TEXT NOT NULL, duplicate INTEGER NOT NULL DEFAULT 0, unlinked INTEGER NOT NULL DEFAULT 0,
  parent TEXT GENERATED ALWAYS AS (json_extract(record, '$.parent')) VIRTUAL,
  PRIMARY KEY (remote, kind, thing)
);
CREATE INDEX observation_key ON observation (key);
CREATE INDEX observation_parent ON observation (remote, parent) WHERE parent IS NOT NULL;
CREATE INDEX observation_on ON observation (remote, on_thing) WHERE on_thing IS NOT NULL;
CREATE TABLE recheck (
  remote TEXT NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL, not_before INTEGER NOT NULL,
  PRIMARY KEY (remote, kind, thing)
) WITHOUT ROWID;
CREATE TABLE cursor (
  remote TEXT NOT NULL, kind TEXT NOT NULL, scope TEXT NOT NULL, since INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (remote, kind, scope)
) WITHOUT ROWID;
CREATE TABLE sweep (
  remote TEXT NOT NULL, kind TEXT NOT NULL, scope TEXT NOT NULL, generation TEXT NOT NULL,
  PRIMARY KEY (remote, kind, scope)
) WITHOUT ROWID;
CREATE TABLE intent (
  id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, item TEXT NOT NULL, remote TEXT NOT NULL, op TEXT NOT NULL,
  data TEXT NOT NULL, pre TEXT NOT NULL, closes INTEGER NOT NULL, state TEXT NOT NULL, read_at INTEGER, seen_at INTEGER, sent_at INTEGER,
  answered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX intent_open ON intent (state) WHERE state IN ('planned', 'sent', 'acked');
CREATE TABLE conflict (
  id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, field TEXT NOT NULL, kind TEXT NOT NULL, remote TEXT NOT NULL,
  value TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, run INTEGER NOT NULL,
  UNIQUE (item, field, kind, remote, value)
);
CREATE INDEX conflict_open ON conflict (item) WHERE state = 'open';
CREATE TABLE failure (
  id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, remote TEXT NOT NULL, op TEXT NOT NULL, field TEXT NOT NULL,
  value TEXT NOT NULL, tries INTEGER NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (item, remote, op, field, value)
);
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, at INTEGER NOT NULL, item TEXT NOT NULL, remote TEXT NOT NULL,
  op TEXT NOT NULL, field TEXT NOT NULL, before TEXT, after TEXT, result TEXT NOT NULL,
  request TEXT NOT NULL DEFAULT ''
);
CREATE INDEX journal_item ON journal (item);
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT, started INTEGER NOT NULL, ended INTEGER, outcome TEXT
);
CREATE TABLE validator (
  url TEXT NOT NULL, identity TEXT NOT NULL, etag TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (url, identity)
);
CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE todo (item TEXT PRIMARY KEY) WITHOUT ROWID;
"""


_V2 = """
CREATE TABLE test_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, run TEXT NOT NULL, attempt INTEGER NOT NULL, suite TEXT NOT NULL,
  environment TEXT NOT NULL, revision TEXT NOT NULL, branch TEXT NOT NULL, outcome TEXT NOT NULL, started INTEGER, finished INTEGER,
  url TEXT NOT NULL, totals TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (source, run, attempt, suite, environment)
);
CREATE TABLE test_case (
  id INTEGER PRIMARY KEY AUTOINCREMENT, suite TEXT NOT NULL, name TEXT NOT NULL, now_called TEXT, UNIQUE (suite, name)
);
CREATE TABLE test_key (
  key TEXT NOT NULL, test INTEGER NOT NULL REFERENCES test_case (id), PRIMARY KEY (key, test)
) WITHOUT ROWID;
CREATE TABLE test_result (
  run INTEGER NOT NULL REFERENCES test_run (id) ON DELETE CASCADE, test INTEGER NOT NULL REFERENCES test_case (id),
  outcome TEXT NOT NULL, seconds REAL, message TEXT NOT NULL, flaky INTEGER NOT NULL, attempts INTEGER NOT NULL,
  PRIMARY KEY (run, test)
) WITHOUT ROWID;
CREATE INDEX test_result_test ON test_result (test, run);
CREATE TABLE mention (
  ticket TEXT NOT NULL, run INTEGER NOT NULL REFERENCES test_run (id) ON DELETE CASCADE,
  test INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL, PRIMARY KEY (ticket, run, test, reason)
) WITHOUT ROWID;
CREATE INDEX mention_run ON mention (run)
"""


_V4 = """
CREATE TABLE pull_request (
  remote TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
  tickets TEXT NOT NULL, releases TEXT NOT NULL, PRIMARY KEY (remote, scope, key)
) WITHOUT ROWID;
CREATE TABLE merged_pull_request (
  remote TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, tickets TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (remote, scope, key)
) WITHOUT ROWID;
CREATE TABLE pull_request_list (
  remote TEXT NOT NULL, scope TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (remote, scope)
) WITHOUT ROWID;
DROP VIEW v_run;
DROP VIEW v_ticket
"""


def _script(sql: str) -> Migration:
    return _statements(_parts(sql))


def _parts(sql: str) -> list[str]:
    return [part.strip() for part in sql.split(";") if part.strip()]


def _statements(statements: Sequence[str]) -> Migration:
    def run(db: Definitions) -> None:
        for statement in statements:
            db.execute(statement)

    return run


MIGRATIONS: tuple[Migration, ...] = (
    _script(_V1),
    _script(_V2),
    _statements([*VIEWS, *CANDIDATES]),
    _statements(POINTERS),
    _statements([*_parts(_V4), *VIEWS_OF_V4]),
)


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the database to this code's version, in one transaction, after a backup beside it."""
    found = version(connection)
    if found > len(MIGRATIONS):
        raise NewerStore(
            f"{file.name} was written by a newer pmhub (schema {found}, this one knows {len(MIGRATIONS)})",
            hint="Upgrade pmhub, or restore the backup that the newer version left beside the file.",
        )
    if found == len(MIGRATIONS):
        return
    if found:
        backup = file.with_suffix(f".v{found}.backup")
        make_file(backup)  # an empty file is what VACUUM takes; its own would be for everybody to read
        connection.execute("VACUUM INTO ?", [str(backup)])
    from sqlite_utils import Database  # noqa: PLC0415 - a tenth of a run at rest, and needed only here

    tables = Database(connection)
    with immediate(connection):
        for step in MIGRATIONS[version(connection) :]:
            step(tables)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
