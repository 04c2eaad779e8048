"""A Markdown file with YAML front matter, taken apart by position so that one value can be changed and nothing else. Pure.

Of YAML: one mapping of plain words to text, lists of text, or anything that is not ours. Every scalar is read as the text
that stands there (`no` stays `no`, `1.10` stays `1.10`). Anchors, aliases and tags are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Final, TypeAlias

import yaml  # type: ignore[import-untyped,unused-ignore]

from pmhub.model.lean import dataclass
from pmhub.sdk import Refused

BOM: Final = "\ufeff"
OPENING: Final = re.compile(r"---[ \t]*(\r?\n|\Z)")
CLOSING: Final = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
LONGEST_FRONT: Final = 65_536
NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
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
    for pair in _pairs(front, opening.end()):
        if pair.key in pairs:
            raise Malformed(pair.line, f"has {pair.key!r} twice")
        pairs[pair.key] = pair
    newline = "\r\n" if opening[1] == "\r\n" else "\n"
    return Document(text, pairs, closing.start(), closing.end(), newline)


def _refuse_half_merged(text: str) -> None:
    ours = OURS.search(text)
    if ours and BASE.search(text, ours.end()) and THEIRS.search(text, ours.end()):
        raise Malformed(text.count("\n", 0, ours.start()) + 1, "holds the conflict of a merge that nobody has settled")


def _pairs(front: str, offset: int) -> Iterator[Pair]:
    """`offset`: where the front matter begins in the text, on its second line."""
    events = _events(front)
    if not isinstance(next(events, None), yaml.StreamStartEvent) or not front.strip():
        return
    first = next(events)
    if isinstance(first, yaml.StreamEndEvent):
        return
    top = next(events)
    if not isinstance(top, yaml.MappingStartEvent) or top.flow_style:
        raise Malformed(2, "has front matter that is no list of `key: value` lines")
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        yield _pair(event, events, offset)


def _events(front: str) -> Iterator[Any]:
    try:
        for event in yaml.parse(front, Loader=yaml.BaseLoader):
            if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
                raise Malformed(_line(event), "uses an anchor, an alias or a tag: write the value itself")
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Malformed(mark.line + 2 if mark else 2, f"cannot be read as YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = front.count("\n", 0, error.position) + 2
        raise Malformed(line, "holds a character that YAML does not allow") from None


def _line(event: Any) -> int:  # noqa: ANN401 - the library has no types
    return int(event.start_mark.line) + 2


def _pair(name: Any, events: Iterator[Any], offset: int) -> Pair:  # noqa: ANN401
    if not isinstance(name, yaml.ScalarEvent):
        raise Malformed(_line(name), "has a key that is not a plain word")
    event = next(events)
    start, line = event.start_mark.index + offset, _line(name)
    if isinstance(event, yaml.ScalarEvent):
        end = event.end_mark.index + offset
        return Pair(name.value, line, start, end, _scalar(event))
    members = list(_inside(event, events))
    end, opaque = members.pop()[1] + offset, not isinstance(event, yaml.SequenceStartEvent)
    if opaque or any(text is None for _, _, text in members):
        return Pair(name.value, line, start, end, opaque=True)
    spans = tuple((begin + offset, stop + offset) for begin, stop, _ in members)
    texts = tuple(text or "" for _, _, text in members)
    return Pair(name.value, line, start, end, texts, flow=bool(event.flow_style), members=spans)


def _inside(opening: Any, events: Iterator[Any]) -> Iterator[tuple[int, int, str | None]]:  # noqa: ANN401
    """What a list holds, None for what is no text; last of all where it ends."""
    depth = 1
    for event in events:
        begins = isinstance(event, yaml.CollectionStartEvent)
        depth += begins - isinstance(event, yaml.CollectionEndEvent)
        begin, stop = event.start_mark.index, event.end_mark.index
        if depth == 0:
            yield begin, stop if opening.flow_style else begin, None
            return
        if isinstance(event, yaml.ScalarEvent):
            text = (_scalar(event) or "") if event.style not in ("|", ">") else None
            yield begin, stop, text if depth == 1 else None
        elif begins:
            yield begin, stop, None


def _scalar(event: Any) -> str | None:  # noqa: ANN401
    return None if event.style is None and event.value in NOTHING else str(event.value)
