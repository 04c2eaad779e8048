"""Leaf blocks: the key of a line whose containers are taken off."""

from __future__ import annotations

import re

from pmhub.model.markdown.fences import opening_fence
from pmhub.model.markdown.inline import inline_key
from pmhub.model.markdown.keys import MARK, literal
from pmhub.model.markdown.tables import delimiter_row_key, is_row, row_key
from pmhub.model.markdown.thematic_breaks import is_thematic_break

_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")


def leaf_key(rest: str, *, in_item: bool) -> str:
    if not rest:
        return ""
    if rest[0] in " \t":  # code behind a marker
        return literal(rest)
    if in_item and (task := _TASK.match(rest)):
        return f"{MARK}{task[1].lower()}{_key(rest[task.end() :])}"
    return _key(rest)


def _key(rest: str) -> str:
    if is_thematic_break(rest):
        return f"{MARK}h"
    if fence := opening_fence(rest):
        return f"{MARK}f{fence.info}"
    if heading := _HEADING.match(rest):
        return heading_key(len(heading[1]), _without_closing_hashes(rest[heading.end() :]))
    if (row := delimiter_row_key(rest)) is not None:
        return row
    return row_key(rest) if is_row(rest) else inline_key(rest)


def heading_key(level: int, text: str) -> str:
    return f"{MARK}#{level}{inline_key(text)}"


def _without_closing_hashes(text: str) -> str:
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else text
