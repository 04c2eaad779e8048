"""What was worked out before, as far as there is room: most blocks of a body are those it had the last time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ROOM: Final = 1_000_000
"""Characters of one half: two hundred bodies of 5 kB."""


class Memo(Generic[K, V]):
    """Two halves: what is asked for is in the young one, which becomes the old one when it is full; the old one goes then."""

    __slots__ = ("_old", "_room", "_size", "_young")

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}

    def get(self, key: K) -> V | None:
        entry = self._young.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None:
                return None
            self.keep(key, *entry)
        return entry[0]

    def keep(self, key: K, value: V, size: int) -> V:
        """`value`; `size` is how many characters it is about."""
        if self._size + size > self._room:
            self._old, self._young, self._size = self._young, {}, 0
        if size <= self._room:
            self._young[key] = (value, size)
            self._size += size
        return value
