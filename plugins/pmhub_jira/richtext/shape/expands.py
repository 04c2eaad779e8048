"""Expands, in Markdown the HTML tags `<details>` and `<summary>`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pmhub_jira.richtext.settle import one_line
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.tree import STRONG, Block, Expand, Paragraph, RawHtml, Style, Text

if TYPE_CHECKING:
    from pmhub_jira.richtext.shape.room import Room

_DETAILS = re.compile(r"<details>\s*<summary>([^<>\n]*)</summary>")
_BOLD = Style(frozenset({STRONG}))


def with_expands(blocks: Iterable[Block]) -> list[Block]:
    """`<details>` and `</details>` that stand as blocks of their own enclose an expand."""
    blocks = list(blocks)
    if not any(isinstance(block, RawHtml) for block in blocks):
        return blocks
    levels: list[list[Block]] = [[]]
    opened: list[tuple[Block, str]] = []
    for block in blocks:
        tag = block.text.strip() if isinstance(block, RawHtml) else ""
        if details := _DETAILS.fullmatch(tag):
            opened.append((block, html.unescape(details[1])))
            levels.append([])
        elif opened and tag == "</details>":
            inside = levels.pop()
            levels[-1].append(Expand(opened.pop()[1], tuple(inside)))
        else:
            levels[-1].append(block)
    while opened:  # never closed: tags like others
        inside = levels.pop()
        levels[-1].extend([opened.pop()[0], *inside])
    return levels[0]


def fit_expand(block: Expand, room: Room) -> Iterator[Block]:
    title = one_line(block.title)
    if room.is_full or not room.holds(Expand):
        yield from room.shape((Paragraph((Text(title, _BOLD),)), *block.blocks))
        return
    blocks = room.inside(Place.EXPAND if room.place is Place.DOC else Place.NESTED_EXPAND).shape(block.blocks)
    if title or blocks:
        yield Expand(title, blocks)
