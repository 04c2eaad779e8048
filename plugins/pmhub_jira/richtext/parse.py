"""Markdown to tree: markdown-it's tokens, with every rule that would drop words replaced by one that keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import reference, table
from markdown_it.rules_block.table import escapedSplit, getLine

from pmhub.model.markdown import strip_controls
from pmhub_jira.richtext.inline import inlines_of
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.segments import segments
from pmhub_jira.richtext.simple_blocks import read_block
from pmhub_jira.richtext.simple_lines import read_lines
from pmhub_jira.richtext.tree import (
    HTML,
    Block,
    Blocks,
    Code,
    Heading,
    Inlines,
    Item,
    Listing,
    Paragraph,
    Quote,
    RawHtml,
    Rule,
    Table,
    Text,
    joined,
)

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_LEVEL = 44  # of markdown-it, two for a list; below it the parser would drop what it does not read
_BRACKETS, _EMPHASES = 2000, 20_000  # in one paragraph; more would take quadratic time, and are text
_SIMPLE = 10_000  # characters of a paragraph, below the number of brackets and emphases that are text
_TEXTS: Final[Memo[str, Blocks]] = Memo()
_STRETCHES: Final[Memo[str, Blocks]] = Memo()
_SIGN = re.compile(r"[\\`*_~\[\]<>&!]")  # without any of these a paragraph is plain text


def parse(markdown: str) -> Blocks:
    """The blocks of any string. Link definitions that nothing uses come last, as the text they are."""
    text = strip_controls(markdown)
    known = _TEXTS.get(text)
    return _TEXTS.keep(text, _apart(text), len(text)) if known is None else known


def _apart(text: str) -> Blocks:
    return tuple(block for stretch in segments(text) for block in _remembered(stretch))


def _remembered(stretch: str) -> Blocks:
    known = _STRETCHES.get(stretch)
    return _STRETCHES.keep(stretch, _parsed(stretch), len(stretch)) if known is None else known


def _parsed(text: str) -> Blocks:
    if "]:" not in text and (block := read_block(text, parse_inlines)) is not None:
        return (block,)
    return parse_whole(text)


def parse_whole(text: str) -> Blocks:
    """The blocks of a text without controls, all of it by the parser."""
    env: dict[str, Any] = {"references": _References()}
    tokens = _parser().parse(text, env)
    blocks = list(_Reader(tokens, env).blocks(len(tokens)))
    return (*blocks, *_unused(env, text))


def parse_inlines(markdown: str) -> Inlines:
    """The inlines of one paragraph's text, to check what was written."""
    return _inlines(markdown, {"references": {}})


def parse_runs(markdown: str) -> Inlines:
    """As `parse_inlines`, by the parser, whatever stands there."""
    return _runs(markdown, {"references": {}})


def is_html_block(text: str) -> bool:
    """Whether `text` is one block of HTML, closed, so that what follows a blank line is not part of it."""
    if not text.startswith("<"):
        return False
    tokens = _parser().parse(f"{text}\n\nx", {})
    return [token.type for token in tokens[:2]] == ["html_block", "paragraph_open"] and tokens[0].content.rstrip(
        "\n"
    ) == text


def is_inline_html(text: str) -> bool:
    """Whether `text` is nothing but tags and comments, none of which this package reads as a mark or a break."""
    runs = parse_inlines(text)
    return bool(runs) and all(isinstance(run, Text) and run.style.marks == {HTML} for run in runs)


