"""The store: one narrow class over one database, and the files that stand beside it."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pmhub.store.conflicts import Conflicts
from pmhub.store.database import Database
from pmhub.store.files import make_file, write_new
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
from pmhub.store.validators import StoredValidators

if TYPE_CHECKING:
    from pmhub.store.reading import Reading

SCHEMA_VERSION = len(MIGRATIONS)
LOOK_EVERY = 50
"""Runs after which the whole file is looked through again."""


class Store:
    """Reads at any time; writes only inside `transaction`, and never one open across a network call."""

    def __init__(self, file: Path, *, durable: bool = True) -> None:
        self.database = Database(file, durable=durable)
        self._looked_through: int | None = None
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

    @cached_property
    def reading(self) -> Reading:
        from pmhub.store.reading import Reading  # noqa: PLC0415 - for those who ask, not for a run

        return Reading(self.database)

    @property
    def file(self) -> Path:
        return self.database.file

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.database.transaction():
            yield

    def close(self) -> None:
        self.database.close()

    def check(self) -> None:
        self.database.check()

    def check_unless_untouched(self) -> None:
        """A file that stands exactly as the last run left it was looked through then, at most some runs ago. To look through
        all of it takes as long as it is big. Raises StoreError.
        """
        self._looked_through = self._untouched_for()
        if not 0 <= self._looked_through < LOOK_EVERY:
            self.check()
            self._looked_through = 0

    def checkpoint(self) -> None:
        """Everything into the one file; where it was looked through, it says so beside it."""
        self.database.checkpoint()
        if self._looked_through is not None:
            write_new(self._sound_file, f"{self._looked_through + 1} {self._stamp()}")

    def copy(self, file: Path) -> Store:
        """The same knowledge in another file, to think on."""
        make_file(file)
        with contextlib.closing(sqlite3.connect(file)) as target:
            self.database.connection.backup(target)
        return Store(file, durable=False)

    # The generation and its age stand in the database and in a file beside it. A restored database is the younger one.

    def generation(self) -> str:
        """Names this unbroken life of the database: anew when it was lost, or restored from an older copy."""
        token, age = self.meta.get("generation"), int(self.meta.get("age") or 0)
        beside, age_beside = self._beside()
        if token is not None and token == beside and age >= age_beside:
            return token
        return self._begin_generation(max(age, age_beside))

    def _begin_generation(self, age: int) -> str:
        fresh = secrets.token_hex(8)
        with self.transaction():
            self.meta.put("generation", fresh)
            self.meta.put("age", str(age))
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
        log = self.file.with_name(self.file.name + "-wal")
        try:
            runs, _, stamp = self._sound_file.read_text().partition(" ")
            left = log.exists() and log.stat().st_size > 0
        except (OSError, ValueError):
            return -1
        return int(runs) if runs.isdigit() and stamp == self._stamp() and not left else -1

    def _stamp(self) -> str:
        told = self.file.stat()
        return f"{told.st_size} {told.st_mtime_ns}"

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
        write_new(self._generation_file, text, durable=True)
