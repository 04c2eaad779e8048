"""Blocks that need no parser: a paragraph, heading, fence or list, none of whose lines could begin anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.tree import Block, Code, Heading, Inlines, Item, Listing, Paragraph

START: Final = r"(?:[^\s#>\-+*=0-9<`~|_:]|\*\*?[^\W_]|_[^\W_]|`(?!``)|#+(?=[^#\s])|[0-9]+(?![0-9.)])|<https?:)"
"""How a line begins that can be nothing but words."""
_LINE: Final = rf"{START}[^|\n]*"
_PARAGRAPH: Final = re.compile(rf"{_LINE}(?:\n{_LINE})*|{START}[^\n]*")
_HEADING: Final = re.compile(r"(#{1,6})[ \t]+([^\n]*[^#\s])[ \t]*")
_UNDERLINED: Final = re.compile(rf"({_LINE})\n(=+|-+)[ \t]*")
_CODE: Final = re.compile(r"(`{3,})([^`\n]*)\n((?:[^\n]*\n)*?)\1[ \t]*\n?")
_ITEM: Final = re.compile(rf"(\n*)( *)([-+*]|[0-9]{{1,9}}[.)])( {{1,4}})({_LINE}(?:\n {{1,8}}{_LINE})*)(?=\n|$)")
_DEEPER: Final = 4  # columns beyond an item's content are code
ReadInlines = Callable[[str], Inlines]


def read_block(text: str, inlines: ReadInlines) -> Block | None:
    """The one block that a stretch of Markdown without definitions is; None where the parser has to read it."""
    sign = text[0]
    if sign == "#" and (found := _HEADING.fullmatch(text)):
        return Heading(len(found[1]), inlines(found[2].strip()))
    if sign == "`" and (found := _CODE.fullmatch(text)) and "```" not in found[3]:
        return Code(found[3].removesuffix("\n"), found[2])
    if sign in "-*+0123456789" and (lines := list(_item_lines(text))):
        return _List(lines, inlines).read()
    if _PARAGRAPH.fullmatch(text):
        return Paragraph(inlines(text.strip()))
    if found := _UNDERLINED.fullmatch(text):
        return Heading(1 if found[2][0] == "=" else 2, inlines(found[1].strip()))
    return None


@dataclass(frozen=True, slots=True)
class _Line:
    """An item's marker and words; `column` is where the marker stands, `content` where its words do."""

    column: int
    content: int
    sign: str
    number: int | None
    words: str


def _item_lines(text: str) -> Iterator[_Line]:
    """The items of a text that is nothing else; none where it is more."""
    at = 0
    found: list[_Line] = []
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None or (at > 0) != bool(item[1]):
            return
        column, marker = len(item[2]), item[3]
        number = int(marker[:-1]) if marker[:-1] else None
        found.append(_Line(column, column + len(marker) + len(item[4]), marker[-1], number, item[5]))
        at = item.end()
    yield from found


@dataclass(slots=True)
class _List:
    """`lines` from `at` on are still to be read."""

    lines: list[_Line]
    inlines: ReadInlines
    at: int = 0

    def read(self) -> Listing | None:
        listing = self._list()
        return listing if self.at == len(self.lines) else None

    def _list(self) -> Listing:
        """The items that are siblings of the next one, up to one that is none."""
        first = self.lines[self.at]
        items: list[Item] = []
        while self.at < len(self.lines) and self._is_sibling(first):
            items.append(self._item())
        return Listing(tuple(items), first.number)

    def _is_sibling(self, first: _Line) -> bool:
        line = self.lines[self.at]
        return (line.column, line.sign, line.number is None) == (first.column, first.sign, first.number is None)

    def _item(self) -> Item:
        line = self.lines[self.at]
        self.at += 1
        words = Paragraph(self.inlines("\n".join(part.strip() for part in line.words.split("\n"))))
        return Item((words, self._list()) if self._is_below(line) else (words,))

    def _is_below(self, parent: _Line) -> bool:
        """An ordered list right below a paragraph begins with 1."""
        if self.at == len(self.lines):
            return False
        line = self.lines[self.at]
        return parent.content <= line.column < parent.content + _DEEPER and line.number in {None, 1}
