"""A node of any JSON: what it holds where it should, and nothing where it holds something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from pmhub_jira.richtext.tree import Blocks, Paragraph, Text

Node: TypeAlias = Mapping[str, Any]

DEPTH = 60  # nodes inside each other; deeper ones give only their words


_MAPPINGS = (dict, Mapping)  # asking for the abstract one takes ten times as long


def kind_of(node: object) -> str:
    kind = node.get("type") if isinstance(node, _MAPPINGS) else None
    return kind or "unknown" if isinstance(kind, str) else "unknown"


def children_of(node: Node) -> list[Node]:
    """A node's children as nodes: bare strings become text, what is no node is left out."""
    content = node.get("content")
    if not content:
        return []
    if isinstance(content, list) and all(isinstance(child, dict) for child in content):
        return content
    children = [{"type": "text", "text": c} if isinstance(c, str) else c for c in _list(content)]
    return [child for child in children if isinstance(child, _MAPPINGS)]


def marks_of(node: Node) -> list[Any]:
    return _list(node.get("marks"))


def attrs_of(node: Node) -> Node:
    attrs = node.get("attrs") if isinstance(node, _MAPPINGS) else None
    return attrs if attrs and isinstance(attrs, _MAPPINGS) else {}


def string(node: Node, name: str) -> str:
    """An attribute that must be a string to mean anything."""
    value = attrs_of(node).get(name)
    return value if isinstance(value, str) else ""


def scalar(value: object) -> str:
    """A string or number as text."""
    return str(value) if is_scalar(value) and not isinstance(value, bool) else ""


def is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float)


def own_words(node: Node) -> str:
    """The words that a node has besides its children's."""
    return scalar(node.get("text")) or string(node, "text")


def all_words(node: Node, gap: str = " ") -> str:
    """The words of a node and of all below it, without recursion."""
    found: list[str] = []
    waiting: list[Any] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, Mapping):
            found.extend(words for words in (own_words(one), "\n" if one.get("type") == "hardBreak" else "") if words)
            waiting.extend(reversed(_list(one.get("content"))))
    return gap.join(found)


def flattened(node: Node) -> Blocks:
    return (Paragraph((Text(all_words(node)),)),)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
