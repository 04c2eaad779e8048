"""ADF to tree. Takes any JSON: what it does not know it reads through to the words and names as lossy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from pmhub_jira.richtext.adf_writer import HTML_GREY, PANELS, PICTURE_SIGN
from pmhub_jira.richtext.tree import (
    CODE,
    EM,
    HTML,
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
)

Node: TypeAlias = Mapping[str, Any]
People: TypeAlias = Callable[[str], str | None]

_DEPTH = 60  # nodes inside each other; deeper ones give only their words
_MARKS = {"strong": STRONG, "em": EM, "strike": STRIKE, "code": CODE}
_ALERTS = {panel: kind for kind, panel in PANELS.items()} | {"tip": "tip"}
_LISTS = {"bulletList": "listItem", "orderedList": "listItem", "taskList": "taskItem", "decisionList": "decisionItem"}
_INLINES = frozenset(
    {
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "status",
        "date",
        "inlineCard",
        "placeholder",
        "inlineExtension",
        "mediaInline",
    }
)
_LOSSY = frozenset(
    {
        "blockCard",
        "bodiedExtension",
        "date",
        "decisionList",
        "embedCard",
        "extension",
        "inlineCard",
        "inlineExtension",
        "layoutSection",
        "mediaGroup",
        "mediaInline",
        "placeholder",
        "status",
    }
)
_KNOWN = (
    _INLINES
    | frozenset(_LISTS)
    | frozenset(_LISTS.values())
    | _LOSSY
    | frozenset(
        {
            "blockTaskItem",
            "blockquote",
            "caption",
            "codeBlock",
            "doc",
            "expand",
            "heading",
            "layoutColumn",
            "media",
            "mediaSingle",
            "nestedExpand",
            "panel",
            "paragraph",
            "rule",
            "table",
            "tableCell",
            "tableHeader",
            "tableRow",
        }
    )
)


def read_adf(doc: Node | None, people: People | None) -> tuple[Blocks, tuple[str, ...]]:
    """The blocks of a document and the sorted names of nodes and marks that Markdown cannot carry."""
    if not isinstance(doc, Mapping):
        return (), ()
    reader = _Reader(people)
    blocks = reader.blocks(doc if _kind(doc) == "doc" else {"content": [doc]}, 0)
    return blocks, tuple(sorted(reader.lossy))


class _Reader:
    def __init__(self, people: People | None) -> None:
        self.people = people
        self.lossy: set[str] = set()

    def blocks(self, node: Node, depth: int) -> Blocks:
        """The blocks among a node's children; inlines that stand between them form paragraphs."""
        found: list[Block] = []
        loose: list[Node] = []
        for child in [*_children(node), None]:
            kind = _kind(child) if child is not None else ""
            if child is not None and kind in _INLINES:
                loose.append(child)
                continue
            if loose:
                found.append(self.paragraph(loose, depth))
                loose = []
            found.extend(self.block(child, depth + 1) if child is not None else [])
        return tuple(found)

    def block(self, node: Node, depth: int) -> list[Block]:
        kind = _kind(node)
        self._note(node, kind)
        if depth > _DEPTH:
            self.lossy.add(kind)
            return [Paragraph((Text(words(node)),))]
        if (read := _READ.get(kind)) is not None:
            return list(read(self, node, depth))
        if kind in _LISTS:
            return [self._list(node, kind, depth)]
        if kind in _INLINES:
            return [self.paragraph([node], depth)]
        return [*_own_text(node), *self.blocks(node, depth)]

    def heading(self, node: Node, depth: int) -> Iterator[Block]:
        level = _attrs(node).get("level")
        yield Heading(
            int(level) if isinstance(level, int | float) and level in range(1, 7) else 1, self.inlines(node, depth)
        )

    def panel(self, node: Node, depth: int) -> Iterator[Block]:
        yield Alert(self._alert_kind(node), self.blocks(node, depth))

    def expand(self, node: Node, depth: int) -> Iterator[Block]:
        yield Expand(_string(node, "title"), self.blocks(node, depth))

    def block_card(self, node: Node, _depth: int) -> Iterator[Block]:
        yield Paragraph((self._card(node),))

    def sole_media(self, node: Node, depth: int) -> Iterator[Block]:
        yield from self.media_blocks({"content": [node]}, depth)

    def quote(self, node: Node, depth: int) -> Iterator[Block]:
        yield Quote(self.blocks(node, depth))

    def _note(self, node: Node, kind: str) -> None:
        """Remembers what of this node Markdown has no room for."""
        if kind in _LOSSY or kind not in _KNOWN:
            self.lossy.add(kind)
        for mark in _list(node.get("marks")):
            name = _kind(mark)
            if (
                name
                and name not in _MARKS
                and name not in {"link", "subsup"}
                and not (name == "textColor" and _is_html(node))
            ):
                self.lossy.add(name)
        attrs = _attrs(node)
        if any(attrs.get(span, 1) not in {1, None} for span in ("colspan", "rowspan") if _is_scalar(attrs.get(span))):
            self.lossy.add(kind)

    def _alert_kind(self, node: Node) -> str:
        panel = _string(node, "panelType")
        if panel not in PANELS.values():
            self.lossy.add("panel")
        return _ALERTS.get(panel, "note")

    # Paragraphs

    def paragraph(self, nodes: Sequence[Node], depth: int) -> Paragraph:
        return Paragraph(tuple(inline for node in nodes for inline in self.inline(node, depth + 1)))

    def paragraph_or_html(self, node: Node, depth: int) -> Iterator[Block]:
        children = _children(node)
        texts = [child for child in children if _kind(child) == "text"]
        if (
            texts
            and all(_is_html(child) for child in texts)
            and all(_kind(c) in {"text", "hardBreak"} for c in children)
        ):
            block = RawHtml("".join(str(c.get("text")) if _kind(c) == "text" else "\n" for c in children))
            if _is_html_block(block.text):
                yield block
                return
        yield self.paragraph(children, depth)

    def inlines(self, node: Node, depth: int) -> Inlines:
        return self.paragraph(_children(node), depth).inlines

    def inline(self, node: Node, depth: int) -> Iterator[Inline]:
        kind = _kind(node)
        self._note(node, kind)
        if depth > _DEPTH:
            yield Text(words(node))
        elif kind == "text":
            yield self._text(node)
        elif kind == "hardBreak":
            yield Break()
        elif kind in {"inlineCard", "blockCard", "embedCard"}:
            yield self._card(node)
        elif kind in {"media", "mediaInline"}:
            yield self._media(node)
        elif (text := self._plain(node, kind)) is not None:
            yield Text(text, _style(node))
        else:
            yield from self._flattened(node, depth)

    def _text(self, node: Node) -> Inline:
        text, style = _scalar(node.get("text")), _style(node)
        if HTML in style.marks and not _is_inline_html(text):
            self.lossy.add("textColor")
            style = Style(style.marks - {HTML}, style.href, style.title)
        if style.href and text.startswith(PICTURE_SIGN):
            return Image(style.href, text.removeprefix(PICTURE_SIGN).strip(), style.title)
        return Text(text, style)

    def _plain(self, node: Node, kind: str) -> str | None:
        """The words of an inline node that has them in its attributes."""
        attrs = _attrs(node)
        match kind:
            case "mention":
                return self._mention(attrs)
            case "emoji":
                return _scalar(attrs.get("text")) or _scalar(attrs.get("shortName"))
            case "status" | "placeholder" | "inlineExtension":
                return _scalar(attrs.get("text"))
            case "date":
                return _day(_scalar(attrs.get("timestamp")))
        return None

    def _mention(self, attrs: Node) -> str:
        account = _scalar(attrs.get("id"))
        name = self.people(account) if self.people is not None and account else None
        if name:
            return f"@{name}"
        self.lossy.add("mention")
        return _scalar(attrs.get("text")).lstrip("@") or account

    def _flattened(self, node: Node, depth: int) -> Iterator[Inline]:
        """A block or an unknown node where only inlines can be: its children, each on a line of its own."""
        text = _scalar(node.get("text")) or _string(node, "text") or _string(node, "title")
        if text:
            yield Text(text)
        for child in _children(node):
            if _kind(child) not in _INLINES:
                yield Break()
            yield from self.inline(child, depth + 1)

    def _card(self, node: Node) -> Inline:
        attrs = _attrs(node)
        data = attrs.get("data")
        url = _scalar(attrs.get("url")) or (_scalar(data.get("url")) if isinstance(data, Mapping) else "")
        name = _scalar(data.get("name")) if isinstance(data, Mapping) else ""
        return Text(name or url, Style(href=url))

    # Lists, tables, media

    def _list(self, node: Node, kind: str, depth: int) -> Listing:
        order = _attrs(node).get("order", 1)
        start = (
            (int(order) if isinstance(order, int | float) and 0 <= order < 10**9 else 1)
            if kind == "orderedList"
            else None
        )
        items: list[Item] = []
        for child in _children(node):
            if _kind(child) in _LISTS and items:
                items[-1] = Item((*items[-1].blocks, *self.block(child, depth + 1)), items[-1].checked)
            else:
                items.append(self._item(child, depth + 1))
        return Listing(tuple(items), start)

    def _item(self, node: Node, depth: int) -> Item:
        kind = _kind(node)
        if kind not in {"listItem", "taskItem", "decisionItem", "blockTaskItem"}:
            blocks = self.blocks({"content": [node]}, depth)
            return Item(blocks)
        self._note(node, kind)
        blocks = self.blocks(node, depth) if depth <= _DEPTH else (Paragraph((Text(words(node)),)),)
        checked = _string(node, "state") == "DONE" if kind in {"taskItem", "blockTaskItem"} else None
        return Item(blocks, checked)

    def table(self, node: Node, depth: int) -> Iterator[Block]:
        rows = []
        for row in _children(node):
            self._note(row, _kind(row))
            cells = _children(row) if _kind(row) == "tableRow" else [row]
            rows.append(tuple(self._cell(_as_cell(cell), depth + 2) for cell in cells))
        yield Table(tuple(rows))

    def _cell(self, node: Node, depth: int) -> Inlines:
        """Blocks of a cell, each on a line of its own; lists keep their dashes."""
        self._note(node, _kind(node))
        blocks = _children(node)
        if any(_kind(block) not in _INLINES | {"paragraph"} for block in blocks):
            self.lossy.add(_kind(node))
        return tuple(self._cell_inlines({"content": blocks}, depth))

    def _cell_inlines(self, node: Node, depth: int) -> Iterator[Inline]:
        for number, child in enumerate(_children(node)):
            kind = _kind(child)
            if number and kind not in _INLINES:
                yield Break()
            if depth > _DEPTH or kind in _INLINES:
                yield from self.inline(child, depth)
            elif kind == "codeBlock":
                yield from _code_lines(words(child, gap=""))
            elif kind in {"listItem", "taskItem", "decisionItem"}:
                self._note(child, kind)
                yield Text({"DONE": "[x] ", "TODO": "[ ] "}.get(_string(child, "state"), "• "))
                yield from self._cell_inlines(child, depth + 1)
            elif kind in {"media", "blockCard", "embedCard"}:
                yield from self.inline(child, depth)
            else:
                self._note(child, kind)
                yield from (
                    Text(text)
                    for text in [_scalar(child.get("text")), _string(child, "text"), _string(child, "title")]
                    if text
                )
                yield from self._cell_inlines(child, depth + 1)

    def media_blocks(self, node: Node, depth: int) -> Iterator[Block]:
        outer = _link_of(node)
        images = [self._media(child, outer) for child in _children(node) if _kind(child) == "media"]
        for child in _children(node):
            if _kind(child) == "media":
                self._note(child, "media")
        rest = [child for child in _children(node) if _kind(child) != "media"]
        captions = [block for child in rest for block in self.block(child, depth + 1)]
        if len(images) == 1 and isinstance(image := images[0], Image) and (title := _sole_text(captions)):
            yield Picture(Image(image.url, image.alt, title, image.href))
            return
        yield from (Picture(image) if isinstance(image, Image) else Paragraph((image,)) for image in images)
        yield from captions

    def _media(self, node: Node, href: str = "") -> Inline:
        attrs = _attrs(node)
        alt = _scalar(attrs.get("alt")) or _scalar(attrs.get("__fileName")) or _scalar(attrs.get("name"))
        if url := _scalar(attrs.get("url")):
            return Image(url, alt, "", _link_of(node) or href)
        self.lossy.add("media" if _kind(node) == "media" else "mediaInline")
        return Text(alt or "(attachment)", Style(href=_link_of(node) or href))


