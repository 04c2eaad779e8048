"""A folder for the conformance kit, and a person who edits files in it with no tool of ours."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import yaml

from pmhub.model.records import schema
from pmhub.sdk import Kind, Ref, Scope, Visibility
from pmhub.testing import Bench
from pmhub_folder.connector import Folder
from pmhub_folder.index import FileClock
from pmhub_folder.natives import id_from
from pmhub_folder.settings import FolderScope, FolderSettings

PARTS = {Kind.ROADMAP_ITEM: "roadmap", Kind.RELEASE: "releases", Kind.TICKET: "tickets"}
TEXTS = ("body", "notes")
BEGIN, END = "<!-- pmhub:begin -->", "<!-- pmhub:end -->"


class KitClock(FileClock):
    """Files know the real time only: what is seen for the first time changed now, by the kit's clock."""

    def __init__(self, now):
        self.now, self.seen = now, {}

    def changed_at(self, status):
        return self.seen.setdefault((status.st_ino, status.st_ctime_ns), self.now())


class FolderBench(Bench):
    connector_type = Folder

    def __init__(self, clock):
        super().__init__(clock)
        self.home = Path(tempfile.mkdtemp())
        self.root = self.home / "plan"
        self.root.mkdir()
        self.count = 0
        self.file_clock = KitClock(clock)

    def close(self):
        shutil.rmtree(self.home)

    def connector(self, context):
        connector = Folder(FolderSettings(str(self.root)), context)
        connector.clock = self.file_clock
        return connector

    def scope(self, kind):
        settings = FolderScope(PARTS[kind])
        return Scope(settings.key, settings, visibility=Visibility.MEMBERS)

    def create(self, kind, fields, on=None):
        self.count += 1
        path = f"{PARTS[kind]}/by-hand-{self.count}.md"
        (self.root / path).parent.mkdir(exist_ok=True)
        self.write(path, {}, fields)
        return Ref(kind, id_from(path, ()), path)

    def edit(self, ref, fields):
        path = self.path_of(ref)
        self.write(path, self.front(path), fields, (self.root / path).read_text().partition("\n---\n")[2])

    def write(self, path, front, fields, text=""):
        front = {**front, **{name: value for name, value in fields.items() if name not in TEXTS}}
        if "body" in fields:
            text = f"\n{fields['body'] or ''}\n"
        if "notes" in fields:
            text = f"\nBy hand.\n\n{BEGIN}\n{fields['notes'] or ''}\n{END}\n"
        lines = [f"{key}: {json.dumps(value)}" for key, value in front.items()]
        (self.root / path).write_text("\n".join(["---", *lines, "---", text]))
        self.file_clock.changed_at((self.root / path).stat())

    def front(self, path):
        return yaml.load((self.root / path).read_text().split("---\n")[1], Loader=yaml.BaseLoader)

    def delete(self, ref):
        (self.root / self.path_of(ref)).unlink()

    def path_of(self, ref):
        for file in self.root.rglob("[!.]*.md"):
            path = file.relative_to(self.root).as_posix()
            if ref.id in (id_from(path, ()), self.front(path).get("pmhub")):
                return path
        return None

    def look(self, ref):
        path = self.path_of(ref)
        if path is None:
            return None
        front = self.front(path)
        text = (self.root / path).read_text().partition("\n---\n")[2].strip()
        seen = {name: tuple(sorted(value)) if isinstance(value, list) else value for name, value in front.items()}
        if "estimate" in seen:
            seen["estimate"] = float(seen["estimate"])
        notes = text.partition(BEGIN)[2].partition(END)[0].strip()
        told = {"labels": (), **seen, "body": text, "notes": notes}
        return {name: value for name, value in told.items() if name in schema(ref.kind)}
