"""A command's answer in the format that was asked for: text, JSON, JSON Lines or Markdown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

import click

from pmhub.cli.plain import code
from pmhub.cli.session import Session
from pmhub.model.lean import dataclass

SCHEMA_VERSION = 1
WIDEST = 1_000
"""Characters of a cell in Markdown, which is not read on a terminal."""


@dataclass(frozen=True)
class Document:
    """`name`: of its schema in docs/schemas. `rows` stand under the key `of` in JSON, one a line in JSON Lines. `md`: None for a table of the rows, or else the text."""

    name: str
    text: Sequence[str]
    head: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""
    rows: Sequence[Mapping[str, Any]] = ()
    md: Sequence[str] | None = None


def show(session: Session, document: Document) -> None:
    writers = {"json": _json, "jsonl": _jsonl, "md": _md}
    text = "\n".join(writers[session.format](document) if session.format in writers else document.text)
    if text:
        session.out(text)
    elif sys.stdout.isatty() and not session.quiet:  # a person would wonder; a pipe gets nothing of nothing
        session.say("nothing to show")


def _json(document: Document) -> Iterable[str]:
    rows = {document.of: document.rows} if document.of else {}
    yield json.dumps({"schema_version": SCHEMA_VERSION, "document": document.name, **document.head, **rows}, indent=2)


def _jsonl(document: Document) -> Iterable[str]:
    yield json.dumps({"type": "version", "schema_version": SCHEMA_VERSION, "document": document.name})
    for row in document.rows:
        yield json.dumps({"type": "row", **row})
    yield json.dumps({"type": "summary", **document.head})


def _md(document: Document) -> Iterable[str]:
    if document.md is not None:
        return document.md
    if not document.rows or any(_is_deep(value) for row in document.rows for value in row.values()):
        return ["```text", *(click.unstyle(line) for line in document.text), "```"]
    names = list(document.rows[0])
    return [
        _row(names),
        _row(["---"] * len(names)),
        *(_row(code(_cell(row.get(name)), WIDEST) for name in names) for row in document.rows),
    ]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _parts(value: object) -> Sequence[object]:
    return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()


def _is_deep(value: object) -> bool:
    """No cell of a table can show it."""
    return any(_parts(part) for part in _parts(value))


def _cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_cell(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return json.dumps(value)
