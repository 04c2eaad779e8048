"""Lists that are cut, and say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from pmhub.model.lean import dataclass

T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """`more`: how many are not shown."""

    shown: tuple[T, ...]
    more: int = 0

    @property
    def total(self) -> int:
        return len(self.shown) + self.more


def first(number: int, things: Iterable[T]) -> Listing[T]:
    every = tuple(things)
    return Listing(every[:number], max(0, len(every) - number))


@dataclass(frozen=True)
class Link:
    """What stands for an item: its key, where it leads, and what it is called."""

    key: str
    url: str
    title: str
