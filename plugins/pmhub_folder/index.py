"""Which file is which: every file of the folder with its id, as cheaply as metadata allows.

A file tells its id by the key `pmhub`. One without it is known by the name that it was first seen under, and followed
when it is renamed as it stands. Two files with one id are both left alone: nobody here can tell which is the copy.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Gone, Refused
from pmhub_folder.front_matter import Document, Malformed, decoded, parse
from pmhub_folder.natives import KIND, Entry, digest_of, id_from, name_in
from pmhub_folder.tree import Tree

RACY: Final = 2_000_000_000
"""Nanoseconds: a file changed so recently may be changed again without its metadata telling."""
TOLD_ID: Final = re.compile(rb"^pmhub:[ \t]*[\"']?([^\s\"']+)", re.MULTILINE)
TOLD_KIND: Final = re.compile(rb"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)


class FileClock:
    """The clock that the file system stamps with, in milliseconds."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def changed_at(self, status: os.stat_result) -> int:
        """The time of the inode, which nobody can set back; Windows has none."""
        return (status.st_mtime_ns if os.name == "nt" else status.st_ctime_ns) // 1_000_000


@dataclass
class Index:
    tree: Tree
    clock: FileClock
    entries: dict[str, Entry] = field(default_factory=dict)
    """By path, as last looked at."""
    _whole: dict[str, Entry] = field(default_factory=dict)

    def learn(self, entries: Iterable[Entry]) -> None:
        """What an earlier run saw; what this one saw itself is newer."""
        for entry in entries:
            self.entries.setdefault(entry.path, entry)

    def look(self) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        for path, status in self.tree.files():
            try:
                found[path] = self._entry(path, status)
            except Gone:
                continue
            except Refused as error:
                at = self.clock.changed_at(status)
                found[path] = _left_alone(path, self.entries.get(path), at, error.message)
        self.entries = _without_doubles(_identified(found, self.entries))
        self._whole = {entry.id: entry for entry in self.entries.values() if not entry.why}
        return self.entries

    def look_at(self, id_: str) -> Entry | None:
        """One file as it stands now; the whole folder only where it is not what or where it was."""
        known = self._whole.get(id_)
        fresh = self._fresh(known) if known else None
        if fresh is None:
            self.look()
            return self._whole.get(id_)
        self.entries[fresh.path] = self._whole[id_] = fresh
        return fresh

    def _fresh(self, known: Entry) -> Entry | None:
        try:
            fresh = self._entry(known.path, self.tree.status(known.path))
        except Refused:
            return None
        if fresh.why or (fresh.told and fresh.id != known.id):
            return None
        return replace(fresh, id=known.id)

    def by_id(self, id_: str) -> Entry | None:
        """None also for what is left alone."""
        return self._whole.get(id_)

    def leave_alone(self, entry: Entry, why: str) -> None:
        """Until it is looked at again."""
        self.entries[entry.path] = replace(entry, stamp="", digest="", why=why)
        self._whole.pop(entry.id, None)

    def _entry(self, path: str, status: os.stat_result) -> Entry:
        known = self.entries.get(path)
        if known and not known.why and known.stamp and known.stamp == stamp_of(status):
            return known
        content, status = self.tree.read(path)
        digest, stamp = digest_of(content), _believable(status)
        if known and known.digest == digest and not known.why:
            return replace(known, stamp=stamp)
        at = self.clock.changed_at(status)
        at = max(at, known.at + 1) if known else at
        try:
            document = parse(decoded(content))
        except Malformed as error:
            return _malformed(path, content, known, at, error)
        name, kind = name_in(document), document.value(KIND)
        born = known.born if known else min(at, status.st_mtime_ns // 1_000_000)
        told = name.id if name else ""
        return Entry(path, stamp, digest, told, at, born, kind if isinstance(kind, str) else "", told=bool(told))

    def document(self, entry: Entry) -> Document:
        """As it stands now. Raises Malformed, Gone, or Refused where that is no longer what was looked at."""
        content, _ = self.tree.read(entry.path)
        if digest_of(content) != entry.digest:
            raise Refused(f"{entry.path} was changed by somebody else just now", lasting=False)
        return parse(decoded(content))


def stamp_of(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}.{status.st_ctime_ns}.{status.st_size}.{status.st_ino}"


def inode_of(entry: Entry) -> str:
    return entry.stamp.rpartition(".")[2]


def _believable(status: os.stat_result) -> str:
    is_racy = time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < RACY
    return f"0.0.0.{status.st_ino}" if is_racy else stamp_of(status)


def _malformed(path: str, content: bytes, known: Entry | None, at: int, error: Malformed) -> Entry:
    """It keeps its id, so that nobody takes it for gone."""
    id_, kind = TOLD_ID.search(content), TOLD_KIND.search(content)
    told = id_[1].decode("utf-8", "replace") if id_ else ""
    says = kind[1].decode("utf-8", "replace") if kind else ""
    kept = known or Entry(path, "", "", "", at, at)
    why = f"{path}:{error.line}: {error.why}"
    return replace(kept, stamp="", digest="", id=told or kept.id, kind=says or kept.kind, told=bool(told), why=why)


def _left_alone(path: str, known: Entry | None, at: int, why: str) -> Entry:
    return replace(known or Entry(path, "", "", "", at, at), stamp="", digest="", why=why)


def _identified(found: Mapping[str, Entry], known: Mapping[str, Entry]) -> dict[str, Entry]:
    """Files that tell no id keep the one they had, under this name or the one they were renamed from."""
    taken = {entry.id for entry in found.values() if entry.told}
    gone = [entry for path, entry in known.items() if path not in found and entry.id not in taken]
    named: dict[str, Entry] = {}
    for path, entry in found.items():
        id_ = entry.id
        if not entry.told:
            before = known.get(path) or _renamed(entry, gone)
            kept = before.id if before else ""
            id_ = kept if kept and kept not in taken else id_from(path, taken)
            taken.add(id_)
        named[path] = entry if entry.id == id_ else replace(entry, id=id_)
    return named


def _renamed(entry: Entry, gone: list[Entry]) -> Entry | None:
    """The same words, else the same inode."""
    same = [old for old in gone if old.digest and old.digest == entry.digest]
    same = same or [old for old in gone if inode_of(old) and inode_of(old) == inode_of(entry)]
    if len(same) != 1:
        return None
    gone.remove(same[0])
    return same[0]


def _without_doubles(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    count = Counter(entry.id for entry in entries.values())
    found = dict(entries)
    for path, entry in entries.items():
        if count[entry.id] > 1 and not entry.why:
            others = ", ".join(sorted(p for p, e in entries.items() if e.id == entry.id and p != path))
            why = f"{path}: has the same pmhub id as {others}; delete the line `pmhub:` in the one that is a copy"
            found[path] = replace(entry, stamp="", why=why)
    return found
