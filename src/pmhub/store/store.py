"""The store: one narrow class over one database, and the files that stand beside it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from pmhub.errors import StoreError
from pmhub.store.conflicts import Conflicts
from pmhub.store.copying import copy_tables, is_empty
from pmhub.store.database import Database
from pmhub.store.files import make_file, make_folder, write_new
from pmhub.store.history import Journal, Meta, Runs
from pmhub.store.intents import Failures, Intents
from pmhub.store.items import Items
from pmhub.store.links import Links
from pmhub.store.matching import Matching
from pmhub.store.moves import Moves
from pmhub.store.observations import Observations
from pmhub.store.pull_requests import PullRequests
from pmhub.store.results import Results
from pmhub.store.schema import MIGRATIONS
from pmhub.store.server import Server
from pmhub.store.sqlite import SqliteDatabase
from pmhub.store.validators import StoredValidators

if TYPE_CHECKING:
    from pmhub.store.ledger import SharedLedger
    from pmhub.store.reading import Reading

SCHEMA_VERSION = len(MIGRATIONS)
LOOK_EVERY = 50
"""Runs after which the whole file is looked through again."""


class Store:
    """Reads at any time; writes only inside `transaction`, and never one open across a network call.

    `file`: the database, or where a `server` (the address of one) holds it, only what names the files beside. `durable`
    False trades safety against a power cut for speed; a killed process loses nothing either way.
    """

    def __init__(self, file: Path, *, durable: bool = True, server: str | None = None) -> None:
        self.file = file
        self.database = _opened(file, server, durable=durable)
        self._looked_through: int | None = None
        self._server = server
        self.observations = Observations(self.database)
        self.items = Items(self.database)
        self.links = Links(self.database)
        self.matching = Matching(self.database)
        self.moves = Moves(self.database)
        self.intents = Intents(self.database)
        self.failures = Failures(self.database)
        self.conflicts = Conflicts(self.database, file.with_suffix(".conflicts.jsonl"))
        self.journal = Journal(self.database)
        self.runs = Runs(self.database)
        self.meta = Meta(self.database)
        self.results = Results(self.database)
        self.pull_requests = PullRequests(self.database)
        self.validators = StoredValidators(self.database)

    def ledger(self, account: str) -> SharedLedger | None:
        """What this account has spent of its limits, in whatever workspace of the server; None for a file, which is alone."""
        if self._server is None:
            return None
        from pmhub.store.ledger import SharedLedger  # noqa: PLC0415 - psycopg is an extra

        return SharedLedger(Server.from_address(self._server), account)

    @cached_property
    def reading(self) -> Reading:
        from pmhub.store.reading import Reading  # noqa: PLC0415 - for those who ask, not for a run

        return Reading(self.database)

    @property
    def name(self) -> str:
        """For people: the file, or where on which server. Holds no secret."""
        return self.database.name

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.database.transaction():
            yield

    @contextmanager
    def lazily(self) -> Iterator[None]:
        """Inside, no commit waits for the disk: for what can be read again. What is promised to a remote comes after it."""
        with self.database.lazily():
            yield

    @contextmanager
    def alone(self, wait: float) -> Iterator[None]:
        """One run at a time, on whatever machine. `wait`: seconds to wait for another. Raises Locked."""
        with self.database.alone(wait):
            yield

    def close(self) -> None:
        self.database.close()

    def check(self) -> None:
        self.database.check()

    def check_unless_untouched(self) -> None:
        """A file that stands exactly as the last run left it was looked through then, at most some runs ago. To look through
        all of it takes as long as it is big. A server looks after its own. Raises StoreError.
        """
        if self.database.stamp() is None:
            return
        self._looked_through = self._untouched_for()
        if not 0 <= self._looked_through < LOOK_EVERY:
            self.check()
            self._looked_through = 0

    def checkpoint(self) -> None:
        """Everything into the one file; where it was looked through, it says so beside it."""
        self.database.checkpoint()
        if self._looked_through is not None:
            write_new(self._sound_file, f"{self._looked_through + 1} {self.database.stamp()}")

    def copy(self, file: Path) -> Store:
        """The same knowledge in another file, to think on."""
        make_file(file)
        self.database.copy(file)
        return Store(file, durable=False)

    def copy_into(self, target: Store) -> dict[str, int]:
        """Table → how many rows. All of it, in one transaction, or nothing. Raises StoreError where the target holds anything."""
        self.generation()  # one that was put back is told from the one it was, before that is forgotten
        if not is_empty(target.database):
            raise StoreError(
                f"{target.name}: there is something already",
                hint="Name a file or a schema that is empty, or not there.",
            )
        with self.database.snapshot(), target.transaction():
            counts = copy_tables(self.database, target.database)
            target.database.begin_life()
        target.checkpoint()
        return counts

    def mark_beside(self) -> None:
        """The file beside tells of the life that was copied here."""
        self._write_beside(f"{self.meta.get('generation')} {self.meta.get('age') or 0}")

    # The generation and its age stand in the database and in a file beside it. A restored database is the younger one.

    def generation(self) -> str:
        """Names this unbroken life of the database: anew when it was lost, or restored from an older copy."""
        token, age = self.meta.get("generation"), int(self.meta.get("age") or 0)
        beside, age_beside = self._beside()
        if token is not None and age >= age_beside and self.database.lives_on(noted=token == beside):
            return token
        return self._begin_generation(max(age, age_beside))

    def _begin_generation(self, age: int) -> str:
        fresh = secrets.token_hex(8)
        with self.transaction():
            self.meta.put("generation", fresh)
            self.meta.put("age", str(age))
            self.database.begin_life()
        self._write_beside(f"{fresh} {age}")
        return fresh

    def grow_older(self) -> None:
        """Called by every run that writes. The database goes first: killed in between, it is the older one, and right."""
        age = int(self.meta.get("age") or 0) + 1
        with self.transaction():
            self.meta.put("age", str(age))
        self._write_beside(f"{self.meta.get('generation')} {age}")

    def _untouched_for(self) -> int:
        """For how many runs; -1 where somebody else wrote, or a run was killed and left its log."""
        try:
            runs, _, stamp = self._sound_file.read_text().partition(" ")
        except (OSError, ValueError):
            return -1
        return int(runs) if runs.isdigit() and stamp and stamp == self.database.stamp() else -1

    @property
    def _sound_file(self) -> Path:
        return self.file.with_suffix(".sound")

    @property
    def _generation_file(self) -> Path:
        return self.file.with_suffix(".generation")

    def _beside(self) -> tuple[str | None, int]:
        try:
            token, _, age = self._generation_file.read_text().strip().partition(" ")
        except FileNotFoundError:
            return None, 0
        return token, int(age) if age.isdigit() else 0

    def _write_beside(self, text: str) -> None:
        make_folder(self.file.parent)
        write_new(self._generation_file, text, durable=True)


def exists(file: Path, server: str | None = None) -> bool:
    """Is there anything to open? Makes nothing. Raises StoreError."""
    return file.exists() if server is None else bool(_postgres().exists(server))


def _opened(file: Path, server: str | None, *, durable: bool) -> Database:
    if server is None:
        return SqliteDatabase(file, durable=durable)
    database: Database = _postgres().PostgresDatabase(server, durable=durable)
    return database


def _postgres() -> ModuleType:
    try:
        from pmhub.store import postgres  # noqa: PLC0415 - its driver is installed only where it is wanted
    except ImportError as error:
        raise StoreError(
            f"a store on a server needs a driver: {error}", hint="Install it: pip install 'pmhub[postgres]'"
        ) from error
    return postgres
