"""The store: one narrow class over one database, and the files that stand beside it."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pmhub.store.conflicts import Conflicts
from pmhub.store.database import Database
from pmhub.store.files import make_file, write_new
from pmhub.store.history import Journal, Meta, Runs
from pmhub.store.intents import Failures, Intents
from pmhub.store.items import Items
from pmhub.store.links import Links
from pmhub.store.observations import Observations
from pmhub.store.results import Results
from pmhub.store.schema import MIGRATIONS
from pmhub.store.validators import StoredValidators

SCHEMA_VERSION = len(MIGRATIONS)


class Store:
    """Reads at any time; writes only inside `transaction`, and never one open across a network call."""

    def __init__(self, file: Path, *, durable: bool = True) -> None:
        self.database = Database(file, durable=durable)
        self.observations = Observations(self.database)
        self.items = Items(self.database)
        self.links = Links(self.database)
        self.intents = Intents(self.database)
        self.failures = Failures(self.database)
        self.conflicts = Conflicts(self.database, file.with_suffix(".conflicts.jsonl"))
        self.journal = Journal(self.database)
        self.runs = Runs(self.database)
        self.meta = Meta(self.database)
        self.results = Results(self.database)
        self.validators = StoredValidators(self.database)

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

    def checkpoint(self) -> None:
        self.database.checkpoint()

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
