"""Tree to ADF, valid against the schema. What ADF lacks is written so that `adf_reader` knows it again:

- quotes inside quotes and lists: paragraphs that begin with "> "
- raw HTML: text in one grey that the editor's palette does not have
- images inside a line: a link whose text begins with a picture sign
- a list of tasks and bullets: task lists and bullet lists in turn
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count, groupby
from typing import Any, TypeAlias

from pmhub_jira.richtext.settle import one_line
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.stand_ins import HTML_GREY, PANELS, PICTURE_SIGN
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
    joined,
    lines_of,
)

Node: TypeAlias = dict[str, Any]
People: TypeAlias = Callable[[str], tuple[str, str] | None]

MENTION = re.compile(r"(?<![\w@/.`-])@([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_MARKS = ((STRONG, "strong"), (EM, "em"), (STRIKE, "strike"), (CODE, "code"))


def write_adf(blocks: Blocks, people: People | None) -> Node:
    return {"version": 1, "type": "doc", "content": list(AdfWriter(people, count(1)).blocks(blocks))}


class AdfWriter:
    """`ids` numbers the local ids that task lists must have, in document order."""

    def __init__(self, people: People | None, ids: Iterator[int]) -> None:
        self.people = people
        self.ids = ids
        self.expands = 0
        self.has_room_for_tasks = True

    def at(self, place: Place, blocks: Blocks) -> list[Node]:
        """The nodes of blocks that were shaped for `place`."""
        if place is Place.DOC:
            return list(self.blocks(blocks))
        if place in {Place.EXPAND, Place.NESTED_EXPAND}:
            self.expands += 1
            nodes = list(self.blocks(blocks))
            self.expands -= 1
            return nodes
        return list(self.inner(blocks)) if place is Place.ALERT else self.in_place(blocks, tasks=place is Place.ITEM)

    def blocks(self, blocks: Blocks) -> Iterator[Node]:
        for block in blocks:
            yield from self.block(block)

    def block(self, block: Block) -> Iterator[Node]:
        match block:
            case Paragraph(inlines):
                yield _with_content({"type": "paragraph"}, self.inlines(inlines))
            case Heading(level, inlines):
                yield _with_content({"type": "heading", "attrs": {"level": level}}, self.inlines(inlines))
            case Code(text, info):
                node: Node = {"type": "codeBlock", "attrs": {"language": info}} if info else {"type": "codeBlock"}
                yield _with_content(node, [{"type": "text", "text": text}] if text else [])
            case Rule():
                yield {"type": "rule"}
            case RawHtml(text):
                yield _with_content({"type": "paragraph"}, _html_lines(text))
            case Picture(image):
                yield _media(image)
            case Table(rows):
                yield {"type": "table", "content": [self.row(row, header=not n) for n, row in enumerate(rows)]}
            case Listing():
                yield from self.listing(block)
            case Quote() | Alert() | Expand():
                yield self.container(block)

    def container(self, block: Quote | Alert | Expand) -> Node:
        if isinstance(block, Quote):
            return {"type": "blockquote", "content": self.in_place(block.blocks, tasks=False)}
        if isinstance(block, Alert):
            return {
                "type": "panel",
                "attrs": {"panelType": PANELS[block.kind]},
                "content": _some(self.inner(block.blocks)),
            }
        kind = "nestedExpand" if self.expands else "expand"
        self.expands += 1
        content = _some(self.blocks(block.blocks))
        self.expands -= 1
        return {"type": kind, "attrs": {"title": block.title}, "content": content}

    def in_place(self, blocks: Blocks, *, tasks: bool) -> list[Node]:
        outside, self.has_room_for_tasks = self.has_room_for_tasks, tasks
        content = _some(self.inner(blocks))
        self.has_room_for_tasks = outside
        return content

    def inner(self, blocks: Blocks, prefix: str = "") -> Iterator[Node]:
        """Blocks of a place that has no quotes: theirs are written out behind `prefix`."""
        for block in blocks:
            if isinstance(block, Quote):
                yield from self.inner(block.blocks, f"{prefix}> ")
            elif isinstance(block, Paragraph) and prefix:
                lines: list[Inlines] = [
                    (Text(prefix if line else prefix.rstrip()), *line) for line in lines_of(block.inlines)
                ]
                yield from self.block(Paragraph(joined(lines)))
            else:
                yield from self.block(block)

    def row(self, cells: tuple[Inlines, ...], *, header: bool) -> Node:
        kind = "tableHeader" if header else "tableCell"
        contents = [_with_content({"type": "paragraph"}, self.inlines(cell)) for cell in cells]
        return {
            "type": "tableRow",
            "content": [{"type": kind, "attrs": {}, "content": [content]} for content in contents],
        }

    def listing(self, block: Listing) -> Iterator[Node]:
        if block.start is not None:
            content = [self.item(item) for item in block.items]
            yield {"type": "orderedList", "attrs": {"order": block.start}, "content": content}
            return
        for as_tasks, group in groupby(block.items, lambda item: self.has_room_for_tasks and is_task(item)):
            if as_tasks:
                yield self.tasks(list(group))
            else:
                yield {"type": "bulletList", "content": [self.item(item) for item in group]}

    def item(self, item: Item) -> Node:
        blocks = item.blocks
        if item.checked is not None and blocks and isinstance(first := blocks[0], Paragraph):
            box = Text("[x] " if item.checked else "[ ] ")
            blocks = (Paragraph((box, *first.inlines)), *blocks[1:])
        return {"type": "listItem", "content": self.in_place(blocks, tasks=True)}

    def tasks(self, items: list[Item]) -> Node:
        content: list[Node] = []
        node: Node = {"type": "taskList", "attrs": {"localId": self.local_id()}, "content": content}
        for item in items:
            first, *rest = item.blocks
            attrs = {"localId": self.local_id(), "state": "DONE" if item.checked else "TODO"}
            inlines = first.inlines if isinstance(first, Paragraph) else ()
            content.append(_with_content({"type": "taskItem", "attrs": attrs}, self.inlines(inlines)))
            content.extend(self.tasks(list(block.items)) for block in rest if isinstance(block, Listing))
        return node

    def local_id(self) -> str:
        return str(next(self.ids))

    def inlines(self, inlines: Inlines) -> list[Node]:
        if len(inlines) == 1 and isinstance(sole := inlines[0], Text) and sole.style == PLAIN and "@" not in sole.text:
            return [{"type": "text", "text": sole.text}]
        return [node for inline in _joined_texts(inlines) for node in self.inline(inline)]

    def inline(self, inline: Inline) -> Iterator[Node]:
        if isinstance(inline, Break):
            yield {"type": "hardBreak"}
        elif isinstance(inline, Image):
            sign = f"{PICTURE_SIGN} {inline.alt}".rstrip()
            yield from self.inline(Text(sign, Style(href=inline.url, title=inline.title)))
        elif (
            self.people is not None and "@" in inline.text and not inline.style.href and CODE not in inline.style.marks
        ):
            yield from self.with_mentions(inline, self.people)
        else:
            yield _text(inline.text, inline.style)

    def with_mentions(self, run: Text, people: People) -> Iterator[Node]:
        at = 0
        for found in MENTION.finditer(run.text):
            if (person := people(found[1])) is None:
                continue
            if found.start() > at:
                yield _text(run.text[at : found.start()], run.style)
            yield {"type": "mention", "attrs": {"id": one_line(person[0]), "text": f"@{one_line(person[1])}"}}
            at = found.end()
        if at < len(run.text):
            yield _text(run.text[at:], run.style)


def _joined_texts(inlines: Inlines) -> Iterator[Inline]:
    """A prefix and the plain text behind it become one node."""
    waiting: Text | None = None
    for inline in inlines:
        if isinstance(inline, Text) and waiting is not None and inline.style == waiting.style:
            waiting = Text(waiting.text + inline.text, waiting.style)
            continue
        if waiting is not None:
            yield waiting
        waiting = inline if isinstance(inline, Text) else None
        if waiting is None:
            yield inline
    if waiting is not None:
        yield waiting


def _with_content(node: Node, content: list[Node]) -> Node:
    return {**node, "content": content} if content else node


def _some(content: Iterator[Node]) -> list[Node]:
    return list(content) or [{"type": "paragraph"}]


def _text(text: str, style: Style) -> Node:
    if style is PLAIN or style == PLAIN:
        return {"type": "text", "text": text}
    marks: list[Node] = [{"type": kind} for mark, kind in _MARKS if mark in style.marks]
    if SUB in style.marks or SUP in style.marks:
        marks.append({"type": "subsup", "attrs": {"type": "sub" if SUB in style.marks else "sup"}})
    if HTML in style.marks:
        marks.append({"type": "textColor", "attrs": {"color": HTML_GREY}})
    if style.href:
        marks.append(_link(style.href, style.title))
    return {"type": "text", "text": text, "marks": marks}


def _link(href: str, title: str = "") -> Node:
    return {"type": "link", "attrs": {"href": href, "title": title} if title else {"href": href}}


def _html_lines(text: str) -> list[Node]:
    style = Style(frozenset({HTML}))
    nodes: list[Node] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            nodes.append({"type": "hardBreak"})
        if line:
            nodes.append(_text(line, style))
    return nodes


def _media(image: Image) -> Node:
    media: Node = {"type": "media", "attrs": {"type": "external", "url": image.url}}
    if image.alt:
        media["attrs"]["alt"] = image.alt
    if image.href:
        media["marks"] = [_link(image.href)]
    content = [media]
    if image.title:
        content.append({"type": "caption", "content": [_text(image.title, PLAIN)]})
    return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": content}
