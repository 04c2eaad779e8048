"""Words of a line changed in place: what was not touched keeps its node, with marks and attributes Markdown cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.adf_reader.reader import Reader
from pmhub_jira.richtext.settle import with_urls
from pmhub_jira.richtext.splice.alignment import same
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.tree import Inline, Inlines, Style, Text

_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Token:
    """`owner` is the number of the node it was read from, `start` and `end` its place in a text node's text."""

    inline: Inline
    owner: int = -1
    start: int = 0
    end: int = 0

    @property
    def key(self) -> Inline | str:
        return _key(self.inline)


def spliced_inlines(nodes: Sequence[Node], wanted: Inlines, context: Context) -> list[Node]:
    old = [token for number, node in enumerate(nodes) for token in _read(node, number, context)]
    new, pairs = _matched(old, [unit for inline in wanted for unit in _units(inline)])
    return _joined(_laid(nodes, old, new, _whole_nodes(nodes, old, pairs), context))


def _read(node: Node, number: int, context: Context) -> Iterator[_Token]:
    inlines = list(with_urls(Reader(context.names).inlines([node], 0)))
    if node.get("type") != "text":
        yield from (_Token(token.inline, number) for inline in inlines for token in _tokens(inline))
        return
    at = 0
    for inline in inlines:
        for token in _tokens(inline):
            size = len(token.inline.text) if isinstance(token.inline, Text) else 0
            yield _Token(token.inline, number, at, at + size)
            at += size


def _tokens(inline: Inline) -> Iterator[_Token]:
    if isinstance(inline, Text):
        yield from (_Token(Text(found[0], inline.style)) for found in _WORD.finditer(inline.text))
    else:
        yield _Token(inline)


def _units(inline: Inline) -> Iterator[Inline]:
    """Single characters, as nodes may part a word where its text does not."""
    if isinstance(inline, Text):
        yield from (Text(char, inline.style) for char in inline.text)
    else:
        yield inline


def _matched(old: Sequence[_Token], units: Sequence[Inline]) -> tuple[list[_Token], list[tuple[int, int]]]:
    """The wanted units as tokens, and the places of those that are there: from both ends, then between."""
    head, first = _fitting(old, units, 0)
    rest = old[head:]
    tail, last = _fitting(rest[::-1], units[first:][::-1], 1)
    stop = len(old) - tail
    middle = [token for inline in _merged(units[first : len(units) - last]) for token in _tokens(inline)]
    new = [*old[:head], *middle, *old[stop:]]
    between = same([token.key for token in old[head:stop]], [token.key for token in middle])
    shift = len(new) - len(old)
    return new, [
        *((place, place) for place in range(head)),
        *((head + one, head + other) for one, other in between),
        *((place, place + shift) for place in range(stop, len(old))),
    ]


def _fitting(old: Sequence[_Token], units: Sequence[Inline], end: int) -> tuple[int, int]:
    """How many tokens, and how many units they are, agree from the start; no word of the new text is cut in two unless
    the old one was. `end` is 1 where both run backwards.
    """
    keys = [key for unit in units for key in _unit_keys(unit)]
    at = number = 0
    safe = (0, 0)
    for number, token in enumerate(old):
        own = _unit_keys(token.inline)[:: -1 if end else 1]
        if own != keys[at : at + len(own)]:
            break
        at += len(own)
        following = old[number + 1].inline if number + 1 < len(old) else None
        near = -1 if end else 0
        if not _is_word(units[at : at + 1], 0) or not _is_word([token.inline], ~near) or _is_word([following], near):
            safe = (number + 1, at)
    return safe


def _unit_keys(inline: Inline) -> list[Inline | str | tuple[str, Style]]:
    """What the units of an inline are compared by: white space counts alike in any style."""
    if isinstance(inline, Text):
        return [char if char.isspace() else (char, inline.style) for char in inline.text]
    return [inline]


def _is_word(inlines: Sequence[Inline | None], place: int) -> bool:
    """Whether a word goes on with the character at the near side of this one."""
    one = inlines[place] if inlines else None
    return isinstance(one, Text) and (one.text[place].isalnum() or one.text[place] == "_")


def _key(inline: Inline) -> Inline | str:
    """White space counts alike in any style."""
    return inline.text if isinstance(inline, Text) and inline.text.isspace() else inline


def _whole_nodes(nodes: Sequence[Node], old: Sequence[_Token], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Place in the new → place in the old. A node that is no text stays as a whole or not at all."""
    there: dict[int, list[int]] = {}
    for place, token in enumerate(old):
        there.setdefault(token.owner, []).append(place)
    found = dict(pairs)
    broken = {
        owner
        for owner, places in there.items()
        if nodes[owner].get("type") != "text" and not _in_a_row([found.get(place) for place in places])
    }
    return {new: place for place, new in pairs if old[place].owner not in broken}


def _in_a_row(places: Sequence[int | None]) -> bool:
    first = places[0]
    return first is not None and list(places) == list(range(first, first + len(places)))


def _laid(
    nodes: Sequence[Node], old: Sequence[_Token], new: Sequence[_Token], pairs: dict[int, int], context: Context
) -> Iterator[Node]:
    wordless = _wordless(nodes, old)
    fresh: list[Inline] = []
    at = given = 0
    while at < len(new):
        if at not in pairs:
            fresh.append(new[at].inline)
            at += 1
            continue
        yield from context.writer().inlines(_merged(fresh))
        fresh = []
        token = old[pairs[at]]
        yield from (nodes[number] for number in range(given, token.owner) if number in wordless)
        given = max(given, token.owner)
        size = _run(at, pairs, old)
        yield _part(nodes[token.owner], token.start, old[pairs[at + size - 1]].end)
        at += size
    yield from context.writer().inlines(_merged(fresh))
    yield from (nodes[number] for number in range(given, len(nodes)) if number in wordless)


def _wordless(nodes: Sequence[Node], old: Sequence[_Token]) -> set[int]:
    """Nodes that read as nothing: no edit on the other side can have meant them."""
    return set(range(len(nodes))) - {token.owner for token in old}


def _run(at: int, pairs: dict[int, int], old: Sequence[_Token]) -> int:
    """How many tokens from here stand next to each other on both sides, in one node."""
    size = 1
    while pairs.get(at + size) == pairs[at] + size and old[pairs[at] + size].owner == old[pairs[at]].owner:
        size += 1
    return size


def _part(node: Node, start: int, end: int) -> Node:
    if node.get("type") != "text" or (start, end) == (0, len(str(node["text"]))):
        return node
    return {**node, "text": node["text"][start:end]}


def _merged(inlines: Sequence[Inline]) -> Inlines:
    merged: list[Inline] = []
    for inline in inlines:
        last = merged[-1] if merged else None
        if isinstance(inline, Text) and isinstance(last, Text) and inline.style == last.style:
            merged[-1] = Text(last.text + inline.text, last.style)
        else:
            merged.append(inline)
    return tuple(merged)


def _joined(nodes: Iterator[Node]) -> list[Node]:
    """Neighbouring text nodes that differ in nothing but their words are one."""
    joined: list[Node] = []
    for node in nodes:
        last = joined[-1] if joined else {}
        if _without_text(node) == _without_text(last) and node.get("type") == "text":
            joined[-1] = {**last, "text": last["text"] + node["text"]}
        else:
            joined.append(node)
    return joined


def _without_text(node: Node) -> Node:
    return {name: value for name, value in node.items() if name != "text" and value}
