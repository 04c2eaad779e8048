"""The real store on a real file or server, with the edges of every transaction passing the choke point."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pmhub.store import Store
from pmhub.store.copying import copy_tables
from pmhub.testing.choke import Choke


class SteppingStore(Store):
    """After a Crash the harness closes it and opens the file anew, as the next process would."""

    def __init__(self, file: Path, choke: Choke, server: str | None = None) -> None:
        self.choke = choke
        if server is None:
            put_new_database(file)
        super().__init__(file, durable=False, server=server)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.choke.step()
        with super().transaction():
            self.choke.writing = True
            try:
                yield
                self.choke.step()  # a crash here: not committed
            finally:
                self.choke.writing = False
        self.choke.step()


def put_new_database(file: Path) -> None:
    """Where none stands: the one the store makes of nothing, whose tables take longer to make than to copy."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_new_database())


@functools.cache
def _new_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pmhub.db"
        Store(file, durable=False).close()
        return file.read_bytes()


def replace_file(file: Path, backup: Path | None) -> None:
    """Put a backup in the place of a closed database, or nothing: the database is lost."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    if backup is not None:
        file.write_bytes(backup.read_bytes())


def load_dump(store: Store, backup: Path) -> None:
    """A backup into the new tables of a server: as from a dump, they do not know that they are others."""
    source = Store(backup, durable=False)
    with source.database.snapshot(), store.database.transaction():
        copy_tables(source.database, store.database)
    source.close()
