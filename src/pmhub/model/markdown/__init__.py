"""The Markdown normal form: when do two texts say the same, whatever the tool that wrote them likes to reformat.

Equal keys promise equal rendering; unequal keys promise nothing. A hard break counts as a plain newline and a loose list as
a tight one: trackers show them alike. Terms are CommonMark's: containers hold leaves, leaves hold inlines.

A run in which nothing moved compares no texts: what reads them, and compiles its patterns for it, comes in with the first.
"""

from __future__ import annotations


def cut(text: str, limit: int, note: str) -> tuple[str, bool]:
    """`text` in at most `limit` characters and whether it was cut: at a blank line outside code, with `note` below."""
    from pmhub.model.markdown import cutting  # noqa: PLC0415 - see above

    return cutting.cut(text, limit, note)


def line_key(line: str) -> str:
    """The canonical key of one line, read on its own: a line indented by four or more counts as code."""
    from pmhub.model.markdown import line as lines  # noqa: PLC0415

    return lines.line_key(line)


def strip_controls(text: str) -> str:
    """`text` with LF line ends and without C0/C1 controls other than newline and tab; lone surrogates become U+FFFD."""
    from pmhub.model.markdown import controls  # noqa: PLC0415

    return controls.strip_controls(text)


def text_key(text: str | None) -> tuple[str, ...]:
    """The keys of all lines of a text; None, empty and blank texts share `()`."""
    from pmhub.model.markdown import text as texts  # noqa: PLC0415

    return texts.text_key(text)


__all__ = ["cut", "line_key", "strip_controls", "text_key"]
