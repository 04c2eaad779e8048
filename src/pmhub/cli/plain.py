"""Text from elsewhere, made safe to show: no control of the terminal, no hidden turn of the reading direction."""

from __future__ import annotations

import re

# Control characters but newline and tab, line separators, bidirectional marks (Unicode UAX 9), lone surrogates.
_UNSAFE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
WIDTH = 72


def plain(text: str) -> str:
    """Every unsafe character as the code point it is: `<U+001B>`."""
    return re.sub(_UNSAFE, lambda found: f"<U+{ord(found[0]):04X}>", text.replace("\r\n", "\n"))


def line(text: str, width: int = WIDTH) -> str:
    """One line of at most `width` characters."""
    flat = " ".join(plain(text).split())
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"


def code(text: str, width: int = WIDTH) -> str:
    """A Markdown code span: nothing in it is a mention, a link, a cell border or HTML."""
    flat = line(text, width).replace("|", "\u2502")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    padded = f" {flat} " if flat.startswith("`") or flat.endswith("`") else flat
    return f"{fence}{padded}{fence}" if flat else ""
