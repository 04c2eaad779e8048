"""Lines to chunks, which are what stands apart in the text, and chunks to blocks of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.stand_ins import HTML_GREY
from pmhub_jira.richtext.tree import Block, Blocks, Heading, Paragraph, Quote, RawHtml, Rule
from pmhub_jira.richtext.wiki.inlines import InlineReader, unescaped
from pmhub_jira.richtext.wiki.lines import Line, Macro, Words, lines_of
from pmhub_jira.richtext.wiki.lists import ITEM, read_list
from pmhub_jira.richtext.wiki.macros import read_macro
from pmhub_jira.richtext.wiki.tables import is_unfinished, read_table

_HEADING: Final = re.compile(r"\s*h([1-6])\.\s+(.*)")
_RULE: Final = re.compile(r"\s*-{4,}\s*")
_BQ: Final = re.compile(r"\s*bq\.\s+(.*)")
_MEMO: Final[Memo[tuple[str, str], tuple[Blocks, frozenset[str]]]] = Memo()
_GREY: Final = re.compile(r"\{color:" + HTML_GREY + r"\}(.*)\{color\}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring lines that are one block; `kind` is one of heading, rule, bq, list, table, text, macro."""

    kind: str
    lines: tuple[Line, ...]

    @property
    def start(self) -> int:
        return self.lines[0].start

    @property
    def end(self) -> int:
        return self.lines[-1].end


def chunks_of(lines: Iterable[Line]) -> Iterator[Chunk]:
    kind = "blank"
    taken: list[Line] = []
    for line in lines:
        found = _kind(line)
        if found == "blank" or not _goes_on(kind, found, taken):
            if taken:
                yield Chunk(kind, tuple(taken))
            kind, taken = found, []
        if found != "blank":
            taken.append(line)
    if taken:
        yield Chunk(kind, tuple(taken))


def read_text(text: str, inlines: InlineReader) -> Blocks:
    return tuple(
        block
        for chunk in chunks_of(lines_of(text))
        for block in read_top(text[chunk.start : chunk.end], chunk, inlines)
    )


def read_top(text: str, chunk: Chunk, inlines: InlineReader) -> Blocks:
    """The blocks of a chunk of the text itself, which may have been read before; who a person is may have changed."""
    key = (chunk.kind, text)
    if "[~" in text or (known := _MEMO.get(key)) is None:
        reader = InlineReader(inlines.people)
        known = tuple(read_chunk(chunk, reader)), frozenset(reader.lossy)
        if "[~" not in text:
            _MEMO.keep(key, known, len(text))
    inlines.lossy |= known[1]
    return known[0]


def blocks_of(lines: Iterable[Line], inlines: InlineReader) -> Blocks:
    return tuple(block for chunk in chunks_of(lines) for block in read_chunk(chunk, inlines))


def read_chunk(chunk: Chunk, inlines: InlineReader) -> Iterator[Block]:
    first = chunk.lines[0]
    if isinstance(first, Macro):
        yield from read_macro(first, inlines, blocks_of)
    elif chunk.kind == "list":
        yield from read_list(chunk.lines, inlines, blocks_of)
    elif chunk.kind == "table":
        yield read_table(chunk.lines, inlines)
    elif chunk.kind == "rule":
        yield Rule()
    elif chunk.kind == "heading" and (found := _HEADING.match(first.text)):
        yield Heading(int(found[1]), inlines.read(found[2].strip()))
    elif chunk.kind == "bq" and (found := _BQ.match(first.text)):
        yield Quote((Paragraph(inlines.read(found[1].strip())),))
    else:
        yield _paragraph([line.text for line in chunk.lines if isinstance(line, Words)], inlines)


def _paragraph(lines: Sequence[str], inlines: InlineReader) -> Block:
    text = "\n".join(line.strip() for line in lines)
    html = _html_of(text.split("\n"))
    return Paragraph(inlines.read(text)) if html is None else RawHtml(html)


def _html_of(lines: Sequence[str]) -> str | None:
    grey = [_GREY.fullmatch(line) for line in lines]
    if not all(grey):
        return None
    from pmhub_jira.richtext.parse import is_html_block  # noqa: PLC0415  loads the parser only where there is HTML

    text = "\n".join(unescaped(found[1]) for found in grey if found)
    return text if is_html_block(text) else None


def _kind(line: Line) -> str:  # noqa: PLR0911  one line a kind
    if isinstance(line, Macro):
        return "macro"
    text = line.text
    if not text.strip():
        return "blank"
    if line.is_in_item:
        return "text"
    if _RULE.fullmatch(text):
        return "rule"
    if ITEM.match(text):
        return "list"
    if text.lstrip().startswith("|"):
        return "table"
    return "heading" if _HEADING.match(text) else "bq" if _BQ.match(text) else "text"


def _goes_on(kind: str, found: str, taken: Sequence[Line]) -> bool:
    """Whether a line belongs to the chunk before it."""
    if kind == "list":
        return found in {"list", "text", "macro"}
    if kind == "table":
        return found == "table" or is_unfinished(taken[-1])
    return kind == found == "text"
