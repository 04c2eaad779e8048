"""The words of an ADF node as one line, without any of its marks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_INLINE: Final = ("mention", "emoji", "inlineCard")
_SHOWN: Final = ("text", "shortName", "url")


def line(node: Any) -> str:  # noqa: ANN401 - JSON
    """Blocks and breaks are a space apart, and runs of white space are one."""
    return " ".join("".join(_words(node)).split())


def first_paragraph(document: Mapping[str, Any] | None) -> str:
    """The first paragraph that says anything, else the first words of whatever stands there; empty for none."""
    blocks = [block for block in (document or {}).get("content") or () if isinstance(block, Mapping)]
    paragraphs = [block for block in blocks if block.get("type") == "paragraph"]
    return next((text for block in (*paragraphs, *blocks) if (text := line(block))), "")


def _words(node: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if not isinstance(node, Mapping):
        return
    if isinstance(node.get("text"), str):
        yield node["text"]
        return
    attrs = node.get("attrs")
    if isinstance(attrs, Mapping):
        yield next((str(attrs[name]) for name in _SHOWN if attrs.get(name)), "")
    children = node.get("content")
    for child in children if isinstance(children, list) else ():
        yield from _words(child)
    if node.get("type") not in _INLINE:
        yield " "
