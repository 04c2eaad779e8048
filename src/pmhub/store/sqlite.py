"""A SQLite file: opened safely, checked, and written only inside explicit immediate transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from pmhub.errors import Damaged, StoreError
from pmhub.store.database import Row, Values, marks
from pmhub.store.files import make_file, make_folder, refuse_links
from pmhub.store.schema import migrate
from pmhub.store.sqlite_errors import Explained
from pmhub.store.transaction import immediate

BUSY_SECONDS = 10.0
BATCH = 500
CACHE_KIB = 16_384
"""Things come in by their time and are kept by names that are in no order: with SQLite's own 2 MiB most pages are read again."""
LOG_PAGES = 8_000
"""How many the log may hold (32 MiB) before they are carried over, each with two waits for the disk; a run's end empties it."""


class SqliteDatabase:
    """`durable` False trades safety against a power cut for speed; a killed process loses nothing either way."""

    def __init__(self, file: Path, *, durable: bool = True) -> None:
        self.file = file
        self._waits_for_the_disk = durable
        self._explained = Explained(file)
        with self._explained:
            self.connection = _open(file)
            self._synchronous("FULL" if durable else "OFF")
            migrate(self.connection, file)

    @property
    def name(self) -> str:
        return str(self.file)

    def close(self) -> None:
        self.connection.close()

    def check(self) -> None:
        """Raises StoreError when the file is damaged."""
        with self._explained:
            found = self.connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(f"{self.file} is damaged: {found}", hint="Restore a backup; pmhub finds its things again.")

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._explained.tell(error)
            raise

    def row(self, sql: str, values: Values = ()) -> Row | None:
        try:
            found: Row | None = self.connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            self._explained.tell(error)
            raise
        return found

    def write(self, sql: str, values: Values = ()) -> int:
        """Returns the number of rows changed."""
        self._must_be_open()
        return self.connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Values) -> int:
        """Returns the new row's id."""
        self._must_be_open()
        return int(self.connection.execute(sql, values).lastrowid or 0)

    def write_many(self, sql: str, values: Iterable[Values]) -> None:
        self._must_be_open()
        self.connection.executemany(sql, values)

    def _must_be_open(self) -> None:
        if not self.connection.in_transaction:
            raise StoreError("a write outside a transaction", hint="This is a bug in pmhub; please report it.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._explained, immediate(self.connection):
            yield

    @contextmanager
    def lazily(self) -> Iterator[None]:
        """The next commit that waits for the disk waits for all of the log."""
        if not self._waits_for_the_disk:
            yield
            return
        self._synchronous("NORMAL")
        try:
            yield
        finally:
            self._synchronous("FULL")

    def _synchronous(self, how: str) -> None:
        self.connection.execute(f"PRAGMA synchronous = {how}")

    def checkpoint(self) -> None:
        with self._explained:
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self, file: Path) -> None:
        with closing(sqlite3.connect(file)) as target:
            self.connection.backup(target)

    @contextmanager
    def alone(self, wait: float) -> Iterator[None]:
        """A file is on one machine: the lock beside it, taken before it is opened, sees to that."""
        del wait
        yield

    def stamp(self) -> str:
        """Where a run was killed and left its log, the file alone says too little."""
        log = self.file.with_name(self.file.name + "-wal")
        try:
            told = self.file.stat()
            left = log.exists() and log.stat().st_size > 0
        except OSError:
            return ""
        return "" if left else f"{told.st_size} {told.st_mtime_ns}"

    def lives_on(self, *, noted: bool) -> bool:
        """A file cannot tell whether it was put there again: what stands beside it does."""
        return noted

    def begin_life(self) -> None:
        pass

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._explained:
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")

    def columns(self, table: str) -> list[str]:
        return [row["name"] for row in self.rows(f"PRAGMA table_info({table})")]

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[list[Row]]:
        found = self.connection.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - names of ours
        while rows := found.fetchmany(BATCH):
            yield rows

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self.write_many(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)})",  # noqa: S608 - names of ours
            map(tuple, rows),
        )


def _open(file: Path) -> sqlite3.Connection:
    refuse_links(file, *(file.with_name(file.name + beside) for beside in ("-wal", "-shm")))
    if not file.exists():
        make_folder(file.parent)
        make_file(file)
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    return connection
