"""Whether an XML file is a JUnit report at all: test folders hold coverage and configuration beside them."""

from __future__ import annotations

import re
from typing import Final

from pmhub_junit.encodings import encoding_of
from pmhub_junit.unreadable import Unreadable

ROOTS: Final = frozenset({"testsuites", "testsuite"})
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIRST: Final = re.compile(r"<(?:!DOCTYPE\s+)?([A-Za-z_][^\s/>\[]{0,99})")


def local(tag: str) -> str:
    """A tag without its namespace, however it is written."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def other_root(head: bytes) -> str:
    """The root element of an XML file that is no JUnit report; empty where it is one, or where its beginning does not tell."""
    try:
        name, mark = encoding_of(head)
    except Unreadable:
        return ""
    found = _FIRST.search(_COMMENT.sub("", head[mark:].decode(name, "replace")))
    root = local(found[1]) if found else ""
    return "" if root in ROOTS else root