def _code(_reader: _Reader, node: Node, _depth: int) -> Iterator[Block]:
    yield Code(words(node, gap=""), _string(node, "language"))


def _rule(_reader: _Reader, _node: Node, _depth: int) -> Iterator[Block]:
    yield Rule()


_READ: dict[str, Callable[[_Reader, Node, int], Iterator[Block]]] = {
    "paragraph": _Reader.paragraph_or_html,
    "caption": _Reader.paragraph_or_html,
    "heading": _Reader.heading,
    "codeBlock": _code,
    "rule": _rule,
    "blockquote": _Reader.quote,
    "panel": _Reader.panel,
    "expand": _Reader.expand,
    "nestedExpand": _Reader.expand,
    "table": _Reader.table,
    "mediaSingle": _Reader.media_blocks,
    "mediaGroup": _Reader.media_blocks,
    "media": _Reader.sole_media,
    "blockCard": _Reader.block_card,
    "embedCard": _Reader.block_card,
}


def _own_text(node: Node) -> list[Block]:
    text = _scalar(node.get("text")) or _string(node, "text")
    return [Paragraph((Text(text),))] if text else []


def words(node: Node, gap: str = " ") -> str:
    """All text below a node, without recursion."""
    found: list[str] = []
    waiting: list[Any] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, Mapping):
            text = one.get("text")
            found.extend([_scalar(text) or _string(one, "text")] if _scalar(text) or _string(one, "text") else [])
            found.extend(["\n"] if one.get("type") == "hardBreak" else [])
            waiting.extend(reversed(_list(one.get("content"))))
    return gap.join(found)


