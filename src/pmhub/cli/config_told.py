"""Settings as TOML that can be read back, each with its origin behind it on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from pmhub.cli.plain import plain
from pmhub.config.effective import Setting
from pmhub.config.lines import KeyPath
from pmhub.config.toml_text import bare, toml_text

WIDEST = 60
"""Origins stand in one column; a longer line carries its own at its end."""


def as_toml(settings: Sequence[Setting], *, origins: bool) -> Iterator[str]:
    ordered = sorted(settings, key=lambda each: len(each.path) > 1)  # what has no table must come first
    for table, group in groupby(ordered, key=lambda each: each.path[:-1]):
        if table:
            yield ""
            yield click.style(_header(table), bold=True)
        for each in group:
            line = plain(f"{bare(str(each.path[-1]))} = {toml_text(each.value)}")
            yield f"{line:<{WIDEST}}  # {each.origin}" if origins else line


def _header(table: KeyPath) -> str:
    """An entry of a list is an element of an array of tables."""
    name = ".".join(bare(step) for step in table if isinstance(step, str))
    return f"[[{name}]]" if isinstance(table[-1], int) else f"[{name}]"
