"""Marks of a text node as a style, and what of them Markdown has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub_jira.richtext.adf_reader.node import Node, attrs_of, kind_of, marks_of, scalar
from pmhub_jira.richtext.stand_ins import HTML_GREY
from pmhub_jira.richtext.tree import CODE, EM, HTML, PLAIN, STRIKE, STRONG, SUB, SUP, Style

_MARKS = {"strong": STRONG, "em": EM, "strike": STRIKE, "code": CODE}
_SOLE = {kind: Style(frozenset({mark})) for kind, mark in _MARKS.items()}
_READ = frozenset({*_MARKS, "link", "subsup"})


def style_of(node: Node) -> Style:
    """PLAIN for a node without marks."""
    if "marks" not in node:
        return PLAIN
    given = marks_of(node)
    if len(given) == 1 and (sole := _SOLE.get(kind_of(given[0]))) is not None:
        return sole
    marks = {HTML} if is_html(node) else set()
    href = title = ""
    for mark in given:
        kind, attrs = kind_of(mark), attrs_of(mark)
        if kind in _MARKS:
            marks.add(_MARKS[kind])
        elif kind == "subsup":
            marks.add(SUP if attrs.get("type") == "sup" else SUB)
        elif kind == "link":
            href, title = scalar(attrs.get("href")), scalar(attrs.get("title"))
    if SUP in marks:
        marks.discard(SUB)
    return Style(frozenset(marks), href, title)


def lossy_marks(node: Node) -> Iterator[str]:
    for kind in map(kind_of, marks_of(node)):
        if kind not in _READ and not (kind == "textColor" and is_html(node)):
            yield kind


def is_html(node: Node) -> bool:
    if "marks" not in node:
        return False
    colours = [attrs_of(mark).get("color") for mark in marks_of(node) if kind_of(mark) == "textColor"]
    return colours == [HTML_GREY] and isinstance(node.get("text"), str)
