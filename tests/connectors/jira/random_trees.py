"""Random trees: those that ADF holds as they are, those that wiki markup does, and any at all.

Which block stands in which is read from Atlassian's schema. What our stand-ins mean (`> ` before a line, a box, `[!NOTE]`)
begins no line of a tree that is held, for there it is no text but that block.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from hypothesis import strategies as st
from richtext_oracle import adf_schema

from pmhub_jira.richtext.stand_ins import PANELS
from pmhub_jira.richtext.tree import (
    CODE,
    EM,
    HTML,
    PLAIN,
    STRIKE,
    STRONG,
    SUB,
    SUP,
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
)  # fmt: skip

DEEPEST = 5
_WORDS = [
    "word", "two", "é", "x1", "snake_case", "a*b", "*", "_", "~~", "`", "``", "[", "]", "[r]", "](", "!", "![", "<", "<b>", "&", "&amp;", "\\",
    "\\\\", "|", "#", "#1", "1.", "2)", "-", "+", "---", "===", "~", "^", "??", "{", "}", "{code}", "{quote}", "{{x}}", "(x)", ":)", "h1.", "bq.",
    "@ann", "KEY-1", "https://e.com/a_b", "🚀", "“q”", "a.b", "end.", "(p)", "it's", "*s*", "_s_", "\u00a0", "f(x)", "C:\\dir", "5!", "x?",
]  # fmt: skip
_HREFS = ["", "", "https://e.com/x", "https://e.com/a_b?c=d", "/x"]
_TAGS = ["<kbd>", "</kbd>", "<!-- note -->", '<span class="x">', "<i>"]
_URLS = ["https://e.com/i.png", "https://e.com/a_b.svg?c=d"]
_CODES = ["x = 1", "", "a\n\n  b\n", "```\nx\n```", "{code}", "\n", "# *a* _b_ &amp; <b>", "    four", "~~~"]
_HTML_BLOCKS = ["<!-- one -->", "<div>\n<p>x</p>\n</div>", "<!-- two\nlines -->", "<table><tr><td>1</td></tr></table>"]
_LINES = 4_000


def _run(chance: random.Random) -> Inline:
    words = " ".join(chance.choices(_WORDS, k=chance.randint(1, 3)))
    kind = chance.randint(0, 11)
    if kind == 0:
        return Text(words, Style(frozenset({CODE}), chance.choice(_HREFS)))
    if kind == 1:
        return Text(chance.choice(_TAGS), Style(frozenset({HTML})))
    if kind == 2:
        return _image(chance)
    return Text(words, PLAIN if kind % 2 else _style(chance))


def _style(chance: random.Random) -> Style:
    marks = set(chance.sample([STRONG, EM, STRIKE], k=chance.randint(0, 2)))
    if chance.randint(0, 2):
        return Style(frozenset(marks), chance.choice(_HREFS), chance.choice(["", "a title"]))
    return Style(frozenset({*marks, chance.choice([SUB, SUP])}))


def _image(chance: random.Random) -> Image:
    return Image(chance.choice(_URLS), chance.choice(["", "pic", "a b c"]), chance.choice(["", "tip"]))


@cache
def _lines(*, is_spaced: bool) -> list[Inlines]:
    """So many lines, the simplest first; one draw takes one, for drawing each sign apart takes most of the time."""
    chance = random.Random(1)
    made: list[Inlines] = []
    for _ in range(_LINES):
        runs = [_run(chance) for _ in range(chance.randint(1, 3))]
        gaps = [(Text(" "),) if is_spaced or chance.randint(0, 3) else () for _ in runs]
        made.append(tuple(one for run, gap in zip(runs, gaps, strict=True) for one in (run, *gap)))
    return sorted(made, key=lambda line: len(repr(line)))


def _broken(lines: Sequence[Inlines]) -> Inlines:
    return tuple(one for line in lines for one in (*line, Break()))[:-1]


@cache
def _leaves(*, is_spaced: bool) -> dict[type, st.SearchStrategy[Block]]:
    lines = _lines(is_spaced=is_spaced)
    line = st.sampled_from(lines)
    cell = st.sampled_from([(), *lines[::2]])
    images = [_image(random.Random(seed)) for seed in range(20)]
    return {
        Paragraph: st.lists(line, min_size=1, max_size=3).map(_broken).map(Paragraph),
        Heading: st.builds(Heading, st.integers(1, 6), line),
        Code: st.builds(Code, st.sampled_from(_CODES), st.sampled_from(["", "", "python", "mermaid"])),
        Rule: st.just(Rule()),
        RawHtml: st.sampled_from(_HTML_BLOCKS).map(RawHtml),
        Picture: st.sampled_from(images).map(Picture),
        Table: st.lists(st.tuples(cell, cell), min_size=1, max_size=3).map(tuple).map(Table),
    }


_KINDS: tuple[type, ...] = (Paragraph, Heading, Code, Rule, RawHtml, Picture, Table)
_CONTAINERS = (Quote, Alert, Expand, Listing)
_NODES: dict[type, str] = {
    Paragraph: "paragraph", Heading: "heading", Code: "codeBlock", Rule: "rule", RawHtml: "paragraph", Picture: "mediaSingle",
    Table: "table", Quote: "blockquote", Alert: "panel", Listing: "bulletList",
}  # fmt: skip
_STAND_INS = (">", "[x]", "[X]", "[ ]", "[!")
WRITTEN_OUT = "written out"
"""The place inside a quote where ADF has none."""


@cache
def _nodes_in(place: str) -> frozenset[str]:
    """The types of node that may stand in one, by the schema."""
    if place == WRITTEN_OUT:
        return frozenset()
    definitions = adf_schema()["definitions"]

    def resolved(schema: Any) -> Any:
        return resolved(definitions[schema["$ref"].rpartition("/")[2]]) if "$ref" in schema else schema

    def types(schema: Any) -> set[str]:
        schema = resolved(schema)
        parts = [schema.get("items", {}), *schema.get("anyOf", ()), *schema.get("allOf", ())]
        found = set(schema.get("properties", {}).get("type", {}).get("enum", ()))
        return found | {name for part in parts if part for name in types(part)}

    return frozenset(types(resolved(definitions[f"{place}_node"])["properties"]["content"]))


def is_held(kind: type[Block], place: str) -> bool:
    """Whether ADF has such a block there, or a stand-in for it."""
    if place == WRITTEN_OUT:
        return kind in {Paragraph, Quote}
    if kind is Expand:
        return bool({"expand", "nestedExpand"} & _nodes_in(place))
    return kind is Quote or _NODES[kind] in _nodes_in(place)


@dataclass(frozen=True)
class Trees:
    """`is_bound` keeps to what ADF holds at each place, `is_spaced` also to marks that Markdown can say beside each other,
    `as_wiki` to what a Data Center's markup can.
    """

    is_bound: bool = True
    is_spaced: bool = False
    as_wiki: bool = False

    def documents(self) -> st.SearchStrategy[Blocks]:
        return self.blocks("doc", 0)

    def blocks(self, place: str, depth: int) -> st.SearchStrategy[Blocks]:
        several = st.lists(self._block(place, depth), min_size=1, max_size=2 if depth else 3).map(tuple)
        return several.map(partial(_apart, place=place, as_wiki=self.as_wiki)) if self.is_bound else several

    @cache  # noqa: B019 - three values in all
    def _block(self, place: str, depth: int) -> st.SearchStrategy[Block]:
        leaves = [self._leaf(kind) for kind in _KINDS if self._may(kind, place)]
        kinds = [kind for kind in _CONTAINERS if self._may(kind, place)] if depth < DEEPEST else []
        containers = [self._container(kind, place, depth + 1) for kind in kinds]
        leaf, container = st.one_of(leaves), st.one_of(containers)
        return st.sampled_from((leaf, container) if containers else (leaf,)).flatmap(lambda one: one)

    def _may(self, kind: type[Block], place: str) -> bool:
        if self.as_wiki and kind is Expand and place != "doc":
            return False
        return not self.is_bound or is_held(kind, place)

    def _leaf(self, kind: type[Block]) -> st.SearchStrategy[Block]:
        leaf = _leaves(is_spaced=self.is_spaced)[kind]
        return leaf.filter(_is_itself) if self.is_bound else leaf

    def _container(self, kind: type[Block], place: str, depth: int) -> st.SearchStrategy[Block]:
        if kind is Listing:
            return self._listing(depth)
        if kind is Alert:
            return st.builds(Alert, st.sampled_from(sorted(PANELS)), self.blocks("panel", depth))
        if kind is Expand:
            inside = "expand" if place == "doc" else "nestedExpand"
            return st.builds(Expand, st.sampled_from(["More", "a *b* &amp;", ""]), self.blocks(inside, depth))
        is_written_out = self.is_bound and "blockquote" not in _nodes_in(place)
        return self.blocks(WRITTEN_OUT if is_written_out else "blockquote", depth).map(Quote)

    def _listing(self, depth: int) -> st.SearchStrategy[Block]:
        starts = [None, None, 1] if self.as_wiki else [None, None, 1, 0, 7]
        items = st.one_of(self._item(depth), self._tasks(depth))
        return st.builds(Listing, st.lists(items, min_size=1, max_size=2).map(tuple), st.sampled_from(starts))

    def _item(self, depth: int) -> st.SearchStrategy[Item]:
        plain = st.builds(Item, self.blocks("listItem", depth))
        boxed = st.builds(
            lambda first, rest, done: Item((first, *rest), done),
            self._leaf(Paragraph),
            self.blocks("listItem", depth),
            st.booleans(),
        )
        return st.one_of(plain, plain, boxed)

    @cache  # noqa: B019 - as above
    def _tasks(self, depth: int) -> st.SearchStrategy[Item]:
        """Items with a box as ADF's task lists hold them: a paragraph, and a list of such below it."""
        words = self._leaf(Paragraph)
        sole = st.builds(lambda first, done: Item((first,), done), words, st.booleans())
        if depth >= DEEPEST:
            return sole
        below = st.lists(self._tasks(depth + 1), min_size=1, max_size=2).map(lambda items: Listing(tuple(items)))
        return st.one_of(
            sole, st.builds(lambda first, inner, done: Item((first, inner), done), words, below, st.booleans())
        )


