"""A folder of files and a connector over it, as pmhub makes one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from pmhub.sdk import Context, Cursor, Draft, Kind, Scope, Stream, Target, Vocabulary, record
from pmhub_folder.connector import Folder
from pmhub_folder.settings import FolderScope, FolderSettings


class Forgetful:
    def get(self, key):
        return None

    def put(self, key, value, *, until):
        pass


def context():
    return Context(open=None, clock=lambda: int(time.time() * 1000), sleep=lambda _: None, memory=Forgetful())


@dataclass
class Plan:
    """`connector` is a new one for each run, as processes are."""

    root: Path
    path: str = "tickets"
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    kind: Kind = Kind.TICKET
    cursor: Cursor | None = None

    @property
    def connector(self):
        return Folder(FolderSettings(str(self.root)), context())

    @property
    def scope(self):
        settings = FolderScope(self.path)
        return Scope(settings.key, settings, self.vocabulary)

    @property
    def stream(self):
        return Stream(self.kind, self.scope, self.cursor)

    def write(self, path, text, newline="\n"):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dedent(text).lstrip("\n").replace("\n", newline).encode())
        return file

    def text(self, path):
        return (self.root / path).read_bytes().decode()

    def fetch(self):
        """One run's reading: the cursor moves."""
        (page,) = self.connector.fetch([self.stream])
        self.cursor = page.cursor
        return page

    def seen(self):
        """Everything there, by path."""
        (page,) = self.connector.fetch([Stream(self.kind, self.scope)])
        return {one.ref.key: one for one in page.observations}

    def read(self, ref):
        return list(self.connector.read([Target(self.scope, ref)]))

    def ids(self):
        return sorted(ref.id for ref in self.connector.sweep(self.stream))

    def update(self, path, **changes):
        over = self.seen()[path]
        return self.connector.update(Target(self.scope, over.ref), over, changes)

    def create(self, item="0123456789abcdef@012345", **fields):
        draft = Draft(self.scope, record(self.kind, fields), f"pmhub:{item}")
        return self.connector.create([draft])[0]

    def files(self):
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
