"""What a write takes away that Markdown cannot say and nobody on the other side can have meant: named, with its place.

A node that shows all it is in words (a status, a date) is no loss when its words went too: someone deleted them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext import plain
from pmhub_jira.richtext.adf_reader.kinds import INLINES, KNOWN, LOSSY
from pmhub_jira.richtext.adf_reader.node import attrs_of, children_of, kind_of, marks_of, scalar
from pmhub_jira.richtext.adf_reader.styles import lossy_marks
from pmhub_jira.richtext.stand_ins import PANELS
from pmhub_jira.richtext.wiki.blocks import chunks_of, read_chunk
from pmhub_jira.richtext.wiki.inlines import InlineReader
from pmhub_jira.richtext.wiki.lines import lines_of

_WORD: Final = re.compile(r"\w+")
_PLACE: Final = 40
_HIDING: Final = frozenset({"extension", "bodiedExtension", "inlineExtension", "media", "mediaInline"})
"""Nodes that are more than the words they show."""
_CALLED: Final = {
    "annotation": "an inline comment",
    "backgroundColor": "a highlight",
    "blockCard": "a card",
    "bodiedExtension": "a macro",
    "decisionList": "a list of decisions",
    "embedCard": "an embedded page",
    "extension": "a macro",
    "inlineCard": "a smart link",
    "inlineExtension": "a macro",
    "layoutSection": "columns",
    "media": "an attachment",
    "mediaGroup": "attachments",
    "mediaInline": "an attachment",
    "textColor": "a text colour",
}
_NAMES: Final = ("text", "alt", "extensionKey", "shortName")


@dataclass(frozen=True, slots=True)
class _Thing:
    """A node, or a mark on `words`. Equal things do for each other; what a node holds may have been edited in it."""

    kind: str
    attrs: str
    words: str
    hides: bool
    inside: str = field(default="", compare=False)


def losses_of_adf(over: Mapping[str, Any], written: Mapping[str, Any] | None) -> tuple[str, ...]:
    """One phrase for each kind of thing lost in each block, in the order of the document."""
    left = Counter(thing for block in children_of(written or {}) for thing in _things(block))
    words = Counter(_WORD.findall(plain.line(written)))
    found: dict[str, None] = {}
    for block in children_of(over):
        for thing in _things(block):
            if left[thing]:
                left[thing] -= 1
            elif thing.hides or _still_said(thing, words):
                found[_called(thing) + _place(plain.line(block))] = None
    return tuple(found)


def losses_of_wiki(over: str, written: str | None) -> tuple[str, ...]:
    """As `losses_of_adf`, by paragraphs: what is named in one that changed and in none that is new."""
    left = Counter(name for text in _chunks(written or "") for name in _lossy(text))
    kept = Counter(_chunks(written or ""))
    found: dict[str, None] = {}
    for text in _chunks(over):
        names = _lossy(text)
        left.subtract(names)
        if kept[text]:
            kept[text] -= 1
            continue
        found.update(dict.fromkeys(name + _place(text) for name in names if left[name] < 0))
    return tuple(found)


def _things(block: Mapping[str, Any]) -> Iterator[_Thing]:
    waiting: list[Mapping[str, Any]] = [block]
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(children_of(node)))
        kind, words = kind_of(node), ""
        if _is_lossy(node):
            words = plain.line(node)
            own, inside = ("", words) if children_of(node) else (words, "")
            yield _Thing(kind, _json(attrs_of(node)), own, kind in _HIDING or kind not in KNOWN, inside)
        for name in lossy_marks(node):
            said = _WORD.findall(str(node.get("text", ""))) if kind == "text" else [words or plain.line(node)]
            marks = [mark for mark in marks_of(node) if kind_of(mark) == name]
            yield from (_Thing(name, _json(marks), word, hides=False) for word in said)


def _is_lossy(node: Mapping[str, Any]) -> bool:
    kind = kind_of(node)
    if kind == "media":
        return "url" not in attrs_of(node)
    spans = {attrs_of(node).get(name, 1) for name in ("colspan", "rowspan")} - {1}
    return kind in LOSSY or kind not in KNOWN or kind == "mention" or bool(spans) or _is_odd_panel(node)


def _is_odd_panel(node: Mapping[str, Any]) -> bool:
    return kind_of(node) == "panel" and attrs_of(node).get("panelType") not in PANELS.values()


def _still_said(thing: _Thing, words: Counter[str]) -> bool:
    own = _WORD.findall(thing.words or thing.inside)
    return bool(own) and all(words[word] for word in own)


def _called(thing: _Thing) -> str:
    attrs = json.loads(thing.attrs)
    if thing.kind in {"tableCell", "tableHeader"}:
        return "merged cells"
    if thing.kind == "panel":
        return f"a panel of type {scalar(attrs.get('panelType')) or 'unknown'}"
    name = _CALLED.get(thing.kind, f"{thing.kind}")
    own = next((scalar(attrs[key]) for key in _NAMES if isinstance(attrs, dict) and attrs.get(key)), "")
    return f"{name} “{_shortened(own)}”" if own and thing.kind in INLINES | _HIDING else name


def _place(text: str) -> str:
    return f" in “{_shortened(text)}”" if text.strip() else ""


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _PLACE else f"{line[:_PLACE].rstrip()}…"


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, sort_keys=True)


def _chunks(text: str) -> list[str]:
    return [text[chunk.start : chunk.end] for chunk in chunks_of(lines_of(text))]


def _lossy(text: str) -> Sequence[str]:
    reader = InlineReader(None)
    for chunk in chunks_of(lines_of(text)):
        for _ in read_chunk(chunk, reader):
            pass
    return sorted(reader.lossy)