def _is_itself(block: Block) -> bool:
    """Whether a leaf has words, and none that stand for another block."""
    if not isinstance(block, Paragraph | Heading):
        return True
    texts = [one.text.strip() for one in block.inlines if isinstance(one, Text) and HTML not in one.style.marks]
    return any(texts) and not any(text.startswith(_STAND_INS) for text in texts)


def _apart(blocks: Blocks, place: str, *, as_wiki: bool) -> Blocks:
    """Without the neighbours that would be one block: bullets beside tasks anywhere, quotes where they are written out."""
    is_below = as_wiki and place == "listItem"
    kept: list[Block] = []
    for block in sorted(blocks, key=lambda one: isinstance(one, Listing)) if is_below else blocks:
        last = kept[-1] if kept else None
        are_quotes = isinstance(last, Quote) and isinstance(block, Quote)
        is_one_quote = are_quotes and "blockquote" not in _nodes_in(place)
        if not is_one_quote and not _is_one_list(last, block, is_below=is_below):
            kept.append(block)
    return tuple(kept)


def _is_one_list(last: Block | None, block: Block, *, is_below: bool) -> bool:
    """Bullets beside tasks are a mixed list; below an item of wiki markup lists of one sort are one."""
    if not isinstance(last, Listing) or not isinstance(block, Listing):
        return False
    are_bullets = last.start is None and block.start is None
    return (is_below and (last.start is None) == (block.start is None)) or (are_bullets and _is_mixed(last, block))


