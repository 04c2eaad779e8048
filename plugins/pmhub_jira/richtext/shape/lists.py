"""Lists and their items, with and without a box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeGuard

from pmhub_jira.richtext.settle import settle
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.tree import PLAIN, Block, Inlines, Item, Listing, Paragraph, Text, is_task

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room

_LAST_NUMBER = 999_999_999  # an ordered list item has at most nine digits (CommonMark 5.2)
_BOX = re.compile(r"\[([ xX])\] ")


def fit_list(block: Listing, room: Room) -> Iterator[Block]:
    if room.is_full:
        yield from room.shape(inner for item in block.items for inner in item.blocks)
    elif room.place is Place.INNER_QUOTE:
        yield block  # the quote will move it out and fit it there
    elif block.items:
        start = None if block.start is None else min(max(block.start, 0), _LAST_NUMBER)
        yield Listing(tuple(_item(item, room.inside(Place.ITEM)) for item in block.items), start)


def _item(item: Item, room: Room) -> Item:
    first = item.blocks[0] if item.blocks else None
    if item.checked is not None and isinstance(first, Paragraph) and (inlines := settle(first.inlines)):
        return Item((Paragraph(inlines), *room.shape(item.blocks[1:])), item.checked)
    blocks = room.shape(item.blocks)
    if not blocks or not isinstance(first := blocks[0], Paragraph):
        return Item(blocks)
    checked, inlines = _without_box(first.inlines)
    return Item((Paragraph(inlines), *blocks[1:]), checked)


def _without_box(inlines: Inlines) -> tuple[bool | None, Inlines]:
    """Whether the box before the words is ticked, and the words; None where there is no box, or nothing behind it."""
    first = inlines[0]
    if not isinstance(first, Text) or first.style != PLAIN or not (box := _BOX.match(first.text)):
        return None, inlines
    rest = settle((Text(first.text[box.end() :]), *inlines[1:]))
    return (box[1] != " ", rest) if rest else (None, inlines)


def merged_lists(blocks: Sequence[Block]) -> list[Block]:
    """Tasks next to bullets are one list: ADF holds a mixed list as two."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if _are_bullets(last) and _are_bullets(block) and is_task(last.items[-1]) != is_task(block.items[0]):
            merged[-1] = Listing((*last.items, *block.items))
        else:
            merged.append(block)
    return merged


def _are_bullets(block: Block | None) -> TypeGuard[Listing]:
    return isinstance(block, Listing) and block.start is None and bool(block.items)
