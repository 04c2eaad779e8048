"""One SQLite connection: opened safely, checked, and written only inside explicit immediate transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Tables

from pmhub.errors import StoreError
from pmhub.store.files import make_file, make_folder, refuse_links
from pmhub.store.schema import migrate
from pmhub.store.transaction import immediate

Row = sqlite3.Row
BUSY_SECONDS = 10.0


class Database:
    """`durable` False trades safety against a power cut for speed; a killed process loses nothing either way."""

    def __init__(self, file: Path, *, durable: bool = True) -> None:
        self.file = file
        with _explained(file):
            self.connection = _open(file, durable=durable)
            self.tables = Tables(self.connection)
            migrate(self.tables, file)

    def close(self) -> None:
        self.connection.close()

    def check(self) -> None:
        """Raises StoreError when the file is damaged."""
        with _explained(self.file):
            found = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(f"{self.file} is damaged: {found}", hint="Restore a backup; pmhub finds its things again.")

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        with _explained(self.file):
            return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        with _explained(self.file):
            found: Row | None = self.connection.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Returns the number of rows changed."""
        self._must_be_open()
        return self.connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[Any] | dict[str, Any]) -> int:
        """Returns the new row's id."""
        self._must_be_open()
        return int(self.connection.execute(sql, values).lastrowid or 0)

    def write_many(self, sql: str, values: Iterable[Sequence[Any] | dict[str, Any]]) -> None:
        self._must_be_open()
        self.connection.executemany(sql, values)

    def _must_be_open(self) -> None:
        if not self.connection.in_transaction:
            raise StoreError("a write outside a transaction", hint="This is a bug in pmhub; please report it.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with _explained(self.file), immediate(self.connection):
            yield

    def checkpoint(self) -> None:
        with _explained(self.file):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _open(file: Path, *, durable: bool) -> sqlite3.Connection:
    refuse_links(file, *(file.with_name(file.name + beside) for beside in ("-wal", "-shm")))
    if not file.exists():
        make_folder(file.parent)
        make_file(file)
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """sqlite3's errors and the file system's, in words with a remedy. What a statement of ours does wrong stays as it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{file}: {error}", hint=_remedy(str(error))) from error
    except OSError as error:
        raise StoreError(
            f"{error.filename or file}: {error.strerror}", hint="Check the path, its permissions and its disk."
        ) from error


def _remedy(text: str) -> str:
    if "locked" in text:
        return "Another program holds the database open; close it and run again."
    if "readonly" in text or "unable to open" in text:
        return "Check the permissions of the file and of its folder."
    if "full" in text:
        return "Free some disk space and run again; nothing was lost."
    if "disk I/O" in text:
        return "The disk is full, over a quota or failing: see to it and run again; what was stored is kept."
    return "Restore a backup; pmhub finds its things again by their markers."
