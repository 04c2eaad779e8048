"""Fits a tree to what ADF can hold at each place: what has no room is flattened, its words kept.

Both directions pass through here, so a text that went through once comes back the same from then on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import Enum, auto
from itertools import groupby
from typing import TypeGuard

from pmhub.model.markdown import strip_controls
from pmhub_jira.richtext.settle import clean_image, one_line, settle, with_marks
from pmhub_jira.richtext.tree import (
    HTML,
    PLAIN,
    STRONG,
    Alert,
    Block,
    Blocks,
    Break,
    Code,
    Expand,
    Heading,
    Image,
    Inline,
    Inlines,
    Item,
    Listing,
    Paragraph,
    Picture,
    Quote,
    RawHtml,
    Rule,
    Style,
    Table,
    Text,
    is_task,
    joined,
    lines_of,
    starts_html_block,
)

DEPTH = 16  # containers inside each other; deeper ones are flattened
ALERTS = ("note", "tip", "important", "warning", "caution")
_LAST_NUMBER = 999_999_999  # an ordered list item has at most nine digits (CommonMark 5.2)
_ALERT = re.compile(r"\[!(" + "|".join(ALERTS) + r")\]", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\] ")
_DETAILS = re.compile(r"<details>\s*<summary>([^<>\n]*)</summary>")


class Place(Enum):
    DOC = auto()
    EXPAND = auto()
    NESTED_EXPAND = auto()
    ALERT = auto()
    QUOTE = auto()
    ITEM = auto()
    INNER_QUOTE = auto()  # a quote where ADF has none: its paragraphs begin with "> "


_WIDE = {Place.DOC, Place.EXPAND, Place.NESTED_EXPAND}
_ROOM: dict[type, set[Place]] = {
    Heading: _WIDE | {Place.ALERT},
    Rule: _WIDE | {Place.ALERT},
    Table: {Place.DOC, Place.EXPAND},
    Expand: {Place.DOC, Place.EXPAND},
    Alert: _WIDE,
}


def shape(blocks: Iterable[Block], place: Place = Place.DOC, depth: int = 0) -> Blocks:
    source = _with_expands(blocks) if Expand in _rooms(place) else blocks
    fitted = [new for block in source for new in _FIT[type(block)](block, place, depth)]
    return tuple(_merged_lists(fitted if place in _WIDE else _merged_quotes(fitted)))


def _rooms(place: Place) -> set[type]:
    return {kind for kind, places in _ROOM.items() if place in places}


def _with_expands(blocks: Iterable[Block]) -> list[Block]:
    """`<details>` and `</details>` that stand as blocks of their own enclose an expand."""
    levels: list[list[Block]] = [[]]
    titles: list[tuple[RawHtml, str]] = []
    for block in blocks:
        text = block.text.strip() if isinstance(block, RawHtml) else ""
        if isinstance(block, RawHtml) and (opening := _DETAILS.fullmatch(text)):
            titles.append((block, opening[1]))
            levels.append([])
        elif titles and text == "</details>":
            inside = levels.pop()
            levels[-1].append(Expand(html.unescape(titles.pop()[1]), tuple(inside)))
        else:
            levels[-1].append(block)
    while titles:
        inside = levels.pop()
        levels[-1].extend([titles.pop()[0], *inside])
    return levels[0]


def _paragraph(block: Paragraph, place: Place, depth: int) -> Iterator[Block]:
    if (image := _only_image(block.inlines)) is not None and place is not Place.INNER_QUOTE:
        yield from _picture(Picture(image), place, depth)
        return
    inlines = settle(block.inlines)
    if not inlines:
        return
    if starts_html_block(*inlines[:2]) and isinstance(first := inlines[0], Text):
        inlines = settle((Text(first.text), *inlines[1:]))
    unquoted = None if place in _WIDE or depth >= DEPTH else _unquoted(inlines)
    if unquoted is None:
        yield Paragraph(inlines)
    else:
        yield from _quote(Quote((Paragraph(unquoted),)), place, depth)


def _only_image(inlines: Inlines) -> Image | None:
    solid = [i for i in inlines if not (isinstance(i, Text) and not i.text.strip()) and not isinstance(i, Break)]
    return solid[0] if len(solid) == 1 and isinstance(solid[0], Image) else None


def _unquoted(inlines: Inlines) -> Inlines | None:
    """The inlines without the `>` that each line begins with; None when one does not."""
    bare: list[Inlines] = []
    for line in lines_of(inlines):
        first = line[0] if line else None
        if (
            not isinstance(first, Text)
            or first.style != PLAIN
            or not (first.text == ">" or first.text.startswith("> "))
        ):
            return None
        bare.append((Text(first.text[2:]), *line[1:]))
    return joined(bare)


def _heading(block: Heading, place: Place, depth: int) -> Iterator[Block]:
    if place not in _ROOM[Heading]:
        yield from _paragraph(Paragraph(with_marks(settle(block.inlines), frozenset({STRONG}))), place, depth)
    elif inlines := settle(block.inlines):
        yield Heading(min(max(block.level, 1), 6), inlines)


def _code(block: Code, _place: Place, _depth: int) -> Iterator[Block]:
    yield Code(strip_controls(block.text), one_line(block.info))


def _rule(block: Rule, place: Place, _depth: int) -> Iterator[Block]:
    if place in _ROOM[Rule]:
        yield block


def _raw_html(block: RawHtml, place: Place, depth: int) -> Iterator[Block]:
    from pmhub_jira.richtext.parse import is_html_block, is_inline_html  # noqa: PLC0415  the parser is loaded only where HTML occurs

    text = "\n".join(line.expandtabs(4).rstrip() for line in strip_controls(block.text).split("\n")).strip()
    if not is_html_block(text):
        yield from _paragraph(Paragraph((Text(text),)), place, depth)
    elif (
        place is Place.INNER_QUOTE
        and not starts_html_block(tag := Text(text, Style(frozenset({HTML}))))
        and is_inline_html(text)
    ):
        yield Paragraph((tag,))
    else:
        yield RawHtml(text)


def _picture(block: Picture, place: Place, depth: int) -> Iterator[Block]:
    image = clean_image(block.image)
    if image is None:
        yield from _paragraph(Paragraph((Text(block.image.alt),)), place, depth)
    else:
        yield Paragraph(settle((image,))) if place is Place.INNER_QUOTE else Picture(image)


def _quote(block: Quote, place: Place, depth: int) -> Iterator[Block]:
    if depth >= DEPTH:
        yield from shape(block.blocks, place, depth)
    elif place not in _WIDE:
        yield from _inner_quote(block, place, depth)
    elif (alert := _as_alert(block)) is not None:
        yield from _alert(alert, place, depth)
    elif blocks := shape(block.blocks, Place.QUOTE, depth + 1):
        yield Quote(blocks)


def _inner_quote(block: Quote, place: Place, depth: int) -> Iterator[Block]:
    """Paragraphs and quotes stay inside; all else moves out, behind what stood before it."""
    kept: list[Block] = []
    for inner in shape(block.blocks, Place.INNER_QUOTE, depth + 1):
        if isinstance(inner, Paragraph | Quote):
            kept.append(inner)
            continue
        if kept:
            yield Quote(tuple(kept))
            kept = []
        yield from _FIT[type(inner)](inner, place, depth)
    if kept:
        yield Quote(tuple(kept))


def _as_alert(block: Quote) -> Alert | None:
    """A quote whose first line is `[!NOTE]`, with something after it (GitHub alerts)."""
    if not block.blocks or not isinstance(first := block.blocks[0], Paragraph):
        return None
    if not any(isinstance(inline, Text) and "[!" in inline.text for inline in first.inlines[:3]):
        return None
    lines = lines_of(settle(first.inlines))
    kind = _ALERT.fullmatch(lines[0][0].text) if len(lines[0]) == 1 and isinstance(lines[0][0], Text) else None
    if kind is None or lines[0][0] != Text(kind[0]):
        return None
    rest = settle(joined(lines[1:]))
    body = (Paragraph(rest), *block.blocks[1:]) if rest else block.blocks[1:]
    return Alert(kind[1].lower(), body) if body else None


def _alert(block: Alert, place: Place, depth: int) -> Iterator[Block]:
    if place not in _ROOM[Alert] or depth >= DEPTH:
        title = Paragraph((Text(f"[!{block.kind.upper()}]"),))
        yield from _quote(Quote((title, *block.blocks)), place, depth)
    elif blocks := shape(block.blocks, Place.ALERT, depth + 1):
        yield Alert(block.kind, blocks)


def _expand(block: Expand, place: Place, depth: int) -> Iterator[Block]:
    title = one_line(block.title)
    if place not in _ROOM[Expand] or depth >= DEPTH:
        yield from shape(
            (Paragraph((Text(title, replace(PLAIN, marks=frozenset({STRONG}))),)), *block.blocks), place, depth
        )
        return
    blocks = shape(block.blocks, Place.EXPAND if place is Place.DOC else Place.NESTED_EXPAND, depth + 1)
    if title or blocks:
        yield Expand(title, blocks)


def _listing(block: Listing, place: Place, depth: int) -> Iterator[Block]:
    if depth >= DEPTH or place is Place.INNER_QUOTE:
        # Where quotes are only written out, a list is left as it is for `_inner_quote` to move out.
        yield from (shape((b for i in block.items for b in i.blocks), place, depth) if depth >= DEPTH else (block,))
        return
    start = None if block.start is None else min(max(block.start, 0), _LAST_NUMBER)
    if items := tuple(_item(item, depth + 1) for item in block.items):
        yield Listing(items, start)


def _item(item: Item, depth: int) -> Item:
    first = item.blocks[0] if item.blocks else None
    if item.checked is not None and isinstance(first, Paragraph) and (inlines := settle(first.inlines)):
        return Item((Paragraph(inlines), *shape(item.blocks[1:], Place.ITEM, depth)), item.checked)
    blocks = shape(item.blocks, Place.ITEM, depth)
    if not blocks or not isinstance(first := blocks[0], Paragraph):
        return Item(blocks)
    checked, inlines = _task(first.inlines)
    return Item((Paragraph(inlines), *blocks[1:]), checked)


def _task(inlines: Inlines) -> tuple[bool | None, Inlines]:
    first = inlines[0]
    if not isinstance(first, Text) or first.style != PLAIN or not (box := _TASK.match(first.text)):
        return None, inlines
    rest = settle((Text(first.text[box.end() :]), *inlines[1:]))
    return (box[1] != " ", rest) if rest else (None, inlines)


def _table(block: Table, place: Place, depth: int) -> Iterator[Block]:
    rows = [[_cell(cell) for cell in row] for row in block.rows]
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    if place not in _ROOM[Table]:
        yield from _paragraph(Paragraph(joined([_flat_row(row) for row in rows])), place, depth)
    else:
        yield Table(tuple(tuple(row + [()] * (width - len(row))) for row in rows))


def _cell(inlines: Inlines) -> Inlines:
    return settle(inlines)


def _flat_row(cells: list[Inlines]) -> Inlines:
    row: list[Inline] = []
    for number, cell in enumerate(cells):
        row.extend([Text(" | "), *cell] if number else cell)
    return tuple(Text(" ") if isinstance(inline, Break) else inline for inline in row)


def _merged_quotes(blocks: list[Block]) -> list[Block]:
    """Neighbouring quotes that are only written out cannot be told apart."""
    merged: list[Block] = []
    for are_quotes, group in groupby(blocks, lambda block: isinstance(block, Quote)):
        run = list(group)
        if are_quotes and len(run) > 1:
            run = [
                Quote(
                    tuple(
                        _merged_quotes([inner for quote in run if isinstance(quote, Quote) for inner in quote.blocks])
                    )
                )
            ]
        merged.extend(run)
    return merged


def _merged_lists(blocks: list[Block]) -> list[Block]:
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


_FIT: dict[type, Callable[..., Iterator[Block]]] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Code: _code,
    Rule: _rule,
    RawHtml: _raw_html,
    Picture: _picture,
    Quote: _quote,
    Alert: _alert,
    Expand: _expand,
    Listing: _listing,
    Table: _table,
}
