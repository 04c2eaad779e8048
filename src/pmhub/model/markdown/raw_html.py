"""Raw HTML: tags in a line, and blocks of it, which are compared as they stand."""

from __future__ import annotations

import re

from pmhub.model.markdown.keys import MARK, OPEN
from pmhub.model.markdown.scan import LOOK_AHEAD, Scan

_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_TAG_START = re.compile(r"<[A-Za-z/!?]")
_LINE_BREAK_TAG = re.compile(r"<br[ ]*/?>", re.IGNORECASE)
_BLOCKS = ((re.compile(r"<!--"), "-->"), (re.compile(r"<(?:pre|script|style|textarea)\b", re.IGNORECASE), "</"))


def starts_block(rest: str) -> bool:
    """Whether a paragraph that begins so may be a block of HTML."""
    return rest[0] == "<" and _TAG_START.match(rest) is not None and not _AUTOLINK.match(rest)


def block_end(rest: str) -> str | None:
    """What ends the block that `rest` starts and leaves open; None where a blank line ends it."""
    return next((end for start, end in _BLOCKS if start.match(rest) and end not in rest[2:]), None)


def read_tag(scan: Scan, at: int) -> tuple[int, str]:
    text = scan.text
    if found := _AUTOLINK.match(text, at):
        return found.end(), found[1]
    if found := _LINE_BREAK_TAG.match(text, at):
        return found.end(), f"{MARK}b"
    if not _TAG_START.match(text, at):
        return at + 1, "<"
    if (end := _tag_end(scan, at)) is None:
        return at + 1, f"{OPEN}<"
    return end, f"{MARK}<{text[at:end]}{MARK}>"


def _tag_end(scan: Scan, at: int) -> int | None:
    if scan.last_angle < at:
        return None
    if not scan.text.startswith("<!--", at):
        return scan.text.index(">", at) + 1
    end = scan.text.find("-->", at, at + LOOK_AHEAD)
    return end + 3 if end >= 0 else None
