"""One explicit immediate transaction of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """A deferred transaction that reads and then writes fails at once under another writer; this one does not."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    """Nothing is left to undo where a failing disk made SQLite do it, or a signal came right after the commit."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
