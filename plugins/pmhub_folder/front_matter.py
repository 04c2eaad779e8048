"""A Markdown file with YAML front matter, taken apart by position so that one value can be changed and nothing else. Pure.

Of YAML: one mapping of plain words to text, lists of text, or anything that is not ours. Every scalar is read as the text
that stands there (`no` stays `no`, `1.10` stays `1.10`). Anchors, aliases and tags are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub.sdk import Refused

BOM: Final = "\ufeff"
OPENING: Final = re.compile(r"---[ \t]*(\r?\n|\Z)")
CLOSING: Final = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
LONGEST_FRONT: Final = 65_536
OURS, BASE, THEIRS = (
    re.compile(r"^<{7} ", re.MULTILINE),
    re.compile(r"^={7}\r?$", re.MULTILINE),
    re.compile(r"^>{7} ", re.MULTILINE),
)

Stored: TypeAlias = "str | tuple[str, ...] | None"
"""What a key holds: text, a list of text, or nothing."""


class Malformed(Refused):
    """`line` counts from one; `why` ends the sentence that begins with the file's name."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(
            f"line {line}: {why}", lasting=False, hint="Mend the file by hand; until then it is left alone."
        )
        self.line = line
        self.why = why


@dataclass(frozen=True)
class Pair:
    """One key. Positions are characters of the whole text. `value` None with `opaque`: something that is not ours to read.

    `members`: of a list, where each begins and ends.
    """

    key: str
    line: int
    start: int
    end: int
    value: Stored = None
    flow: bool = True
    opaque: bool = False
    members: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Document:
    """`front`: where a new key goes. `body`: where the text begins, behind the line that closes the front matter."""

    text: str
    pairs: Mapping[str, Pair]
    front: int
    body: int
    newline: str = field(default="\n")

    def value(self, key: str) -> Stored:
        pair = self.pairs.get(key)
        return pair.value if pair else None

    def line(self, key: str) -> int:
        pair = self.pairs.get(key)
        return pair.line if pair else 1


def decoded(content: bytes) -> str:
    """Raises Malformed where it is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Malformed(line, "is not UTF-8 text") from None


def parse(text: str) -> Document:
    """Raises Malformed."""
    from pmhub_folder.front_pairs import pairs_of  # noqa: PLC0415 - YAML takes long to come, and a list of plugins needs none

    _refuse_half_merged(text)
    at = len(BOM) if text.startswith(BOM) else 0
    opening = OPENING.match(text, at)
    if opening is None:
        raise Malformed(1, "has no front matter: the first line must be ---")
    closing = CLOSING.search(text, opening.end())
    if closing is None:
        raise Malformed(1, "has front matter that no line --- ends")
    front = text[opening.end() : closing.start()]
    if len(front) > LONGEST_FRONT:
        raise Malformed(1, f"has front matter of more than {LONGEST_FRONT} characters")
    pairs: dict[str, Pair] = {}
    for pair in pairs_of(front, opening.end()):
        if pair.key in pairs:
            raise Malformed(pair.line, f"has {pair.key!r} twice")
        pairs[pair.key] = pair
    newline = "\r\n" if opening[1] == "\r\n" else "\n"
    return Document(text, pairs, closing.start(), closing.end(), newline)


def _refuse_half_merged(text: str) -> None:
    ours = OURS.search(text)
    if ours and BASE.search(text, ours.end()) and THEIRS.search(text, ours.end()):
        raise Malformed(text.count("\n", 0, ours.start()) + 1, "holds the conflict of a merge that nobody has settled")
