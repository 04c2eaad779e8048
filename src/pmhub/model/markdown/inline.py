"""Inlines: the key of a line's words, whichever way its emphasis, links, code and escapes were written."""

from __future__ import annotations

import re
from collections.abc import Callable

from pmhub.model.markdown.code_spans import read_code_span
from pmhub.model.markdown.delimiters import Part, joined
from pmhub.model.markdown.emphasis import read_emphasis
from pmhub.model.markdown.escapes import read_backslash, read_entity
from pmhub.model.markdown.keys import MARK, OPEN, doubled_marks
from pmhub.model.markdown.links import read_bang, read_closing_bracket, read_opening_bracket
from pmhub.model.markdown.raw_html import read_tag
from pmhub.model.markdown.scan import Scan, scan_of

_SPACES = re.compile(r"[ \t]+")
_SPECIAL = re.compile(r"[\\`*_~\[\]<&!|]")


def inline_key(text: str) -> str:
    """One scan from left to right; every look ahead is bounded or answered from a table, so it takes linear time."""
    text = doubled_marks(text)
    if not _SPECIAL.search(text):
        return _SPACES.sub(" ", text).strip(" ")
    return joined(_parts(scan_of(text)))


def is_open(text: str) -> bool:
    """Whether code or a tag that starts in this line may end in another."""
    return ("`" in text or "<" in text) and OPEN in inline_key(text)


def _parts(scan: Scan) -> list[Part]:
    """The parts of a line, none of them empty, as some entities are."""
    parts: list[Part] = []
    text, at = scan.text, 0
    while found := _SPECIAL.search(text, at):
        start = found.start()
        if start > at:
            parts.append(_SPACES.sub(" ", text[at:start]))
        at, part = _READ[text[start]](scan, start)
        if part:
            parts.append(part)
    if at < len(text):
        parts.append(_SPACES.sub(" ", text[at:]))
    return parts


def _read_pipe(_scan: Scan, at: int) -> tuple[int, str]:
    return at + 1, f"{MARK}|"


_READ: dict[str, Callable[[Scan, int], tuple[int, Part]]] = {
    "\\": read_backslash,
    "`": read_code_span,
    "*": read_emphasis,
    "_": read_emphasis,
    "~": read_emphasis,
    "[": read_opening_bracket,
    "]": read_closing_bracket,
    "!": read_bang,
    "<": read_tag,
    "&": read_entity,
    "|": _read_pipe,
}
