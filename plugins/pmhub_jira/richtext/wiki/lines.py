"""Wiki text to lines, in which each block macro is one element. Every element knows where it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass

_TAG: Final = re.compile(r"(?<!\\)\{(code|noformat|quote|panel)(?::([^{}\n]*))?\}")
_LITERAL: Final = frozenset({"code", "noformat"})


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text, blank or not. Inside an item it is nothing but text, however it begins."""

    text: str
    start: int
    end: int
    is_in_item: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """`text` is what stands inside code; `lines` is what stands inside a quote or panel."""

    name: str
    argument: str
    text: str
    lines: tuple[Line, ...]
    start: int
    end: int


Line: TypeAlias = Words | Macro


@dataclass(frozen=True, slots=True)
class _Pair:
    """A tag and the one that closes it."""

    opening: re.Match[str]
    close: int
    end: int


def lines_of(text: str) -> tuple[Line, ...]:
    """A tag that is never closed is text."""
    return tuple(_lines(text, sorted(_pairs(text), key=lambda pair: pair.opening.start()), 0, len(text)))


def _pairs(text: str) -> Iterator[_Pair]:
    """What is closed. Nothing nests inside its like, and code hides what stands inside it."""
    opened: list[re.Match[str]] = []
    unclosed: set[str] = set()
    at = 0
    while found := _TAG.search(text, at):
        at, name = found.end(), found[1]
        if name in _LITERAL:
            close = -1 if name in unclosed else text.find(f"{{{name}}}", at)
            if close < 0:
                unclosed.add(name)
                continue
            at = close + len(name) + 2
            yield _Pair(found, close, at)
        elif name not in (one[1] for one in opened):
            opened.append(found)
        elif found[2] is None:
            while opened[-1][1] != name:
                opened.pop()
            yield _Pair(opened.pop(), found.start(), at)


def _lines(text: str, pairs: Sequence[_Pair], start: int, end: int) -> Iterator[Line]:
    """The lines between two places; `pairs` are those in between, in order of their opening."""
    follows_macro = False
    at = 0
    while at < len(pairs):
        pair = pairs[at]
        inside = at + 1
        while inside < len(pairs) and pairs[inside].opening.start() < pair.end:
            inside += 1
        yield from _words(text, start, pair.opening.start(), follows=follows_macro, precedes=True)
        yield _macro(text, pair, pairs[at + 1 : inside])
        start, at, follows_macro = pair.end, inside, True
    yield from _words(text, start, end, follows=follows_macro, precedes=False)


def _macro(text: str, pair: _Pair, pairs: Sequence[_Pair]) -> Macro:
    start, name, argument = pair.opening.end(), pair.opening[1], pair.opening[2] or ""
    is_literal = name in _LITERAL
    return Macro(
        name,
        argument,
        text[start : pair.close] if is_literal else "",
        () if is_literal else tuple(_lines(text, pairs, start, pair.close)),
        pair.opening.start(),
        pair.end,
    )


def _words(text: str, start: int, end: int, *, follows: bool, precedes: bool) -> Iterator[Words]:
    """What is blank between a macro and the end of its line is no blank line."""
    pieces = text[start:end].split("\n")
    for number, piece in enumerate(pieces):
        touches = (follows and number == 0) or (precedes and number == len(pieces) - 1)
        if piece.strip() or not touches:
            yield Words(piece, start, start + len(piece))
        start += len(piece) + 1
