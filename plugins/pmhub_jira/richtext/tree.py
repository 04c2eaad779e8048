"""The one tree between Markdown and ADF: immutable values, compared by content. A style is a flat set, as in ADF."""

from __future__ import annotations

import re
from typing import TypeAlias

from pmhub.model.lean import dataclass

# Marks a run can carry. "html" is raw inline HTML, whose text is markup; "code" goes with nothing but a link.
STRONG, EM, STRIKE, CODE, SUB, SUP, HTML = "strong", "em", "strike", "code", "sub", "sup", "html"

_PHRASE_TAG = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strong|u|var)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Style:
    marks: frozenset[str] = frozenset()
    href: str = ""
    title: str = ""


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a paragraph, hard or soft: trackers show both."""


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    alt: str = ""
    title: str = ""
    href: str = ""


Inline: TypeAlias = Text | Break | Image
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    info: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
class RawHtml:
    """A block of HTML as written, one or more whole lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that is a block of its own."""

    image: Image


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Alert:
    """A panel; `kind` is one of note, tip, important, warning, caution."""

    kind: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Expand:
    title: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Item:
    """`checked` is None for an item without a box."""

    blocks: Blocks
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """`start` is the first number, None for bullets."""

    items: tuple[Item, ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first row is the header."""

    rows: tuple[tuple[Inlines, ...], ...]


Block: TypeAlias = Paragraph | Heading | Code | Rule | RawHtml | Picture | Quote | Alert | Expand | Listing | Table
Blocks: TypeAlias = tuple[Block, ...]


def weight(block: Block) -> int:
    """About how many characters a block is."""
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            return _weight(inlines)
        case Code(text) | RawHtml(text):
            return len(text)
        case Quote(blocks) | Alert(_, blocks) | Expand(_, blocks):
            return sum(map(weight, blocks))
        case Listing(items):
            return sum(weight(inner) for item in items for inner in item.blocks)
        case Table(rows):
            return sum(_weight(cell) for row in rows for cell in row)
    return 1


def _weight(inlines: Inlines) -> int:
    return sum(len(inline.text) if isinstance(inline, Text) else 1 for inline in inlines)


def is_task(item: Item) -> bool:
    """Whether an ADF task item can hold it: one paragraph, and below it nothing but a list of such."""
    if item.checked is None:
        return False
    lists = item.blocks[1:]
    return len(lists) <= 1 and all(
        isinstance(block, Listing) and block.start is None and all(is_task(inner) for inner in block.items)
        for block in lists
    )


def starts_html_block(inline: Inline, following: Inline | None = None) -> bool:
    """Whether a paragraph that begins so would be read as a block of HTML."""
    if not isinstance(inline, Text) or HTML not in inline.style.marks:
        return False
    return isinstance(following, Break) or not _PHRASE_TAG.match(inline.text)


def restyled(style: Style, *, marks: frozenset[str]) -> Style:
    return Style(marks, style.href, style.title)


def lines_of(inlines: Inlines) -> list[Inlines]:
    """The inlines of each line, split at the breaks."""
    lines: list[list[Inline]] = [[]]
    for inline in inlines:
        if isinstance(inline, Break):
            lines.append([])
        else:
            lines[-1].append(inline)
    return [tuple(line) for line in lines]


def joined(lines: list[Inlines]) -> Inlines:
    """`lines` with a break between each two."""
    inlines: list[Inline] = []
    for number, line in enumerate(lines):
        inlines.extend([Break(), *line] if number else line)
    return tuple(inlines)
