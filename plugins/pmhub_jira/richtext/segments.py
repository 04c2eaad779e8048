"""A Markdown text in stretches that can be read apart: no block reaches from one into the next, none is named by another.

Where that cannot be told from the lines alone, the rest of the text is one stretch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.simple_blocks import START

_OPENING: Final = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_HEADING: Final = re.compile(r"#{1,6}(?:[ \t]|$)")
_ITEM: Final = re.compile(r" {0,3}(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)")
_LIST: Final = re.compile(rf"(?:[-+*]|1[.)]) {{1,4}}{START}")
"""An item that ends a paragraph above it."""
_HTML: Final = re.compile(r" {0,3}<")
_SIGNS: Final = "#`~<-+*0123456789 \t"
_MANY_LINES: Final = re.compile(r" {0,3}<(?:script|pre|style|textarea|[!?])(?!--.*-->)", re.IGNORECASE)
"""Openings of the blocks of HTML that may hold blank lines (CommonMark 4.6, conditions 1 to 5)."""


def segments(text: str) -> Iterator[str]:
    """The stretches of a text without controls; blank lines between them are left out."""
    if "]:" in text:  # what may be the definition of a link that is anywhere
        yield text
        return
    lines = text.split("\n")
    start = 0
    for end in _Lines(lines).ends():
        stretch = "\n".join(lines[start:end])
        if "```" not in stretch and "~~~" not in stretch:
            stretch = stretch.strip("\n")
        elif end < len(lines):
            stretch += "\n"  # code that is never closed keeps the blank lines below it
        if stretch:
            yield stretch
        start = end


@dataclass(slots=True)
class _Lines:
    """`at` is the next line to look at, `first` the first one of its stretch, which holds a list item or HTML or not."""

    lines: list[str]
    at: int = 0
    first: int = 0
    has_item: bool = False
    has_html: bool = False

    def ends(self) -> Iterator[int]:
        """The numbers of the lines before which the text parts, and of the end."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip(" \t"):
                yield from self._blank()
            elif line[0] not in _SIGNS:
                self.at += 1
            elif opening := _OPENING.match(line):
                close = None if self.has_html else self._close(opening)
                if close is None:
                    break
                yield from self._fence(opening[1], close)
            elif _MANY_LINES.match(line) or (line[0] == "#" and self.has_html):
                break
            else:
                yield from self._sign(line)
        yield len(self.lines)

    def _part(self) -> Iterator[int]:
        if self.at > self.first:
            yield self.at
        self.first = self.at
        self.has_item = self.has_html = False

    def _blank(self) -> Iterator[int]:
        """What follows a blank line goes on with what stands above only if it is indented, or the next item of a list."""
        while self.at < len(self.lines) and not self.lines[self.at].strip(" \t"):
            self.at += 1
        self.has_html = False
        if self.at < len(self.lines):
            line = self.lines[self.at]
            if line[0] not in " \t" and not (self.has_item and _ITEM.match(line)):
                yield from self._part()

    def _fence(self, indent: str, close: int) -> Iterator[int]:
        if indent:
            self.at = close + 1
            return
        yield from self._part()
        self.at = close + 1
        yield from self._part()

    def _sign(self, line: str) -> Iterator[int]:
        if _HEADING.match(line):
            yield from self._part()
            self.at += 1
            yield from self._part()
            return
        if not self.has_item and not self.has_html and _LIST.match(line):
            yield from self._part()
        self.has_html = self.has_html or _HTML.match(line) is not None
        self.has_item = self.has_item or _ITEM.match(line) is not None
        self.at += 1

    def _close(self, opening: re.Match[str]) -> int | None:
        """The number of the line that closes a fence; None where none does, or it might belong to something else."""
        closing = re.compile(rf"([ \t]*){re.escape(opening[2][0])}{{{len(opening[2])},}}[ \t]*$")
        for number in range(self.at + 1, len(self.lines)):
            line = self.lines[number]
            if found := closing.match(line):
                return number if found[1] == opening[1] else None
            if self.has_item and opening[1] and line and not line.startswith(opening[1]):
                return None  # the item ends here, and with it the fence, if it is the item's
        return None
