"""How the demo speaks: short, on stdout, in colour only for a terminal that wants it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


def tell(text: str = "") -> None:
    click.echo(text, color=False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None)


def tell_heading(text: str) -> None:
    tell()
    tell(click.style(text, bold=True))


def tell_command(words: Sequence[str]) -> None:
    tell()
    tell(click.style(f"$ pmhub {' '.join(words)}", fg="cyan"))


def tell_output(said: Sequence[str], complained: Sequence[str]) -> None:
    for line in (*said, *complained) or ("(no output)",):
        tell(f"  {line}".rstrip())


def shortened(lines: Sequence[str], head: int, tail: int) -> list[str]:
    """The first and the last lines, with a word on how many are missing between them."""
    if len(lines) <= head + tail + 1:
        return list(lines)
    missing = f"... ({len(lines) - head - tail} lines more)"
    return [*lines[:head], missing, *(lines[-tail:] if tail else ())]
