"""Tables (GFM): rows whose outer pipes are written, and the row of dashes below the header."""

from __future__ import annotations

import re

from pmhub.model.markdown.inline import inline_key
from pmhub.model.markdown.keys import MARK

_PIPE = re.compile(r"\\?\|")


def is_row(rest: str) -> bool:
    return len(rest) > 1 and rest[0] == rest[-1] == "|" and rest[-2] != "\\"


def row_key(rest: str) -> str:
    return f"{MARK}t" + f"{MARK}/".join(inline_key(cell.strip()) for cell in _cells(rest[1:-1]))


def delimiter_row_key(rest: str) -> str | None:
    """The alignments of the columns; None where `rest` is no delimiter row."""
    if "-" not in rest or "|" not in rest or rest.strip("|-: \t"):
        return None
    cells = [cell.strip() for cell in rest.strip("|").split("|")]
    if not all(cell.strip(":") and not cell.strip(":").strip("-") for cell in cells):
        return None
    sides = (f"{':' if cell[0] == ':' else ''}-{':' if cell[-1] == ':' else ''}" for cell in cells)
    return f"{MARK}r{'|'.join(sides)}"


def _cells(row: str) -> list[str]:
    """Cells split at bare pipes; an escaped one becomes a plain pipe, in code as well (GFM tables extension)."""
    cells, start = [""], 0
    for pipe in _PIPE.finditer(row):
        cells[-1] += row[start : pipe.start()]
        if pipe[0] == "|":
            cells.append("")
        else:
            cells[-1] += "|"
        start = pipe.end()
    cells[-1] += row[start:]
    return cells
