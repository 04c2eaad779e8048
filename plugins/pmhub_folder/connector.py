"""The connector for a folder of Markdown files: which file each call is about."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final

from pmhub.sdk import (
    Access,
    Capabilities,
    Changes,
    Connector,
    Container,
    Created,
    Denied,
    Draft,
    FieldChange,
    Fitted,
    Gone,
    Identity,
    Kind,
    Listing,
    Native,
    Observation,
    Page,
    Record,
    Ref,
    Refused,
    Release,
    Scope,
    SetChange,
    Stream,
    Target,
    Tombstone,
    kind_of,
)
from pmhub_folder import mapping, settings, states, writing
from pmhub_folder.checkout import check_checkout
from pmhub_folder.front_matter import Document
from pmhub_folder.index import FileClock, Index
from pmhub_folder.naming import file_name
from pmhub_folder.natives import PARENT, Entry, Name, name_of_marker, native_of
from pmhub_folder.settings import FolderScope, FolderSettings
from pmhub_folder.tree import Tree

KIND_WORDS: Final = frozenset(str(kind) for kind in Kind)
KINDS: Final = (Kind.ROADMAP_ITEM, Kind.RELEASE, Kind.TICKET)
EVERYTHING: Final = Access.READ | Access.CREATE | Access.UPDATE | Access.CLOSE
MANY: Final = 10_000


class Folder(Connector[FolderSettings]):
    """`Ref.id` is what the file's key `pmhub` says, `Ref.key` its path from the connection's folder."""

    name: ClassVar[str] = "folder"
    settings_type: ClassVar[type[Any]] = FolderSettings
    scope_type: ClassVar[type[Any]] = FolderScope
    capabilities: ClassVar[Capabilities] = Capabilities(
        access=dict.fromkeys(KINDS, EVERYTHING),
        fields={kind: frozenset(names) for kind, names in mapping.FIELDS.items()},
        incremental=frozenset(KINDS),
        listing=dict.fromkeys(KINDS, Listing.STRONG),
        bulk_read=dict.fromkeys(KINDS, MANY),
        answers_with_body=frozenset(KINDS),
    )
    clock: ClassVar[FileClock] = FileClock()

    @cached_property
    def _root(self) -> Path:
        return self.settings.root

    @cached_property
    def _index(self) -> Index:
        return Index(Tree(self._root), self.clock)

    def site(self) -> str:
        return self.settings.site

    @classmethod
    def misfits(cls, scopes: Sequence[tuple[Kind, Any]]) -> Sequence[str]:
        return tuple(settings.misfits(scopes))

    def check(self, scopes: Sequence[Scope]) -> Identity:
        self._settled()
        writable = os.access(self._root, os.W_OK)
        containers = {scope.key: Container(scope.key, scope.key, writable=writable) for scope in scopes}
        offset = self.clock.now() - self.context.clock()
        return Identity(mapping.US, mapping.US, self.site(), offset, containers)

    def _settled(self) -> None:
        """Raises Denied where the folder is not there, Unavailable while git is at work in it."""
        if not self._root.is_dir():
            raise Denied(
                f"there is no folder {self._root}",
                hint="Make it, or write its whole path: a relative one starts at the nearest pmhub.toml.",
            )
        check_checkout(self._root, self.settings.branch)

    # reading

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        self._settled()
        before = {(s.kind, s.scope.key): {e.path: e for e in states.remembered(s)} for s in streams}
        for remembered in before.values():
            self._index.learn(remembered.values())
        self._index.look()
        for path in sorted(self._index.tree.links):
            self.context.log.warning("%s: is a link and is not followed", path)
        for stream in streams:
            yield self._page(stream, before[stream.kind, stream.scope.key])

    def _page(self, stream: Stream, before: Mapping[str, Entry]) -> Page:
        changed = [entry for entry in self._held(stream) if not _is_known(entry, before.get(entry.path))]
        read = [self._observed(stream.kind, stream.scope, entry) for entry in changed if not entry.why]
        found = tuple(seen for seen in read if seen is not None)
        held = list(self._held(stream))
        told = [*self._left_alone(stream), *(why for seen in found for why in _unread(stream, seen))]
        for why in told:
            self.context.log.warning("%s", why)
        cursor = states.cursor_over(held, stream)
        return Page(
            stream,
            found,
            cursor,
            not_modified=cursor == stream.cursor,
            complete=stream.cursor is None,
            left_out=dict.fromkeys(told, 1),
        )

    def _held(self, stream: Stream) -> Iterator[Entry]:
        """The files of a scope that say they are of its kind, or say nothing where all are of one."""
        scope = stream.scope.settings
        for path, entry in self._index.entries.items():
            if scope.holds(path) and (entry.kind == stream.kind or (not entry.kind and not scope.by_kind)):
                yield entry

    def _left_alone(self, stream: Stream) -> Iterator[str]:
        """What lies in the scope and is not read, and why. Where kinds lie together, each sync speaks of its own."""
        scope = stream.scope.settings
        for path, entry in self._index.entries.items():
            if not scope.holds(path):
                continue
            if entry.why and entry.kind in ("", stream.kind):
                yield entry.why
            elif entry.kind and (entry.kind not in KIND_WORDS or not scope.by_kind) and entry.kind != stream.kind:
                yield f"{path}: says that its kind is {entry.kind!r}, so it is no {stream.kind}"

    def _observed(self, kind: Kind, scope: Scope, entry: Entry) -> Observation | None:
        """None for what changed since it was looked at, or has no name: it is left alone and read again next time."""
        try:
            document = self._index.document(entry)
            self._check_named(kind, scope, document, entry.path)
        except Refused as error:
            self._index.leave_alone(entry, error.message)
            return None
        return self._normalised(kind, scope, entry, document)

    def _check_named(self, kind: Kind, scope: Scope, document: Document, path: str) -> None:
        key = mapping.key_of(scope, mapping.NAMED_BY[kind])
        if not document.value(key):
            raise Refused(f"{path}:{document.line(key)}: has no {key}", lasting=False, hint=f"Write `{key}:` in it.")

    def _normalised(self, kind: Kind, scope: Scope, entry: Entry, document: Document) -> Observation:
        parent = self._parent(document.value(mapping.key_of(scope, PARENT)), entry.path)
        return mapping.normalise(kind, scope, native_of(entry, document, parent))

    def _parent(self, named: object, path: str) -> str | None:
        """A file by its path, from the folder or from beside the child, or by its id. "": it is not there."""
        if not isinstance(named, str):
            return None if named is None else ""
        beside = os.path.normpath(f"{path}/../{named}").replace(os.sep, "/")
        entries = self._index.entries
        found = entries.get(named.removeprefix("./")) or entries.get(beside) or self._index.by_id(named)
        return f"{found.kind or Kind.TICKET}:{found.id}" if found else ""

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        """What is left alone is there, too."""
        self._settled()
        self._index.look()
        return (Ref(stream.kind, entry.id, entry.path) for entry in list(self._held(stream)))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """Nothing for what is left alone: it is there, and nobody can say what it holds."""
        self._settled()
        for target in targets:
            entry = self._index.look_at(target.ref.id)
            seen = self._observed(target.ref.kind, target.scope, entry) if entry else None
            if seen is not None:
                yield seen
            elif all(entry.id != target.ref.id for entry in self._index.entries.values()):
                yield Tombstone(target.ref)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        return mapping.normalise(kind, scope, native)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        return mapping.fit(scope, record)

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        """Files keep none; what git knows is not asked."""
        del targets, since
        return iter(())

    # writing

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        self._settled()
        return [self._create(draft) for draft in drafts]

    def _create(self, draft: Draft) -> Created | Refused:
        kind, scope, name = kind_of(draft.record), draft.scope, name_of_marker(draft.marker)
        try:
            self._index.look()
            entry = self._index.by_id(name.id) or self._made(draft, name)
        except Refused as error:
            return error
        return Created(Ref(kind, entry.id, entry.path), self._observed(kind, scope, entry))

    def _made(self, draft: Draft, name: Name) -> Entry:
        document, title = writing.drafted(draft, name, self._path_of)
        if isinstance(draft.record, Release):
            self._check_free(draft.scope, title)
        folder = draft.scope.key
        taken = self._index.tree.names_in(folder)
        path = f"{folder}/{file_name(draft.scope.settings, kind_of(draft.record), title, name.id, taken)}"
        path = path.removeprefix("./")
        self._index.tree.create(path, document.text.encode())
        return self._index.look()[path]

    def _check_free(self, scope: Scope, version: str) -> None:
        """A version names one release. Raises Refused."""
        for entry in self._held(Stream(Kind.RELEASE, scope)):
            seen = None if entry.why else self._observed(Kind.RELEASE, scope, entry)
            if seen is not None and seen.originals["version"] == version:
                raise Refused(f"{entry.path} is the release {version!r} already", field="version")

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        self._settled()
        entry = self._looked_up(target)
        document = self._index.document(entry)
        if entry.digest != over.native["digest"]:
            self._check_unmoved(target, entry, over, changes)
        edited = writing.edited(document, target.scope, target.ref, changes, self._path_of)
        return self._replaced(target, entry, document, edited)

    def _check_unmoved(self, target: Target, entry: Entry, over: Observation, changes: Changes) -> None:
        """What changed meanwhile stays; what is to be written must still be what we believe stands there. Raises Refused."""
        now = self._observed(target.ref.kind, target.scope, entry)
        for name, change in changes.items():
            if isinstance(change, SetChange):
                continue
            if now is None or getattr(now.record, name) != getattr(over.record, name):
                why = f"{entry.path}: {name} was changed since it was read"
                raise Refused(why, field=name, lasting=False, hint="The next run takes the change in first.")

    def mark(self, target: Target, marker: str) -> None:
        self._settled()
        entry = self._looked_up(target)
        document = self._index.document(entry)
        self._replaced(target, entry, document, writing.marked(document, target.ref, marker))

    def _looked_up(self, target: Target) -> Entry:
        entry = self._index.look_at(target.ref.id)
        if entry is None:
            why = next((e.why for e in self._index.entries.values() if e.id == target.ref.id), "")
            raise Refused(why, lasting=False) if why else Gone(f"{target.ref.key} is not there any more")
        return entry

    def _replaced(self, target: Target, entry: Entry, before: Document, after: Document) -> Observation | None:
        if after.text != before.text:
            self._index.tree.replace(entry.path, after.text.encode(), entry.digest)
            entry = self._index.look_at(entry.id) or entry
        return self._observed(target.ref.kind, target.scope, entry)

    def _path_of(self, named: str) -> str:
        """Raises Refused."""
        entry = self._index.by_id(named.partition(":")[2])
        if entry is None:
            raise Refused("the parent is in no file of this folder", field=PARENT, lasting=False)
        return entry.path

    def parse_key(self, text: str) -> str | None:
        """A path, from the folder or as people type it from elsewhere."""
        if not text.endswith(settings.SUFFIX):
            return None
        path = Path(os.path.realpath(text))
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else text.removeprefix("./")


def _is_known(entry: Entry, before: Entry | None) -> bool:
    return before is not None and not before.why and (before.digest, before.id) == (entry.digest, entry.id)


def _unread(stream: Stream, seen: Observation) -> Iterator[str]:
    for line, why in mapping.problems(stream.kind, stream.scope, seen.native):
        yield f"{seen.ref.key}:{line}: {why}"
