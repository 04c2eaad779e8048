"""Tables: rows of `|cell|` and `||header||`, whose cells may run over lines until the next bar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pmhub_jira.richtext.tree import Inlines, Table
from pmhub_jira.richtext.wiki.inlines import InlineReader
from pmhub_jira.richtext.wiki.lines import Line, Macro, Words
from pmhub_jira.richtext.wiki.notation import BACKSLASH

_PIECE: Final = re.compile(
    r"\\.|\{\{[^}\n]*\}\}|\[(?:\\.|[^\[\]\\\n])*\]|(?<![^\W_])![^\s!|\\][^!|\n\\]*(?:\|[A-Za-z]+(?:[=,][^!|\n]*)?)?!(?![^\W_])|\|\|?|[^\\{\[!|]+|.",
    re.DOTALL,
)


def is_unfinished(line: Line) -> bool:
    """Whether the row goes on after this line."""
    return isinstance(line, Macro) or not line.text.rstrip().endswith("|")


def read_table(lines: Sequence[Line], inlines: InlineReader) -> Table:
    return Table(tuple(tuple(_cells(row, inlines)) for row in _rows(lines)))


def _rows(lines: Sequence[Line]) -> Iterator[str]:
    row: list[str] = []
    for line in lines:
        row.append(_words(line))
        if not is_unfinished(line):
            yield "\n".join(row)
            row = []
    if row:
        yield "\n".join(row)


def _words(line: Line) -> str:
    """A block inside a cell gives its words, code as code."""
    if isinstance(line, Words):
        return line.text
    code = line.text.strip("\n").replace("\\", BACKSLASH)
    own = ["{{" + part.replace("{", "\\{").replace("}", "\\}") + "}}" for part in code.split("\n") if part.strip()]
    return "\n".join([*own, *map(_words, line.lines)])


def _cells(row: str, inlines: InlineReader) -> Iterator[Inlines]:
    cell: list[str] = []
    started = False
    for piece in _PIECE.findall(row.strip()):
        if piece not in {"|", "||"}:
            cell.append(piece)
            continue
        if started:
            yield inlines.read("".join(cell).strip())
        cell, started = [], True
    if cell and "".join(cell).strip():
        yield inlines.read("".join(cell).strip())
