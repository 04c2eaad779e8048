"""What goes wrong with a PostgreSQL server, in words with a remedy."""

from __future__ import annotations

from types import TracebackType
from typing import Final

import psycopg

from pmhub.errors import Damaged, StoreError
from pmhub.model.lean import dataclass

_OURS: Final = (psycopg.IntegrityError, psycopg.ProgrammingError, psycopg.DataError, psycopg.NotSupportedError)
_AGAIN: Final = "Nothing was half written: run again when it is back."
_REMEDIES: Final = (
    ("28", "Check the user and the password in the address, or in ~/.pgpass."),
    ("3D", "Make the database first (`createdb`), or check its name in the address."),
    ("42501", "Its user needs the right to create a schema, or a schema of its own."),
    ("53100", "The server's disk is full: free some space and run again; nothing was lost."),
    ("53300", "The server takes no more connections: raise max_connections, or run less at once."),
    ("55P03", "Another program holds the store for long; see to it and run again."),
    ("25006", "This server takes no writes (a standby?): give the address of the primary."),
    ("57P", f"The server was stopped, or ended the session. {_AGAIN}"),
)
_DAMAGED: Final = ("XX001", "XX002")


@dataclass(frozen=True)
class Explained:
    """psycopg's errors, and the file system's, as ours. What a statement of ours does wrong stays as it is. `name`: of the store, for people."""

    name: str

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tell(error)

    def tell(self, error: BaseException | None) -> None:
        """Raises StoreError; nothing for what is no trouble of the server."""
        if isinstance(error, OSError):
            where = error.filename or self.name
            raise StoreError(
                f"{where}: {error.strerror}", hint="Check the path, its permissions and its disk."
            ) from error
        if not isinstance(error, psycopg.Error):
            return
        code = error.sqlstate or ""
        remedy = next((told for start, told in _REMEDIES if code.startswith(start)), None)
        if remedy is None and isinstance(error, _OURS):
            return
        kind = Damaged if code in _DAMAGED else StoreError
        raise kind(f"{self.name}: {_first_line(error)}", hint=remedy or _by_words(str(error))) from error


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]


def _by_words(text: str) -> str:
    """An error of connecting has no code."""
    for words, told in (
        ("password", _REMEDIES[0][1]),
        ("does not exist", _REMEDIES[1][1]),
        ("SSL", "Check sslmode and sslrootcert in the address."),
        ("too many", _REMEDIES[4][1]),
    ):
        if words in text:
            return told
    return f"Check that the server runs and can be reached. {_AGAIN}"