def _is_mixed(last: Listing, block: Listing) -> bool:
    return is_task(last.items[-1]) != is_task(block.items[0])


def depth_of(blocks: Blocks) -> int:
    """How many containers lie inside each other."""
    return max((1 + depth_of(inner) for block in blocks for inner in insides_of(block)), default=0)


def insides_of(block: Block) -> list[Blocks]:
    if isinstance(block, Listing):
        return [item.blocks for item in block.items]
    return [block.blocks] if isinstance(block, Quote | Alert | Expand) else []


def all_blocks(blocks: Blocks) -> list[Block]:
    return [
        one
        for block in blocks
        for one in (block, *(below for inner in insides_of(block) for below in all_blocks(inner)))
    ]


def outline(blocks: Blocks) -> tuple[Any, ...]:
    """The blocks inside each other, with the letters and signs of each."""
    return tuple(_outlined(block) for block in blocks)


def _outlined(block: Block) -> tuple[Any, ...]:
    kind = type(block).__name__
    if isinstance(block, Listing):
        return (kind, block.start, *((item.checked, outline(item.blocks)) for item in block.items))
    if isinstance(block, Quote | Alert | Expand):
        return (kind, outline(block.blocks))
    if isinstance(block, Paragraph | Heading):
        return (kind, _words(block.inlines))
    if isinstance(block, Table):
        return (kind, *(tuple(map(_words, row)) for row in block.rows))
    return (kind, block)


def _words(inlines: Inlines) -> str:
    return "".join(
        one.alt if isinstance(one, Image) else "".join(one.text.split())
        for one in inlines
        if not isinstance(one, Break)
    )
