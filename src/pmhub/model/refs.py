"""Names of things: in a remote, in our model, and the marker that ties the two."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass

MARKER = re.compile(r"pmhub:([0-9a-f]{16}@[0-9a-f]{6})")


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A thing in a remote. `id` never changes; `key` is what people call it and may change (`SHOP-12`, `example/shop#7`)."""

    kind: Kind
    id: str
    key: str = ""
    url: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and (self.kind, self.id) == (other.kind, other.id)

    def __hash__(self) -> int:
        return hash((self.kind, self.id))


@lru_cache(maxsize=64)
def origin_of(remote: str) -> str:
    """Six hex digits that name a remote without telling which it is."""
    return hashlib.sha256(remote.encode()).hexdigest()[:6]


def item_id(remote: str, ref: Ref) -> str:
    """Our id for the item born as `ref` on `remote` (`<connector>:<site>`): the same again after the database is lost."""
    digest = hashlib.sha256(f"{remote}\n{ref.kind}\n{ref.id}".encode()).hexdigest()[:16]
    return f"{digest}@{origin_of(remote)}"


def marker(item: str) -> str:
    """The name that ties a thing on a remote to an item of ours, `pmhub:<item>`."""
    return f"pmhub:{item}"


def marked_item(text: str | None) -> str | None:
    """The item a marker names, or None when the text is not exactly one marker."""
    match = MARKER.fullmatch(text or "")
    return match[1] if match else None
