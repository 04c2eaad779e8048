"""The tables on a PostgreSQL server: the migrations of every database, as PostgreSQL reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub.errors import NewerStore, StoreError
from pmhub.store import schema as tables
from pmhub.store.postgres_sql import FUNCTIONS, definition

if TYPE_CHECKING:
    from pmhub.store.postgres import PostgresDatabase


def migrate(db: PostgresDatabase, schema: str) -> None:
    """To this code's version, in one transaction, while no run is on. Raises NewerStore, Locked, StoreError."""
    if not_newer(db) == len(tables.MIGRATIONS):
        return
    _check_encoding(db)
    with db.transaction():
        _bring_up(db, schema)


def not_newer(db: PostgresDatabase) -> int:
    """The version that is there. Raises NewerStore where only newer code knows what it means."""
    return understood(version(db), db.name)


def understood(found: int, name: str) -> int:
    """A version of the store of that name. Raises NewerStore."""
    known = len(tables.MIGRATIONS)
    if found > known:
        raise NewerStore(
            f"{name} was written by a newer pmhub (schema {found}, this one knows {known})",
            hint="Upgrade pmhub, or restore the dump from before.",
        )
    return found


def version(db: PostgresDatabase) -> int:
    """0 where there is nothing yet."""
    there = db.row("SELECT to_regclass('layout') IS NOT NULL AS known")
    row = db.row("SELECT version FROM layout") if there and there["known"] else None
    return int(row["version"]) if row else 0


def home(db: PostgresDatabase) -> str:
    """Names the very tables: others with the same rows have another name."""
    row = db.row(
        "SELECT concat(d.oid, '.', 'meta'::regclass::oid) AS home FROM pg_database d WHERE datname = current_database()"
    )
    return str(row["home"]) if row else ""


def noted_home(db: PostgresDatabase) -> str:
    row = db.row("SELECT home FROM layout")
    return str(row["home"]) if row else ""


def note_home(db: PostgresDatabase) -> None:
    db.write("UPDATE layout SET home = ?", [home(db)])


def _bring_up(db: PostgresDatabase, schema: str) -> None:
    found = version(db)  # another may have been faster
    if found:
        db.stay_alone()  # a run of older code would go on writing as it used to
    else:
        if db.row("SELECT 1 FROM pg_namespace WHERE nspname = ?", [schema]) is None:
            db.define(f"CREATE SCHEMA {schema}")
        db.define("CREATE TABLE layout (version BIGINT NOT NULL, home TEXT NOT NULL)")
        db.write("INSERT INTO layout VALUES (0, '')")
    db.define(FUNCTIONS)
    for step in tables.MIGRATIONS[found:]:
        step(_Defining(db))
    db.write("UPDATE layout SET version = ?", [len(tables.MIGRATIONS)])


class _Defining:
    """What a migration sees of a database."""

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def execute(self, sql: str) -> None:
        self._db.define(definition(sql))


def _check_encoding(db: PostgresDatabase) -> None:
    row = db.row("SHOW server_encoding")
    if row and row[0] != "UTF8":
        raise StoreError(
            f"{db.name}: the database keeps its texts as {row[0]}", hint="Make one with ENCODING 'UTF8' for pmhub."
        )
