"""Lists: the signs before an item say how deep it lies and of what sort it is. What follows without a sign goes on with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.tree import Block, Blocks, Item, Listing
from pmhub_jira.richtext.wiki.inlines import InlineReader
from pmhub_jira.richtext.wiki.lines import Line, Words

ReadBlocks: TypeAlias = Callable[[Iterable[Line], InlineReader], Blocks]

ITEM: Final = re.compile(r"[ \t]*([*#]+|-{1,3})[ \t]+(.*)")
PARTING: Final = "\\\\"
"""A line of its own that parts two paragraphs of an item."""
_DEPTH: Final = 20


@dataclass(slots=True)
class _Item:
    lines: list[Line] = field(default_factory=list)
    below: list[_List] = field(default_factory=list)


@dataclass(slots=True)
class _List:
    is_numbered: bool
    items: list[_Item] = field(default_factory=list)


def split_items(text: str) -> list[str]:
    """The text of each item of the outermost level, with all that belongs to it."""
    items: list[list[str]] = []
    for line in text.split("\n"):
        found = ITEM.match(line)
        if found and len(found[1]) == 1:
            items.append([])
        if items:
            items[-1].append(line)
    return ["\n".join(item) for item in items]


def read_list(lines: Iterable[Line], inlines: InlineReader, read: ReadBlocks) -> Iterator[Block]:
    top = _Item()
    last = top
    for line in lines:
        found = ITEM.match(line.text) if isinstance(line, Words) else None
        if found is None or not isinstance(line, Words):
            last.lines.append(line)
            continue
        last = _added(top, found[1][:_DEPTH])
        last.lines.append(Words(found[2].strip(), line.start, line.end))
    for below in top.below:
        yield _listing(below, inlines, read)


def _added(top: _Item, signs: str) -> _Item:
    """The item that begins with these signs: the last one is new, those it lies in are there or are made empty."""
    item = top
    for sign in signs[:-1]:
        items = _last_list(item, sign).items
        if not items:
            items.append(_Item())
        item = items[-1]
    items = _last_list(item, signs[-1]).items
    items.append(_Item())
    return items[-1]


def _last_list(item: _Item, sign: str) -> _List:
    if not item.below or item.below[-1].is_numbered != (sign == "#"):
        item.below.append(_List(sign == "#"))
    return item.below[-1]


def _listing(found: _List, inlines: InlineReader, read: ReadBlocks) -> Listing:
    items = tuple(Item(_blocks(item, inlines, read)) for item in found.items)
    return Listing(items, 1 if found.is_numbered else None)


def _blocks(item: _Item, inlines: InlineReader, read: ReadBlocks) -> Blocks:
    own = [_as_text(line) if isinstance(line, Words) else line for line in item.lines]
    return (*read(own, inlines), *(_listing(below, inlines, read) for below in item.below))


def _as_text(line: Words) -> Words:
    return Words("" if line.text.strip() == PARTING else line.text, line.start, line.end, is_in_item=True)
