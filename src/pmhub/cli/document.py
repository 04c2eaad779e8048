"""A command's answer in the format that was asked for: text, JSON, JSON Lines or Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmhub.cli.plain import code
from pmhub.cli.session import Session

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Document:
    """`rows` stand under the key `of` in JSON, one a line in JSON Lines. `md`: None for a table of the rows, or else the text."""

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


def _json(document: Document) -> Iterable[str]:
    rows = {document.of: document.rows} if document.of else {}
    yield json.dumps({"schema_version": SCHEMA_VERSION, **document.head, **rows}, indent=2)


def _jsonl(document: Document) -> Iterable[str]:
    yield json.dumps({"type": "version", "schema_version": SCHEMA_VERSION, "document": document.name})
    for row in document.rows:
        yield json.dumps({"type": "row", **row})
    yield json.dumps({"type": "summary", **document.head})


def _md(document: Document) -> Iterable[str]:
    if document.md is not None:
        return document.md
    if not document.rows:
        return ["```text", *document.text, "```"]
    names = list(document.rows[0])
    return [
        _row(names),
        _row(["---"] * len(names)),
        *(_row(code(_cell(row.get(name))) for name in names) for row in document.rows),
    ]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
