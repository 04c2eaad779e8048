"""One SQLite connection: opened safely, checked, and written only inside explicit immediate transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from pmhub.errors import Damaged, StoreError
from pmhub.store.files import make_file, make_folder, refuse_links
from pmhub.store.schema import migrate
from pmhub.store.transaction import immediate

Row = sqlite3.Row
BUSY_SECONDS = 10.0
_OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError)


class Database:
    """`durable` False trades safety against a power cut for speed; a killed process loses nothing either way."""

    def __init__(self, file: Path, *, durable: bool = True) -> None:
        self.file = file
        self._explained = _Explained(file)
        with self._explained:
            self.connection = _open(file, durable=durable)
            migrate(self.connection, file)

    def close(self) -> None:
        self.connection.close()

    def check(self) -> None:
        """Raises StoreError when the file is damaged."""
        with self._explained:
            found = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(f"{self.file} is damaged: {found}", hint="Restore a backup; pmhub finds its things again.")

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._explained.tell(error)
            raise

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        try:
            found: Row | None = self.connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            self._explained.tell(error)
            raise
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
        with self._explained, immediate(self.connection):
            yield

    def checkpoint(self) -> None:
        with self._explained:
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


@dataclass(frozen=True)
class _Explained:
    """sqlite3's errors and the file system's, in words with a remedy. What a statement of ours does wrong stays as it is.

    `tell` alone where it stands around every question: a context costs as much as the question.
    """

    file: Path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tell(error)

    def tell(self, error: BaseException | None) -> None:
        """Raises StoreError; nothing for what is no trouble of the database."""
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _OURS):
            raise _kind(str(error))(f"{self.file}: {error}", hint=_remedy(str(error))) from error
        if isinstance(error, OSError):
            raise StoreError(
                f"{error.filename or self.file}: {error.strerror}", hint="Check the path, its permissions and its disk."
            ) from error


def _kind(text: str) -> type[StoreError]:
    return Damaged if "malformed" in text or "not a database" in text else StoreError


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
