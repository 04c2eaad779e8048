"""Tree to wiki markup. What it lacks is written so that the readers here know it again:

- quotes and panels inside their like: lines behind "> ", and a quote that begins with [!NOTE]
- alerts and expands: panels with a title of their own
- raw HTML: text in one grey; boxes of tasks: brackets
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.stand_ins import HTML_GREY
from pmhub_jira.richtext.tree import (
    STRONG,
    Alert,
    Block,
    Blocks,
    Break,
    Code,
    Expand,
    Heading,
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
    joined,
    lines_of,
)
from pmhub_jira.richtext.wiki.escapes import escaped, escaped_line_start
from pmhub_jira.richtext.wiki.inline_writer import People, write_image, write_in_line, write_lines
from pmhub_jira.richtext.wiki.lists import PARTING
from pmhub_jira.richtext.wiki.notation import EXPAND_SIGN, JOINER, LANGUAGES, NO_LANGUAGE, PANELS

_MEMO: Final[Memo[int, tuple[Block, str]]] = Memo()
"""By identity, which holds for as long as the block is kept here."""
_BOLD: Final = Style(frozenset({STRONG}))
_WORDY: Final = Paragraph | Picture | RawHtml
"""What would be one paragraph with its like where no blank line parts them."""


def write_wiki(blocks: Blocks, people: People | None) -> str:
    return "\n\n".join(_remembered(block, people) for block in blocks)


def _remembered(block: Block, people: People | None) -> str:
    """What a block was written as before, unless that depends on who is who."""
    if (known := _MEMO.get(id(block))) is not None:
        return known[1]
    text = "\n".join(_Writer(people).block(block))
    if "@" not in text and "[~" not in text:
        _MEMO.keep(id(block), (block, text), len(text))
    return text


@dataclass(frozen=True, slots=True)
class _Writer:
    people: People | None
    in_quote: bool = False
    in_panel: bool = False

    def blocks(self, blocks: Blocks) -> list[str]:
        lines: list[str] = []
        for number, block in enumerate(blocks):
            lines += ["", *self.block(block)] if number else self.block(block)
        return lines

    def block(self, block: Block) -> list[str]:  # noqa: C901, PLR0911  one line a kind of block
        match block:
            case Paragraph(inlines):
                return write_lines(inlines, self.people)
            case Heading(level, inlines):
                return [f"h{level}. {write_in_line(inlines, self.people)}"]
            case Code():
                return _code(block)
            case Rule():
                return ["----"]
            case RawHtml(text):
                return ["{color:" + HTML_GREY + "}" + escaped(line, "}", "{") + "{color}" for line in text.split("\n")]
            case Picture(image):
                return [write_image(image)]
            case Table(rows):
                return [self.row(row, "||" if not number else "|") for number, row in enumerate(rows)]
            case Listing():
                return list(self.listing(block, ""))
            case Quote():
                return self.quote(block.blocks)
            case Alert():
                return self.alert(block)
            case Expand():
                return self.expand(block)

    def row(self, cells: tuple[Inlines, ...], bar: str) -> str:
        written = (escaped_line_start(write_in_line(cell, self.people)) or " " for cell in cells)
        return f"{bar}{bar.join(written)}{bar}"

    def listing(self, block: Listing, signs: str) -> Iterator[str]:
        signs += "*" if block.start is None else "#"
        for item in block.items:
            yield from self.item(item, signs)

    def item(self, item: Item, signs: str) -> Iterator[str]:
        lines: list[str] = []
        before: Block | None = None
        for block in self.below(item):
            if isinstance(block, Listing):
                lines += self.listing(block, signs)
            else:
                lines += [PARTING] if isinstance(before, _WORDY | Listing) and isinstance(block, _WORDY) else []
                lines += self.block(block)
            before = block
        if item.checked is not None and lines:
            lines[0] = rf"\[{'x' if item.checked else ' '}\] {lines[0]}"
        if not lines or isinstance(item.blocks[0], Listing):
            lines.insert(0, "")
        yield f"{signs} {lines[0]}"
        yield from lines[1:]

    def below(self, item: Item) -> Iterator[Block]:
        """An item's blocks; a quote that is written out is the paragraphs that it is written as."""
        for block in item.blocks:
            yield from _written_out(block.blocks) if isinstance(block, Quote) and self.in_quote else (block,)

    def quote(self, blocks: Blocks) -> list[str]:
        if not self.in_quote:
            return ["{quote}", *replace(self, in_quote=True).blocks(blocks), "{quote}"]
        return self.blocks(tuple(_written_out(blocks)))

    def alert(self, block: Alert) -> list[str]:
        if self.in_panel:
            return self.quote(_titled(block))
        title, colour = PANELS[block.kind]
        return self.panel(f"{title}|bgColor={colour}", block.blocks)

    def expand(self, block: Expand) -> list[str]:
        if self.in_panel:
            return self.blocks((Paragraph((Text(block.title, _BOLD),)), *block.blocks))
        return self.panel(f"{EXPAND_SIGN} {_parameter(block.title)}", block.blocks)

    def panel(self, title: str, blocks: Blocks) -> list[str]:
        return ["{panel:title=" + title + "}", *replace(self, in_panel=True).blocks(blocks), "{panel}"]


def _titled(block: Alert) -> Blocks:
    title: Inlines = (Text(f"[!{block.kind.upper()}]"),)
    first = block.blocks[0]
    if not isinstance(first, Paragraph):
        return (Paragraph(title), *block.blocks)
    return (Paragraph((*title, Break(), *first.inlines)), *block.blocks[1:])


def _code(block: Code) -> list[str]:
    info = block.info
    name = "code" if info else "noformat"
    argument = "" if not info else f":{info}" if info in LANGUAGES else f":{NO_LANGUAGE}|title={_parameter(info)}"
    text = block.text.replace("{" + name + "}", "{" + JOINER + name + "}")
    return ["{" + name + argument + "}", text, "{" + name + "}"]


def _parameter(text: str) -> str:
    return text.replace("|", "¦").replace("{", "(").replace("}", ")").replace("=", "﹦")


def _written_out(blocks: Sequence[Block]) -> Iterator[Block]:
    """The paragraphs of a quote inside a quote, behind `>`."""
    for block in blocks:
        if isinstance(block, Quote):
            yield from _written_out(tuple(_written_out(block.blocks)))
        elif isinstance(block, Paragraph):
            lines = lines_of(block.inlines)
            yield Paragraph(joined([(Text("> " if line else ">"), *line) for line in lines]))
        else:
            yield block
