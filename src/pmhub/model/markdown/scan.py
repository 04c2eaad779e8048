"""What the readers of inlines share: the line, with tables made before that answer what would be a long look ahead."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LOOK_AHEAD = 4000  # characters; what would reach further is text
PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TICKS = re.compile(r"`+")


class Scan(NamedTuple):
    """`ticks` holds the places of the runs of backticks by their length, `last_angle` that of the last `>`."""

    text: str
    ticks: Mapping[int, Sequence[int]]
    last_angle: int


def scan_of(text: str) -> Scan:
    ticks: dict[int, list[int]] = defaultdict(list)
    for found in _TICKS.finditer(text):
        ticks[found.end() - found.start()].append(found.start())
    return Scan(text, ticks, text.rfind(">"))


def run_end(text: str, at: int) -> int:
    """Where the run of the character at `at` ends."""
    end = at + 1
    while text.startswith(text[at], end):
        end += 1
    return end
