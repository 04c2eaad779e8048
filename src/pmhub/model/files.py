"""Files that people put on things: what one place offers and another takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pmhub.model.lean import dataclass

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a file that is copied at most."""


@dataclass(frozen=True)
class File:
    """`name`: what it is called where it lies. `fetch` gives its bytes; it raises Refused for one that cannot be had."""

    name: str
    fetch: Callable[[], bytes]
