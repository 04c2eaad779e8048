"""Fenced code, whose lines are compared as they stand."""

from __future__ import annotations

import re

from pmhub.model.lean import dataclass

_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_SPACES = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Fence:
    """What opened the code: `length` times `char`, inside `quotes` quotes, at `column`, which its lines may be indented."""

    char: str
    length: int
    info: str
    column: int = 0
    quotes: int = 0

    def closes(self, rest: str) -> bool:
        return len(rest) >= self.length and not rest.strip(self.char)

    def without_quotes(self, line: str) -> str | None:
        """A line of the code without the marks of the quotes around it; None where one of them has ended."""
        for _ in range(self.quotes):
            inner = line.lstrip(" ")
            if not inner.startswith(">"):
                return None
            line = inner[1:].removeprefix(" ")
        return line

    def without_indent(self, line: str) -> str:
        lead = len(line) - len(line.lstrip(" "))
        return line[min(lead, self.column) :]


def opening_fence(rest: str, column: int = 0, quotes: int = 0) -> Fence | None:
    if not rest.startswith(("```", "~~~")) or not (found := _FENCE.match(rest)):
        return None
    info = _SPACES.sub(" ", (found[2] or found[4] or "").strip())
    return Fence(rest[0], len(found[1] or found[3]), info, column, quotes)
