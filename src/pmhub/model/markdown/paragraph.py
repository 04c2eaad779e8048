"""A paragraph as it grows. What its lines are is settled when it ends: the last word may be a later line's."""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple

from pmhub.model.lean import dataclass
from pmhub.model.markdown.containers import Peeled
from pmhub.model.markdown.escapes import ends_in_break
from pmhub.model.markdown.inline import is_open
from pmhub.model.markdown.keys import LEAVES
from pmhub.model.markdown.leaves import leaf_key


class Line(NamedTuple):
    """`place` is that of its key, which `literal` replaces if need be; `text` is bare of containers."""

    place: int
    literal: str
    text: str


@dataclass(slots=True)
class Paragraph:
    """`unbroken` is the last line's key without the backslash that breaks it if the paragraph goes on."""

    lines: list[Line] = field(default_factory=list)
    is_raw: bool = False
    unbroken: str | None = None

    def go_on(self, keys: list[str]) -> None:
        if self.unbroken is not None:
            keys[-1] = self.unbroken

    def end(self, keys: list[str]) -> None:
        """What may reach over its lines (code, tags) makes all of them literal."""
        if self.is_raw or any(is_open(line.text) for line in self.lines):
            for line in self.lines:
                keys[line.place] = line.literal
        self.lines.clear()
        self.is_raw = False
        self.unbroken = None


def unbroken_key(depth: str, peeled: Peeled) -> str | None:
    """The key of a line that ends in a backslash without it; None where the backslash is words or the line no paragraph's."""
    rest = peeled.rest[:-1].rstrip()
    if not rest or not ends_in_break(peeled.rest):
        return None
    leaf = leaf_key(rest, in_item=bool(peeled.items))
    return None if leaf.startswith(LEAVES) else depth + peeled.key + leaf
