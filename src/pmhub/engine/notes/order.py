"""The order in which people count: 1.9 before 1.10, and 2.0-rc1 before 2.0."""

from __future__ import annotations

import re
from typing import TypeAlias

from pmhub.engine.notes.entries import Entry

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_WORD, _END, _NUMBER = range(3)
Natural: TypeAlias = tuple[tuple[tuple[int, int, str], ...], str]


def natural(name: str) -> Natural:
    """Sorts versions and keys. A leading `v` counts for nothing; a word stands before the end, a number after it."""
    parts = _PARTS.findall(re.sub(r"\Av(?=[0-9])", "", name.casefold()))
    return (*map(_part, parts), (_END, 0, "")), name


def _part(text: str) -> tuple[int, int, str]:
    """Numbers compare by length, then by digits: no number is too long."""
    if not text.isascii() or not text.isdigit():
        return _WORD, 0, text
    digits = text.lstrip("0")
    return _NUMBER, len(digits), digits


def by_key(entry: Entry) -> tuple[Natural, str]:
    return natural(entry.key), entry.item
