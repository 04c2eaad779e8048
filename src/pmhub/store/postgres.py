"""A schema of a PostgreSQL server: one session, which holds the lock of a run and makes every write of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg
from psycopg.pq import TransactionStatus

from pmhub.errors import Locked, NewerStore, StoreError
from pmhub.store.copying import copy_tables
from pmhub.store.database import Row, Values
from pmhub.store.files import make_file
from pmhub.store.postgres_errors import Explained
from pmhub.store.postgres_schema import home, migrate, not_newer, note_home, noted_home, understood
from pmhub.store.postgres_session import connected
from pmhub.store.postgres_sql import statement
from pmhub.store.server import Server
from pmhub.store.sqlite import BATCH, SqliteDatabase

_POLL_SECONDS = 0.1
_RUN, _WRITE = 0x706D6801, 0x706D6802
"""Of advisory locks, the first number; the second is the schema's."""
_HOLDER: Final = """SELECT a.application_name AS who FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.classid = ? AND l.objid = ? AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
_COLUMNS: Final = """SELECT column_name AS name, data_type AS type, is_identity AS numbered FROM information_schema.columns
  WHERE table_schema = ? AND table_name = ? AND is_generated = 'NEVER' ORDER BY ordinal_position"""


_CUT_OFF: Final = """SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.classid = ? AND l.objid = ? AND l.granted AND l.database = (
    SELECT oid FROM pg_database WHERE datname = current_database())
  AND a.backend_start < now() - make_interval(secs => ?)"""


def _number(server: Server) -> int:
    return int.from_bytes(hashlib.sha256(server.schema.encode()).digest()[:4]) >> 1


class PostgresDatabase:
    """`address`: see Server. A session that is cut takes its lock with it, and is never opened again under the same run."""

    def __init__(self, address: str, *, durable: bool = True) -> None:
        self._server = Server.from_address(address)
        self._explained = Explained(self._server.name)
        self._number = _number(self._server)
        self._writing = False
        self._durable = durable
        with self._explained:
            self.connection = connected(self._server, durable=durable)
        try:
            with self._explained:
                migrate(self, self._server.schema)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        return self._server.name

    def close(self) -> None:
        self.connection.close()

    def check(self) -> None:
        self.row("SELECT 1")

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        try:
            return self.connection.execute(statement(sql), values).fetchall()
        except psycopg.Error as error:
            self._explained.tell(error)
            raise

    def row(self, sql: str, values: Values = ()) -> Row | None:
        try:
            return self.connection.execute(statement(sql), values).fetchone()
        except psycopg.Error as error:
            self._explained.tell(error)
            raise

    def write(self, sql: str, values: Values = ()) -> int:
        self._must_be_open()
        return self.connection.execute(statement(sql), values).rowcount

    def insert(self, sql: str, values: Values) -> int:
        self._must_be_open()
        row = self.connection.execute(statement(f"{sql} RETURNING id"), values).fetchone()
        return int(row["id"]) if row else 0

    def write_many(self, sql: str, values: Iterable[Values]) -> None:
        self._must_be_open()
        self.connection.cursor().executemany(statement(sql), values)

    def define(self, sql: str) -> None:
        """Statements of PostgreSQL's own, that make or drop something."""
        self._must_be_open()
        self.connection.execute(sql)

    def _must_be_open(self) -> None:
        if not self._writing:
            raise StoreError("a write outside a transaction", hint="This is a bug in pmhub; please report it.")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One writer of a schema at a time: what is read inside stays true until the commit, as on a file."""
        with self._explained, self._ended():
            self.connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({_WRITE}, {self._number})")
            self._writing = True
            yield
            if self.connection.execute("COMMIT").statusmessage != "COMMIT":
                raise StoreError(
                    f"{self.name}: the server took a write back", hint="Run again; nothing was half written."
                )

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        with self._explained, self._ended():
            self.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @contextmanager
    def _ended(self) -> Iterator[None]:
        """Whatever was begun and not committed is rolled back."""
        try:
            yield
        finally:
            self._writing = False
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                with suppress(psycopg.Error):  # a session that is cut has nothing left to undo
                    self.connection.execute("ROLLBACK")

    @contextmanager
    def lazily(self) -> Iterator[None]:
        with self._explained:
            self.connection.execute("SET synchronous_commit TO off")
        try:
            yield
        finally:
            if self._durable:
                with suppress(psycopg.Error):  # a session that is cut commits nothing more
                    self.connection.execute("SET synchronous_commit TO on")

    def checkpoint(self) -> None:
        """The server does that by itself."""

    @contextmanager
    def alone(self, wait: float) -> Iterator[None]:
        end = time.monotonic() + wait
        while not self._take("pg_try_advisory_lock"):
            if time.monotonic() >= end:
                raise self._locked("Wait for it, or give --wait SECONDS.")
            time.sleep(_POLL_SECONDS)
        try:
            not_newer(self)  # newer code may have come between the opening and the lock
            yield
        finally:
            with suppress(StoreError):  # a session that is cut took it along
                self._take("pg_advisory_unlock")

    def _take(self, function: str) -> bool:
        row = self.row(f"SELECT {function}(?::int, ?::int) AS done", [_RUN, self._number])
        return bool(row and row["done"])

    def stay_alone(self) -> None:
        """To the end of this transaction. Raises Locked."""
        if not self._take("pg_try_advisory_xact_lock"):
            raise self._locked(
                "Wait for it: this version of pmhub changes the store's format, and cannot do so meanwhile."
            )

    def _locked(self, hint: str) -> Locked:
        return Locked(f"another run holds this workspace{self._who()}", hint=hint)

    def _who(self) -> str:
        row = self.row(_HOLDER, [_RUN, self._number])
        return f" ({row['who']})" if row else ""

    def stamp(self) -> None:
        return None

    def lives_on(self, *, noted: bool) -> bool:
        """Restored from a dump, tables have other numbers. A file beside is on one machine of several, and may be absent."""
        del noted
        return noted_home(self) == home(self)

    def begin_life(self) -> None:
        note_home(self)

    def copy(self, file: Path) -> None:
        make_file(file)
        target = SqliteDatabase(file, durable=False)
        try:
            with self.snapshot(), target.transaction():
                copy_tables(self, target)
        finally:
            target.close()

    def columns(self, table: str) -> list[str]:
        return [row["name"] for row in self.rows(_COLUMNS, [self._server.schema, table])]

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[list[Row]]:
        with self.connection.cursor(name="batches") as found:
            found.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 - names of ours
            while rows := found.fetchmany(BATCH):
                yield rows

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self._must_be_open()
        told = {row["name"]: row for row in self.rows(_COLUMNS, [self._server.schema, table])}
        flags = [told[name]["type"] == "boolean" for name in columns]
        with self.connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([bool(value) if flag else value for flag, value in zip(flags, row, strict=True)])
        for name in [name for name in columns if told[name]["numbered"] == "YES"]:
            self.rows(f"SELECT setval(pg_get_serial_sequence(?, ?), max({name})) FROM {table}", [table, name])  # noqa: S608


def cut_off(address: str, seconds: float) -> int:
    """Ends the session of a run that has held the workspace for longer: nothing it does afterwards reaches the store.
    Returns how many. Raises StoreError.
    """
    server = Server.from_address(address)
    with Explained(server.name), connected(server, durable=True) as connection:
        found = connection.execute(statement(_CUT_OFF), [_RUN, _number(server), seconds]).fetchall()
    return len(found)


def is_newer(address: str) -> bool:
    """Was it written by a newer pmhub? Changes nothing. Raises StoreError."""
    try:
        exists(address)
    except NewerStore:
        return True
    return False


def exists(address: str) -> bool:
    """Makes nothing. Raises NewerStore, StoreError."""
    server = Server.from_address(address)
    with Explained(server.name), connected(server, durable=True) as connection:
        there = connection.execute("SELECT to_regclass('layout') IS NOT NULL AS known").fetchone()
        if not (there and there["known"]):
            return False
        row = connection.execute("SELECT version FROM layout").fetchone()
    return row is not None and understood(row["version"], server.name) > 0