class _References(dict[str, Any]):
    """Link definitions, which remember whether a link used them."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()

    def get(self, label: str, default: Any = None) -> Any:  # noqa: ANN401  markdown-it stores plain dicts
        self.used.add(label)
        return super().get(label, default)


def _unused(env: dict[str, Any], text: str) -> Iterator[Block]:
    references = env["references"]
    entries = [entry for label, entry in references.items() if label not in references.used]
    lines = text.split("\n")
    for entry in sorted([*entries, *env.get("duplicate_refs", [])], key=lambda entry: int(entry["map"][0])):
        start, end = entry["map"]
        yield Paragraph((Text("\n".join(line.strip(" \t>") for line in lines[start:end])),))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _LEVEL + 60})
    parser.enable(["table", "strikethrough"]).disable(["inline", "text_join"])
    parser.block.ruler.before("table", "too_deep", _too_deep, {"alt": []})
    parser.block.ruler.at("table", _whole_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at("reference", _reference_but_footnote)
    setattr(parser, "normalizeLink", str)  # noqa: B010  targets stay as they were written
    setattr(parser, "normalizeLinkText", str)  # noqa: B010
    return parser


@cache
def _plain_parser() -> MarkdownIt:
    """Reads escapes and entities only, so that what it read as text and was escaped is read the same again."""
    parser = MarkdownIt("zero").enable(["newline", "escape", "entity"])
    return parser.disable(["inline", "text_join"])


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it's signature
    """Takes the rest of a container that lies too deep as one paragraph."""
    if state.level < _LEVEL or silent:
        return False
    state.line = end
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content = state.getLines(start, end, state.blkIndent, False).strip()
    token.meta = {"literal": True}
    state.push("paragraph_close", "p", -1)
    return True


def _whole_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """As markdown-it's, but remembers all cells of a row, also those beyond the header's."""
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    for token in state.tokens[before:]:
        if token.type == "tr_open" and token.map:
            cells = escapedSplit(getLine(state, token.map[0]).strip())
            token.meta = {"cells": cells[1 if cells and not cells[0] else 0 :]}
    return True


def _reference_but_footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """`[^1]: note` is a footnote to the trackers, and text here."""
    return not getLine(state, start).startswith("[^") and reference(state, start, end, silent)


def _inlines(markdown: str, env: dict[str, Any]) -> Inlines:
    if not _SIGN.search(markdown):
        return joined([(Text(line),) if line else () for line in map(str.strip, markdown.split("\n"))])
    if not env["references"] and len(markdown) < _SIMPLE and (simple := read_lines(markdown)) is not None:
        return simple
    return _runs(markdown, env)


def _runs(markdown: str, env: dict[str, Any]) -> Inlines:
    crowded = markdown.count("[") > _BRACKETS or markdown.count("*") + markdown.count("_") > _EMPHASES
    parser = _plain_parser() if crowded else _parser()
    tokens: list[Token] = []
    parser.inline.parse(markdown, parser, env, tokens)
    return inlines_of(tokens)


class _Reader:
    """Walks the flat tokens once; `blocks` reads up to the close of its container."""

    def __init__(self, tokens: list[Token], env: dict[str, Any]) -> None:
        self.tokens = tokens
        self.env = env
        self.at = 0

    def blocks(self, end: int) -> Iterator[Block]:
        while self.at < end:
            token = self.tokens[self.at]
            self.at += 1
            if token.nesting < 0:
                return
            if (block := self._block(token)) is not None:
                yield block

    def _block(self, token: Token) -> Block | None:  # noqa: PLR0911  one line a token type
        match token.type:
            case "paragraph_open":
                return Paragraph(self._leaf())
            case "heading_open":
                return Heading(int(token.tag[1:]), self._leaf())
            case "fence" | "code_block":
                info = token.info if token.type == "fence" else ""
                return Code(token.content.removesuffix("\n"), info)
            case "hr":
                return Rule()
            case "html_block":
                return RawHtml(token.content)
            case "blockquote_open":
                return Quote(tuple(self.blocks(len(self.tokens))))
            case "bullet_list_open" | "ordered_list_open":
                start = None if token.type[0] == "b" else int(token.attrs.get("start", 1))
                return Listing(tuple(self._items()), start)
            case "table_open":
                return Table(tuple(self._rows()))
        return None

    def _leaf(self) -> Inlines:
        """The inlines of a leaf block, whose close is passed over."""
        token = self.tokens[self.at]
        self.at += 2
        return (Text(token.content),) if token.meta.get("literal") else _inlines(token.content, self.env)

    def _items(self) -> Iterator[Item]:
        while self.tokens[self.at].nesting > 0:
            self.at += 1
            yield Item(tuple(self.blocks(len(self.tokens))))
        self.at += 1

    def _rows(self) -> Iterator[tuple[Inlines, ...]]:
        while (token := self.tokens[self.at]).type != "table_close":
            self.at += 1
            if token.type == "tr_open":
                yield tuple(self._cells(token))
        self.at += 1

    def _cells(self, row: Token) -> Iterator[Inlines]:
        count = 0
        while self.tokens[self.at].type != "tr_close":
            self.at += 1
            yield self._leaf()
            count += 1
        extra = [cell for cell in row.meta.get("cells", [])[count:] if cell.strip()]
        yield from (_inlines(cell.strip(), self.env) for cell in extra)
