"""Thematic breaks, which leaves and list items must be told from."""

from __future__ import annotations


def is_thematic_break(rest: str) -> bool:
    """Whether a line is three or more of one of `-`, `_` and `*`, spaces aside (CommonMark 4.1)."""
    if rest[:1] not in {"-", "_", "*"}:
        return False
    marks = rest.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and not marks.strip(marks[0])  # noqa: PLR2004
