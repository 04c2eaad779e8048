"""Everything that a workspace remembers, from one database into another, whichever they are."""

from __future__ import annotations

from itertools import chain
from typing import Final

from pmhub.errors import StoreError
from pmhub.store.database import Database

TABLES: Final = (
    "meta", "item", "counterpart", "observation", "recheck", "cursor", "sweep", "intent", "conflict", "failure", "journal",
    "run", "validator", "memory", "todo", "test_run", "test_case", "test_key", "test_result", "mention", "pull_request",
    "merged_pull_request", "pull_request_list",
)  # fmt: skip
"""What others refer to comes first."""
DERIVED: Final = ("unbound", "link", "pointer")
"""The database itself keeps these, from the others."""


def copy_tables(source: Database, target: Database) -> dict[str, int]:
    """Table → how many rows. Inside a snapshot of the one and a transaction of the other, which is empty. Raises StoreError."""
    return {table: _copy(table, source, target) for table in (*TABLES, *DERIVED)}


def is_empty(database: Database) -> bool:
    return not any(count(database, table) for table in TABLES)


def count(database: Database, table: str) -> int:
    row = database.row(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - names of ours
    return int(row["n"]) if row else 0


def _copy(table: str, source: Database, target: Database) -> int:
    if table in DERIVED:
        target.write(f"DELETE FROM {table}")  # noqa: S608
    columns = source.columns(table)
    target.fill(table, columns, chain.from_iterable(source.batches(table, columns)))
    there, here = count(source, table), count(target, table)
    if there != here:
        raise StoreError(
            f"{table}: {here} of {there} rows were copied", hint="Nothing was kept. Please report this: it is a bug."
        )
    return here
