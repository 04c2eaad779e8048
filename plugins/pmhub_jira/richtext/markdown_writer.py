"""Tree to Markdown: blocks as lists of lines."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pmhub_jira.richtext.escape import longest_run
from pmhub_jira.richtext.inline_writer import write_cell, write_heading, write_image, write_paragraph
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.tree import (
    Alert,
    Block,
    Blocks,
    Code,
    Expand,
    Heading,
    Item,
    Listing,
    Paragraph,
    Picture,
    Quote,
    RawHtml,
    Rule,
    Table,
)

_MEMO: Final[Memo[tuple[int, bool], tuple[Block, str]]] = Memo()
"""By identity, which holds for as long as the block is kept here."""
_LAST_NUMBER = 999_999_999


def write(blocks: Blocks) -> str:
    return "\n\n".join(_remembered(block, turn=turn) for block, turn in _turns(blocks))


def _remembered(block: Block, *, turn: bool) -> str:
    known = _MEMO.get((id(block), turn))
    if known is None:
        text = "\n".join(_block(block, turn=turn))
        known = _MEMO.keep((id(block), turn), (block, text), len(text))
    return known[1]


def _lines(blocks: Blocks) -> list[str]:
    """Blocks with a blank line between each two."""
    lines: list[str] = []
    for number, (block, turn) in enumerate(_turns(blocks)):
        if number:
            lines.append("")
        lines.extend(_block(block, turn=turn))
    return lines


def _turns(blocks: Blocks) -> Iterator[tuple[Block, bool]]:
    """Neighbouring lists of one sort take turns with their markers."""
    turn = False
    before: Block | None = None
    for block in blocks:
        turn = not turn and isinstance(block, Listing) and isinstance(before, Listing) and _sort(before) == _sort(block)
        yield block, turn
        before = block


def _block(block: Block, *, turn: bool) -> list[str]:
    return _listing(block, turn=turn) if isinstance(block, Listing) else _WRITE[type(block)](block)


def _sort(block: Listing) -> bool:
    return block.start is None


def _code(block: Code) -> list[str]:
    char = "~" if "`" in block.info else "`"
    fence = char * max(3, longest_run(block.text, char) + 1)
    space = " " if block.info.startswith(char) else ""
    return [f"{fence}{space}{block.info}", *(block.text.split("\n") if block.text else []), fence]


def _quote(block: Quote) -> list[str]:
    return _quoted(_lines(block.blocks))


def _quoted(lines: Sequence[str]) -> list[str]:
    return [f"> {line}" if line else ">" for line in lines]


def _alert(block: Alert) -> list[str]:
    gap = [] if isinstance(block.blocks[0], Paragraph) else [""]
    return _quoted([f"[!{block.kind.upper()}]", *gap, *_lines(block.blocks)])


def _expand(block: Expand) -> list[str]:
    title = html.escape(block.title, quote=False)
    body = [*_lines(block.blocks), ""] if block.blocks else []
    return ["<details>", f"<summary>{title}</summary>", "", *body, "</details>"]


def _listing(block: Listing, *, turn: bool) -> list[str]:
    lines: list[str] = []
    items = [_item(item) for item in block.items]
    loose = any("" in item for item in items)
    for number, item in enumerate(items):
        if block.start is None:
            marker = "*" if turn else "-"
        else:
            marker = f"{min(block.start + number, _LAST_NUMBER)}{')' if turn else '.'}"
        if number and loose:
            lines.append("")
        lines.extend(_hung(marker, item))
    return lines


def _hung(marker: str, item: list[str]) -> list[str]:
    """An item's lines behind its marker; a list right behind it would read as a rule in places, so it starts below."""
    indent = " " * (len(marker) + 1)
    first, *rest = item or [""]
    return [f"{marker} {first}".rstrip() if first else marker, *(indent + line if line else "" for line in rest)]


def _item(item: Item) -> list[str]:
    if not item.blocks:
        return []
    if isinstance(item.blocks[0], Listing):
        return ["", *_lines(item.blocks)]
    first, *rest = item.blocks
    lines = _lines((first,))
    if item.checked is not None:
        lines[0] = f"[{'x' if item.checked else ' '}] {lines[0]}"
    if not rest:
        return lines
    gap = [] if isinstance(first, Paragraph) and _may_follow_directly(rest[0]) else [""]
    return [*lines, *gap, *_lines(tuple(rest))]


def _may_follow_directly(block: Block) -> bool:
    """Whether a list right below a paragraph is one: it is not when it starts with an empty item or another number than 1."""
    if not isinstance(block, Listing) or block.start not in {None, 1}:
        return False
    first = block.items[0].blocks
    return bool(first) and not isinstance(first[0], Listing)


def _table(block: Table) -> list[str]:
    rows = [f"| {' | '.join(write_cell(cell) for cell in row)} |" for row in block.rows]
    return [rows[0], "|" + "---|" * len(block.rows[0]), *rows[1:]]


_WRITE: dict[type, Callable[..., list[str]]] = {
    Paragraph: lambda block: write_paragraph(block.inlines),
    Heading: lambda block: [f"{'#' * block.level} {write_heading(block.inlines)}"],
    Code: _code,
    Rule: lambda _: ["---"],
    RawHtml: lambda block: block.text.split("\n"),
    Picture: lambda block: [write_image(block.image)],
    Quote: _quote,
    Alert: _alert,
    Expand: _expand,
    Table: _table,
}
