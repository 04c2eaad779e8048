"""Atlassian Document Format, as far as Jira itself looks at it: is it well formed, and how does it read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .errors import DocumentError, FieldError
from .values import Json

TEXT_LIMIT = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_INLINE = frozenset(
    [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "inlineExtension",
        "placeholder",
        "mediaInline",
        "image",
    ]
)
_NESTED = frozenset(["paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle", "mediaGroup", "taskList"])
_BLOCK = _NESTED | frozenset(
    [
        "heading",
        "rule",
        "blockquote",
        "panel",
        "table",
        "expand",
        "nestedExpand",
        "decisionList",
        "layoutSection",
        "blockCard",
        "embedCard",
        "extension",
        "bodiedExtension",
        "syncBlock",
        "bodiedSyncBlock",
    ]
)
_CELL = _BLOCK - {"table", "expand", "layoutSection"}
_CHILDREN: dict[str, frozenset[str]] = {
    "doc": _BLOCK,
    "paragraph": _INLINE,
    "heading": _INLINE,
    "codeBlock": frozenset({"text"}),
    "blockquote": _NESTED | {"extension"},
    "panel": _NESTED | {"heading", "rule", "decisionList", "blockCard", "extension"},
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": _NESTED | {"extension"},
    "taskList": frozenset({"taskItem", "taskList", "blockTaskItem"}),
    "taskItem": _INLINE,
    "blockTaskItem": frozenset({"paragraph", "extension"}),
    "decisionList": frozenset({"decisionItem"}),
    "decisionItem": _INLINE,
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableCell", "tableHeader"}),
    "tableCell": _CELL,
    "tableHeader": _CELL,
    "expand": _CELL | {"table"},
    "nestedExpand": _CELL,
    "layoutSection": frozenset({"layoutColumn"}),
    "layoutColumn": _BLOCK,
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "caption": _INLINE,
    "bodiedExtension": _BLOCK,
    "bodiedSyncBlock": _BLOCK,
}
_NOT_EMPTY = frozenset(
    ["bulletList", "orderedList", "listItem", "taskList", "decisionList", "table", "mediaGroup", "mediaSingle"]
)
_LEAVES = frozenset(["rule", "media", "blockCard", "embedCard", "extension", "syncBlock"]) | _INLINE
_ATTRS: dict[str, tuple[str, ...]] = {
    "heading": ("level",),
    "panel": ("panelType",),
    "mention": ("id",),
    "emoji": ("shortName",),
    "date": ("timestamp",),
    "status": ("text", "color"),
    "taskList": ("localId",),
    "taskItem": ("localId", "state"),
    "decisionList": ("localId",),
    "decisionItem": ("localId", "state"),
    "media": ("type",),
}
_MARKS = frozenset(
    [
        "strong",
        "em",
        "strike",
        "code",
        "underline",
        "link",
        "subsup",
        "textColor",
        "backgroundColor",
        "border",
        "annotation",
        "alignment",
        "indentation",
        "breakout",
        "fragment",
        "dataConsumer",
        "fontSize",
    ]
)
_BESIDE_CODE = frozenset({"code", "link", "annotation"})


def check_document(document: Json) -> Json:
    """The document itself; raises FieldError as Jira does for a string, over-long text or a malformed node."""
    if not isinstance(document, dict):
        raise FieldError("Operation value must be an Atlassian Document (see the Atlassian Document Format)")
    _require(document.get("type") == "doc" and document.get("version") == 1)
    _require(isinstance(document.get("content"), list))
    _check_children(document)
    if len(plain_text(document)) > TEXT_LIMIT:
        raise FieldError("The entered text is too long. It exceeds the allowed limit of 32,767 characters.")
    return document


def _require(holds: object) -> None:
    if not holds:
        raise DocumentError("INVALID_INPUT")


def _check_children(node: Json) -> None:
    children = node.get("content", [])
    _require(isinstance(children, list))
    _require(children or node["type"] not in _NOT_EMPTY)
    for child in children:
        _require(isinstance(child, dict) and child.get("type") in _CHILDREN[node["type"]])
        _check_node(child, inside=node["type"])


def _check_node(node: Json, inside: str) -> None:
    kind = node["type"]
    attrs = node.get("attrs", {})
    _require(isinstance(attrs, dict) and all(name in attrs for name in _ATTRS.get(kind, ())))
    if kind == "heading":
        _require(attrs["level"] in range(1, 7))
    _check_marks(node, inside)
    if kind == "text":
        text = node.get("text")
        _require(isinstance(text, str) and text and not _CONTROL.search(text))
    elif kind in _LEAVES:
        _require(not node.get("content"))
    else:
        _check_children(node)


def _check_marks(node: Json, inside: str) -> None:
    marks = node.get("marks", [])
    _require(isinstance(marks, list) and all(isinstance(mark, dict) for mark in marks))
    names = {mark.get("type") for mark in marks}
    _require(names <= _MARKS)
    _require("code" not in names or names <= _BESIDE_CODE)
    _require(not (inside == "codeBlock" and names))
    _require(all("href" in mark.get("attrs", {}) for mark in marks if mark["type"] == "link"))


def plain_text(document: Json) -> str:
    """Roughly what a change log shows of a document; wiki markup as it is."""
    if isinstance(document, str):
        return document
    return "".join(_texts(document)).strip("\n") if document else ""


_BREAKS = frozenset(["paragraph", "heading", "codeBlock", "rule", "tableRow"])


def _texts(node: Json) -> Iterator[str]:
    kind = node.get("type")
    if kind == "text":
        yield node["text"]
    elif kind == "hardBreak":
        yield "\n"
    elif kind in {"mention", "status", "emoji"}:
        yield str(node.get("attrs", {}).get("text") or node.get("attrs", {}).get("shortName", ""))
    elif kind in {"inlineCard", "blockCard", "embedCard"}:
        yield str(node.get("attrs", {}).get("url", ""))
    for child in node.get("content", ()):
        yield from _texts(child)
    if kind in _BREAKS:
        yield "\n\n"


def text_adf(text: str) -> Json:
    """A document of plain paragraphs: blank lines part them, single line ends become hard breaks."""
    paragraphs = [part for part in re.split(r"\n{2,}", text) if part]
    return {"type": "doc", "version": 1, "content": [_paragraph(part) for part in paragraphs]}


def _paragraph(text: str) -> Json:
    content: list[Json] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}
