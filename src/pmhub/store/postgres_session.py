"""A session of a PostgreSQL server, and the rows it answers with."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import psycopg
from psycopg.types.string import StrDumperUnknown

from pmhub.store.database import Row
from pmhub.store.server import Server

BUSY_SECONDS = 10
_ALIVE: Final[dict[str, Any]] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


class PostgresRow:
    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: Sequence[Any]) -> None:
        self._places, self._values = places, values

    def keys(self) -> Iterable[str]:
        return self._places.keys()

    def __getitem__(self, column: str | int) -> Any:  # noqa: ANN401 - whatever stands in the column
        return self._values[column if isinstance(column, int) else self._places[column]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)


def _rows(cursor: psycopg.Cursor[Any]) -> psycopg.rows.RowMaker[Row]:
    told = cursor.pgresult  # its description, a column at a time, takes longer than most questions
    places = {(told.fname(place) or b"").decode(): place for place in range(told.nfields)} if told else {}
    return lambda values: PostgresRow(places, values)


class _Text(StrDumperUnknown):
    """PostgreSQL's texts hold no NUL."""

    def dump(self, obj: str) -> Any:  # noqa: ANN401 - a buffer of psycopg's
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


def connected(server: Server, *, durable: bool) -> psycopg.Connection[Row]:
    connection = psycopg.connect(
        server.address,
        autocommit=True,
        row_factory=_rows,
        connect_timeout=BUSY_SECONDS,
        application_name=f"pmhub on {socket.gethostname()}, process {os.getpid()}",
        **_ALIVE,
    )
    connection.adapters.register_dumper(str, _Text)
    connection.execute(
        "; ".join(f"SET {name} TO {value}" for name, value in _settings(server, durable=durable).items())
    )
    return connection


def _settings(server: Server, *, durable: bool) -> dict[str, str]:
    """A run may be silent for long, while it speaks to remotes: the server is not to take that for one that is gone. Of a machine
    that is gone it hears within a minute by keepalives, and not after its own two hours, as long as which a lock would last.
    """
    return {
        **{f"tcp_{name}": str(_ALIVE[name]) for name in ("keepalives_idle", "keepalives_interval", "keepalives_count")},
        "search_path": server.schema,
        "lock_timeout": f"'{BUSY_SECONDS}s'",
        "idle_session_timeout": "0",
        "client_encoding": "'UTF8'",
        "synchronous_commit": "on" if durable else "off",
    }