def _as_cell(node: Node) -> Node:
    return node if _kind(node) in {"tableCell", "tableHeader"} else {"type": "tableCell", "content": [node]}


def _code_lines(text: str) -> Iterator[Inline]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Break()
        if line:
            yield Text(line, Style(frozenset({CODE})))


def _sole_text(blocks: Sequence[Block]) -> str:
    if len(blocks) != 1 or not isinstance(block := blocks[0], Paragraph) or len(block.inlines) != 1:
        return ""
    inline = block.inlines[0]
    return inline.text if isinstance(inline, Text) and inline.style == Style() else ""


def _day(timestamp: str) -> str:
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return timestamp


def _style(node: Node) -> Style:
    marks: set[str] = set()
    href = title = ""
    for mark in _list(node.get("marks")):
        kind, attrs = _kind(mark), _attrs(mark)
        if kind in _MARKS:
            marks.add(_MARKS[kind])
        elif kind == "subsup":
            marks.add(SUP if attrs.get("type") == "sup" else SUB)
        elif kind == "link":
            href, title = _scalar(attrs.get("href")), _scalar(attrs.get("title"))
    if {SUB, SUP} <= marks:
        marks.discard(SUB)
    return Style(frozenset(marks | ({HTML} if _is_html(node) else set())), href, title)


