"""Writes the JSON Schemas of what commands say: `python -m pmhub.cli.schema_files docs/schemas`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pmhub.cli.document import SCHEMA_VERSION
from pmhub.cli.shapes import DOCUMENTS
from pmhub.cli.shapes.runs import Error

_HEAD = """\
# What commands say in JSON

Made by `python -m pmhub.cli.schema_files docs/schemas`; a test holds every command to these files.

With `--format json` a command says one document: `schema_version`, `document`, which is the name of a schema here, and what the
schema tells. With `--format jsonl` the same comes in lines: first `{"type": "version", "schema_version", "document"}`, then
`{"type": "row", …}` for each entry of the document's list, and last `{"type": "summary", …}` with the rest. Keys may be added in any
version; `schema_version` moves when one changes its meaning or goes. `pmhub notes` has formats of its own.

| | said by |
|---|---|"""
Schema = dict[str, Any]


def schema_files() -> Mapping[str, str]:
    """Name of a file → what stands in it."""
    told = {name: _document(name, shape) for name, shape in DOCUMENTS.items()} | {"error": _described("error", Error)}
    files = {f"{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in told.items()}
    return files | {"README.md": "\n".join(_page(told)) + "\n"}


def _page(schemas: Mapping[str, Schema]) -> Iterator[str]:
    yield _HEAD
    yield from (f"| [{name}]({name}.json) | {_first(schema['description'])} |" for name, schema in schemas.items())


def _first(sentence: str) -> str:
    return " ".join(sentence.partition(". ")[0].split()).rstrip(".")


def _document(name: str, shape: type) -> Schema:
    schema = _described(name, shape)
    ours = {"schema_version": {"const": SCHEMA_VERSION}, "document": {"const": name}}
    return schema | {"properties": ours | schema["properties"], "required": [*ours, *schema.get("required", [])]}


def _described(name: str, shape: type) -> Schema:
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import

    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    untitled: Schema = _untitled(TypeAdapter(shape).json_schema())
    return dialect | {"title": name} | untitled


def _untitled(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Without the names that pydantic makes of each key, nor the defaults that only say that a key may be missing."""
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _untitled(each)
        for key, each in schema.items()
        if not (key == "title" and isinstance(each, str)) and key != "default"
    }


if __name__ == "__main__":
    for name, text in schema_files().items():
        (Path(sys.argv[1]) / name).write_text(text, "utf-8")
