"""Paragraphs that are nothing but words, as most are, to Markdown."""

from __future__ import annotations

from collections.abc import Callable

from pmhub_jira.richtext.escape import escape_line_start, has_signs
from pmhub_jira.richtext.tree import PLAIN, Break, Inlines, Text


def write_plain(inlines: Inlines, breaks: Callable[[int], str]) -> str | None:
    """Lines of nothing but words, without a sign that might need an escape; None for all else."""
    out: list[str] = []
    starts = True
    for inline in inlines:
        if isinstance(inline, Break) and not starts:
            out.append(breaks(1))
            starts = True
        elif isinstance(inline, Text) and inline.style == PLAIN and starts and not has_signs(inline.text):
            out.append(escape_line_start(inline.text) if not out or out[-1] == "\n" else inline.text)
            starts = False
        else:
            return None
    return "".join(out)