def _link_of(node: Node) -> str:
    return _style(node).href


def _is_html(node: Node) -> bool:
    colours = [_attrs(mark).get("color") for mark in _list(node.get("marks")) if _kind(mark) == "textColor"]
    return colours == [HTML_GREY] and isinstance(node.get("text"), str)


def _is_html_block(text: str) -> bool:
    from pmhub_jira.richtext.parse import is_html_block  # noqa: PLC0415  loads the parser only where there is HTML

    return is_html_block(text)


def _is_inline_html(text: str) -> bool:
    from pmhub_jira.richtext.parse import is_inline_html  # noqa: PLC0415

    return is_inline_html(text)


def _children(node: Node) -> list[Node]:
    """A node's children as nodes: bare strings become text, what is no node is left out."""
    children = ({"type": "text", "text": c} if isinstance(c, str) else c for c in _list(node.get("content")))
    return [child for child in children if isinstance(child, Mapping)]


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _kind(node: object) -> str:
    kind = node.get("type") if isinstance(node, Mapping) else None
    return kind if isinstance(kind, str) and kind else "unknown"


def _attrs(node: Node) -> Node:
    attrs = node.get("attrs") if isinstance(node, Mapping) else None
    return attrs if isinstance(attrs, Mapping) else {}


def _string(node: Node, name: str) -> str:
    value = _attrs(node).get(name)
    return value if isinstance(value, str) else ""


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float)


def _scalar(value: object) -> str:
    return str(value) if _is_scalar(value) and not isinstance(value, bool) else ""
