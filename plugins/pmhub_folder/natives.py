"""A file as it was read: what `normalise` makes an observation of, as JSON. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import marked_item
from pmhub_folder.front_matter import Document

KEY: Final = "pmhub"
KIND: Final = "kind"
PARENT: Final = "parent"
"""Front-matter keys that mean something to us whatever the kind."""


@dataclass(frozen=True)
class Name:
    """What the key `pmhub` says: the id of the file and, where we put one there, the item it stands for."""

    id: str
    item: str | None = None
    made: bool = False
    """By us: its id is the item that it was made for."""

    def __str__(self) -> str:
        return self.id if self.made or self.item is None else f"{self.id} {self.item}"


@dataclass(frozen=True)
class Entry:
    """A file as it was last seen. `stamp`: what its metadata said, empty where it must be read again to be believed.

    `at`, `born`: milliseconds. `kind`: what the file says of itself. `told`: whether its id stands in it. `why`: why it is
    left alone.
    """

    path: str
    stamp: str
    digest: str
    id: str
    at: int
    born: int
    kind: str = ""
    told: bool = False
    why: str = ""


def name_in(document: Document) -> Name | None:
    """None where the key is not there or says nothing."""
    value = document.value(KEY)
    words = value.split() if isinstance(value, str) else []
    if not words:
        return None
    items = [word for word in words if marked_item(f"pmhub:{word}")]
    ids = [word for word in words if word not in items]
    if ids:
        return Name(ids[0], items[0] if items else None)
    return Name(items[0], items[0], made=True)


def name_of_marker(marker: str) -> Name:
    item = marked_item(marker) or marker
    return Name(item, item, made=True)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def id_from(path: str, taken: Collection[str]) -> str:
    """The id of a file that says none: from the name by which it was first seen."""
    tries = (f"f{digest_of(f'{path}#{number}'.encode())[:12]}" for number in range(len(taken) + 1))
    return next(id_ for id_ in tries if id_ not in taken)


def native_of(entry: Entry, document: Document, parent: str | None) -> dict[str, Any]:
    """`parent`: `<kind>:<id>` of the file that the key `parent` names, "" where it names none that is there."""
    name = name_in(document)
    return {
        "path": entry.path,
        "id": entry.id,
        "item": name.item if name else None,
        "made": bool(name and name.made),
        "digest": entry.digest,
        "at": entry.at,
        "born": entry.born,
        "values": {key: value.value for key, value in document.pairs.items() if not value.opaque},
        "lines": {key: value.line for key, value in document.pairs.items()},
        "parent": parent,
        "text": document.text[document.body :].replace("\r\n", "\n"),
    }
