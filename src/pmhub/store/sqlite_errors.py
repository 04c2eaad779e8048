"""What goes wrong with a database's file, in words with a remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType

from pmhub.errors import Damaged, StoreError
from pmhub.model.lean import dataclass

_OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError)


@dataclass(frozen=True)
class Explained:
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
