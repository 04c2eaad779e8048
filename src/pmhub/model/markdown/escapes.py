"""Backslashes and entities, which a key holds as the characters they stand for."""

from __future__ import annotations

import html
import re

from pmhub.model.markdown.keys import MARK, doubled_marks
from pmhub.model.markdown.scan import PUNCTUATION, Scan

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def read_backslash(scan: Scan, at: int) -> tuple[int, str]:
    following = scan.text[at + 1 : at + 2]
    if not following:
        return at + 1, f"{MARK}\\"
    return (at + 2, following) if following in PUNCTUATION else (at + 1, "\\")


def read_entity(scan: Scan, at: int) -> tuple[int, str]:
    if found := _ENTITY.match(scan.text, at):
        return found.end(), doubled_marks(html.unescape(found[0]))
    return at + 1, "&"


def ends_in_break(rest: str) -> bool:
    """Whether a line's last backslash is not itself escaped, and so breaks the line if its paragraph goes on."""
    return (len(rest) - len(rest.rstrip("\\"))) % 2 == 1
