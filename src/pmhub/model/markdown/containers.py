"""Container blocks: what stands in front of a line's own words, quotes and list items."""

from __future__ import annotations

import re
from dataclasses import field

from pmhub.model.lean import dataclass
from pmhub.model.markdown.keys import MARK
from pmhub.model.markdown.thematic_breaks import is_thematic_break

CODE_INDENT = 4  # columns that make code (CommonMark 4.4)
_DEPTH = 40  # containers inside each other; what lies deeper is compared as it stands
_BULLET = re.compile(r"([-+*])([ \t]+|$)")
_ORDERED = re.compile(r"([0-9]{1,9})[.)]([ \t]+|$)")


@dataclass(slots=True)
class Item:
    """An open list item: the column where its content stands, and its number, None for a bullet."""

    content: int
    number: int | None


@dataclass(slots=True)
class Peeled:
    """A line without its containers: the key of these, in their order, and what is left of the line."""

    key: str = ""
    rest: str = ""
    quotes: int = 0
    items: list[Item] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return self.quotes + len(self.items)

    @property
    def opens_items(self) -> bool:
        """Whether its items hold what follows; those of a quote are read anew on each of its lines."""
        return bool(self.items) and not self.quotes


def indentation(line: str) -> tuple[int, str]:
    """How many columns a line is indented, and the line without the spaces around it."""
    rest = line.lstrip(" \t")
    lead = line[: len(line) - len(rest)]
    return len(lead.expandtabs(4)), rest.rstrip(" \t")


def peel(rest: str, column: int = 0) -> Peeled:
    """Takes the containers off a line that stands at `column`, which is needed to tell where an item's content stands."""
    peeled = Peeled()
    while rest and peeled.depth < _DEPTH and (width := _take_container(rest, column, peeled)):
        rest = rest[width:]
        space, stripped = indentation(rest)
        if space > CODE_INDENT or (space == CODE_INDENT and peeled.key[-1] != ">"):  # a quote takes one for itself
            break
        column, rest = column + width + space, stripped
    peeled.rest = rest
    return peeled


def _take_container(rest: str, column: int, peeled: Peeled) -> int:
    """Notes the container that `rest` starts with; its width, 0 for none."""
    if rest[0] == ">":
        peeled.quotes += 1
        peeled.key += f"{MARK}>"
        return 1
    if (item := _item(rest, column)) is None:
        return 0
    peeled.items.append(item)
    peeled.key += f"{MARK}-" if item.number is None else f"{MARK}{item.number}."
    return item.content - column


def _item(rest: str, column: int) -> Item | None:
    if is_thematic_break(rest):
        return None
    if found := _BULLET.match(rest):
        number, width = None, 1
    elif found := _ORDERED.match(rest):
        number, width = int(found[1]), len(found[1]) + 1
    else:
        return None
    space = len(found[2])
    return Item(column + width + (space if 1 <= space <= CODE_INDENT else 1), number)
