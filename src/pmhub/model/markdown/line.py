"""The key of one line out of its text, as the merge of texts compares them."""

from __future__ import annotations

from pmhub.model.markdown.containers import CODE_INDENT, indentation, peel
from pmhub.model.markdown.keys import MARK, literal
from pmhub.model.markdown.leaves import leaf_key


def line_key(line: str) -> str:
    """The canonical key of one line, read on its own: a line indented by four or more counts as code."""
    line = line.rstrip("\r\n")
    indent, rest = indentation(line)
    if indent >= CODE_INDENT:
        return literal(line)
    peeled = peel(rest)
    lead = f"{MARK}i{indent}{MARK}" if indent else ""
    return lead + peeled.key + leaf_key(peeled.rest, in_item=bool(peeled.items))
