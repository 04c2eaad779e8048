"""Which pieces of a Markdown text are certainly code to GitHub, which are HTML as it stands, and which are prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from pmhub.model.lean import dataclass

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

BLOCKS: Final = ("fence", "code", "blockquote", "list", "hr", "html_block", "heading", "lheading")
MARK: Final = re.compile(r"(?P<doubt><[A-Za-z/!?]|\\`|(?:://|www\.)[^\s<`]*`)|(?P<ticks>`+)", re.IGNORECASE)


class Part(Enum):
    PROSE = "prose"
    HTML = "html"
    CODE = "code"


def parts(text: str) -> Iterator[tuple[str, Part]]:
    """The pieces of the text, which make it up again. What might be code, but is not certain to be, is prose."""
    if not any(sign in text for sign in ("`", "~~~", "<")):
        yield text, Part.PROSE
        return
    layout = _layout(text)
    spans = _Spans()
    lines = text.split("\n")
    for number, line in enumerate(lines):
        whole = line if number == len(lines) - 1 else f"{line}\n"
        if number in layout.fenced:
            yield whole, Part.CODE
        elif number in layout.paragraphs:
            yield from spans.of(whole, layout.paragraphs[number])
        else:
            yield whole, Part.HTML


@dataclass(frozen=True)
class _Layout:
    """Line numbers: of fenced code, and of paragraphs and headings with the number of their first line."""

    fenced: frozenset[int]
    paragraphs: Mapping[int, int]


def _layout(text: str) -> _Layout:
    fenced: set[int] = set()
    paragraphs: dict[int, int] = {}
    for token in _parser().parse(text):
        if token.map is not None and token.type == "fence":
            fenced.update(range(*token.map))
        elif token.map is not None and token.type == "inline":
            paragraphs.update(dict.fromkeys(range(*token.map), token.map[0]))
    return _Layout(frozenset(fenced), paragraphs)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - costly to load

    parser = MarkdownIt("commonmark", {"html": True}).disable(["inline", "text_join", "reference"])
    parser.enable(list(BLOCKS))
    return parser


@dataclass
class _Spans:
    """Code spans, as long as every one before them in the paragraph is closed on its own line and nothing that binds as
    tightly (a tag, a link in angles, an escape) stands before them: then all readers agree on them.
    """

    paragraph: int = -1
    is_sure: bool = field(default=True)

    def of(self, line: str, paragraph: int) -> Iterator[tuple[str, Part]]:
        if paragraph != self.paragraph:
            self.paragraph, self.is_sure = paragraph, True
        at = 0
        while self.is_sure and (found := MARK.search(line, at)):
            end = -1 if found["doubt"] else _closing(line, found.end(), found[0])
            self.is_sure = end >= 0 and "|" not in line[found.end() : end]  # a table's cell ends at a bar, code or not
            if self.is_sure:
                yield line[at : found.start()], Part.PROSE
                yield line[found.start() : end], Part.CODE
                at = end
        yield line[at:], Part.PROSE


def _closing(line: str, start: int, ticks: str) -> int:
    """Where a run of just so many backticks ends, or -1."""
    for found in re.finditer("`+", line[start:]):
        if found[0] == ticks:
            return start + found.end()
    return -1
