"""The keys of a whole text: lines in order, with what decides how the next is to be read."""

from __future__ import annotations

from dataclasses import field

from pmhub.model.lean import dataclass
from pmhub.model.markdown.containers import CODE_INDENT, Item, Peeled, indentation, peel
from pmhub.model.markdown.controls import with_plain_newlines
from pmhub.model.markdown.fences import Fence, opening_fence
from pmhub.model.markdown.keys import LEAVES, MARK, literal
from pmhub.model.markdown.leaves import heading_key, leaf_key
from pmhub.model.markdown.paragraph import Line, Paragraph, unbroken_key
from pmhub.model.markdown.raw_html import block_end, starts_block

_NO_UNDERLINE_BELOW = tuple(MARK + code for code in "#h>f")


def text_key(text: str | None) -> tuple[str, ...]:
    """The keys of all lines of a text; None, empty and blank texts share `()`.

    Blank lines at the ends are dropped and runs of them count once, except inside fenced code, which is literal.
    """
    reader = _Reader()
    for line in with_plain_newlines(text or "").split("\n"):
        reader.take(line)
    return reader.finish()


@dataclass(slots=True)
class _Reader:
    """`raw_until` is what ends the open block of raw HTML."""

    keys: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    fence: Fence | None = None
    raw_until: str | None = None
    paragraph: Paragraph = field(default_factory=Paragraph)

    def take(self, line: str) -> None:
        if self.fence is not None and self._take_code(line, self.fence):
            return
        if self.raw_until is not None:
            self._take_raw(line, self.raw_until)
        elif not line.strip() or not line.lstrip(" \t>"):
            self._take_blank(line)
        else:
            self._take_text(line)

    def finish(self) -> tuple[str, ...]:
        self.paragraph.end(self.keys)
        while self.keys and not self.keys[-1]:
            self.keys.pop()
        return tuple(self.keys)

    def _take_code(self, line: str, fence: Fence) -> bool:
        """Takes a line of fenced code; False when the container of the fence ended before it."""
        inner = fence.without_quotes(line)
        if inner is None or (not fence.quotes and self._is_outside_item(inner)):
            self.fence = None
            return False
        if fence.closes(indentation(inner)[1]):
            self.fence = None
            self.keys.append(f"{MARK}f")
        else:
            self.keys.append(f"{MARK}c{fence.without_indent(inner)}")
        return True

    def _is_outside_item(self, line: str) -> bool:
        indent, rest = indentation(line)
        return bool(rest) and bool(self.items) and indent < self.items[-1].content

    def _take_raw(self, line: str, end: str) -> None:
        self.keys.append(literal(line))
        if end in line:
            self.raw_until = None

    def _take_blank(self, line: str) -> None:
        self.paragraph.end(self.keys)
        key = f"{MARK}>" * line.count(">")
        if self.keys and self.keys[-1] != key:
            self.keys.append(key)

    def _take_text(self, line: str) -> None:
        indent, rest = indentation(line)
        left = self._leave_items(indent)
        inner = indent - self._content()
        depth = f"{MARK}d{len(self.items)}{MARK}" if self.items else ""
        if inner >= CODE_INDENT:
            self.keys.append(depth + literal(" " * inner + rest))
        elif left or not self._underline(rest):
            peeled = peel(rest, indent)
            self._take_words(depth, peeled, rest, left)
            self.paragraph.unbroken = unbroken_key(depth, peeled) if line[-1] == "\\" else None
            if peeled.opens_items:
                self.items.extend(peeled.items)
            self._open_fence(peeled, indent)

    def _take_words(self, depth: str, peeled: Peeled, rest: str, left: list[Item]) -> None:
        if peeled.opens_items:
            self._drop_blank_before(peeled, left)
            self.paragraph.end(self.keys)
        goes_on = bool(self.paragraph.lines)
        self._begin_raw(rest)
        self.paragraph.lines.append(Line(len(self.keys), depth + literal(rest), peeled.rest))
        leaf = leaf_key(peeled.rest, in_item=bool(peeled.items))
        if goes_on and not peeled.depth and not leaf.startswith(LEAVES):
            self.items.extend(reversed(left))  # a lazy line does not end the item
            self.paragraph.go_on(self.keys)
        self.keys.append(depth + peeled.key + leaf)

    def _content(self) -> int:
        """The column where the content of the innermost item stands."""
        return self.items[-1].content if self.items else 0

    def _leave_items(self, indent: int) -> list[Item]:
        left: list[Item] = []
        while self.items and indent < self.items[-1].content:
            left.append(self.items.pop())
        return left

    def _drop_blank_before(self, peeled: Peeled, left: list[Item]) -> None:
        """A blank line between two items only makes the list loose."""
        item = peeled.items[0]
        is_sibling = bool(left) and (left[-1].number is None) == (item.number is None)
        starts_list = bool(self.items) and bool(peeled.rest) and item.number in {None, 1}
        if self.keys and not self.keys[-1] and (is_sibling or starts_list):
            self.keys.pop()

    def _underline(self, rest: str) -> bool:
        """Takes a row of `=` or `-` under a paragraph, which makes it a heading and is no rule."""
        if not self.paragraph.lines or (rest.strip("=") and rest.strip("-")):
            return False
        last = self.paragraph.lines[-1]
        if last.place != len(self.keys) - 1 or self.keys[-1].startswith(_NO_UNDERLINE_BELOW):
            return False
        if len(self.paragraph.lines) == 1 and not self.items:
            self.keys[-1] = heading_key(1 if rest[0] == "=" else 2, last.text)
        else:
            self.keys.append(f"{MARK}u{rest[0]}")
        self.paragraph.lines.clear()
        self.paragraph.unbroken = None
        return True

    def _begin_raw(self, rest: str) -> None:
        if not self.paragraph.lines and starts_block(rest):
            self.paragraph.is_raw = True
            self.raw_until = block_end(rest)

    def _open_fence(self, peeled: Peeled, indent: int) -> None:
        column = indent if peeled.quotes else max(self._content(), indent)
        self.fence = opening_fence(peeled.rest, column, peeled.quotes)
        if self.fence is not None:
            self.paragraph.lines.clear()
