"""What the store asks of a database, whichever it is: questions, writes inside transactions, and nothing of its own words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

Values = Sequence[Any] | Mapping[str, Any]
"""For the places of a statement: `?` in their order, or `:name`."""


class Row(Protocol):
    """A value by the name of its column, or by its place."""

    def keys(self) -> Iterable[str]: ...

    def __getitem__(self, column: Any, /) -> Any: ...  # noqa: ANN401 - whatever stands in the column

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """Statements are of what SQLite and PostgreSQL both understand; what else differs stands behind these methods.

    All raise StoreError, with a remedy, for trouble of the database itself. What a statement of ours does wrong, a double
    binding too, raises the driver's own error.
    """

    @property
    def name(self) -> str:
        """For people; holds no secret."""

    @property
    def connection(self) -> Any:  # noqa: ANN401 - the driver's own
        ...

    def close(self) -> None: ...

    def check(self) -> None:
        """Raises Damaged."""

    def rows(self, sql: str, values: Values = ()) -> list[Row]: ...

    def row(self, sql: str, values: Values = ()) -> Row | None: ...

    def write(self, sql: str, values: Values = ()) -> int:
        """Returns the number of rows changed."""

    def insert(self, sql: str, values: Values) -> int:
        """Returns the new row's id."""

    def write_many(self, sql: str, values: Iterable[Values]) -> None: ...

    def transaction(self) -> AbstractContextManager[None]:
        """One writer at a time, from its first statement on; whole or not at all."""

    def lazily(self) -> AbstractContextManager[None]:
        """A power cut may take what is committed inside, the last of it first, until something is committed after it: for
        what can be read again.
        """

    def checkpoint(self) -> None:
        """After a run: what was written may be put in order."""

    def alone(self, wait: float) -> AbstractContextManager[None]:
        """One run at a time, whatever machine it is on. `wait`: seconds to wait for another. Raises Locked."""

    def stamp(self) -> str | None:
        """Another one after every write; "" where that cannot be told, None where a server looks after its own files."""

    def lives_on(self, *, noted: bool) -> bool:
        """Is it the one it was? `noted`: the file beside names the same life."""

    def begin_life(self) -> None:
        """From now on it is the one it is."""

    def copy(self, file: Path) -> None:
        """Everything into an empty file of SQLite."""

    def snapshot(self) -> AbstractContextManager[None]:
        """All that is read inside is of one moment."""

    def columns(self, table: str) -> list[str]:
        """Those that are written; the others are derived."""

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[list[Row]]:
        """All of a table, inside a snapshot."""

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Inside a transaction. Numbers that it gives to rows later are greater than those."""


Opening = Callable[[Path], Database]
"""`file` names what stands beside the database; SQLite's is the file itself."""


def marks(values: Collection[object]) -> str:
    """Places for a list: `x IN (…)`. Nothing is among none."""
    return ",".join("?" for _ in values) or "NULL"


@cache
def replacing(table: str, key: str | tuple[str, ...], *others: str) -> str:
    """A statement that puts a whole row in the place of the one with its key."""
    keys = (key,) if isinstance(key, str) else key
    columns = (*keys, *others)
    kept = ", ".join(f"{name} = excluded.{name}" for name in others)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)}) "  # noqa: S608 - names of ours
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {kept}"
    )
