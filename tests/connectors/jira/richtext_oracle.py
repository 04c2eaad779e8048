"""What the tests of rich text hold it against: Atlassian's schema, the words of a text, the corpus of hard cases."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

_SHARED = Path(__file__).parents[4] / "shared"
_WORD = re.compile(r"[^\W_]+")


def _required(variable: str, default: Path, name: str) -> Path:
    path = Path(os.environ.get(variable, default)) / name
    if not path.exists():
        reason = f"{path.name} is not there; set {variable} to the folder that has it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


def corpus(kind: str) -> dict[str, Any]:
    path = _required("PMHUB_SHARED_DATA", _SHARED / "data", "richtext-cases.json")
    return json.loads(path.read_text(encoding="utf-8"))[kind]


@cache
def adf_schema() -> dict[str, Any]:
    path = _required("PMHUB_SPECS", _SHARED / "specs", "adf-full.schema.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _fitting(validator: Any, alternatives: list[dict[str, Any]], node: Any, schema: dict[str, Any]) -> Iterator[Any]:
    """As anyOf, but tries only the alternatives for the node's type: trying all takes exponential time in the depth."""
    kind = node.get("type") if isinstance(node, dict) else None
    tried = [one for one in alternatives if kind is None or kind in _types(one, kind)] or alternatives
    yield from jsonschema.Draft4Validator.VALIDATORS["anyOf"](validator, tried, node, schema)


def _types(schema: dict[str, Any], default: str) -> list[str]:
    if "$ref" in schema:
        return _types(adf_schema()["definitions"][schema["$ref"].rpartition("/")[2]], default)
    if "allOf" in schema:
        return [kind for kind in _types(schema["allOf"][0], default) if kind in _types(schema["allOf"][1], kind)]
    return schema.get("properties", {}).get("type", {}).get("enum", [default])


_Validator = jsonschema.validators.extend(jsonschema.Draft4Validator, {"anyOf": _fitting})


def faults(doc: dict[str, Any]) -> list[str]:
    """What makes a document invalid: the schema's complaints, and what Jira refuses beyond it."""
    complaints = [error.message for error in _Validator(adf_schema()).iter_errors(doc)]
    for node in nodes(doc):
        text = node.get("text", "x")
        marks = {mark["type"] for mark in node.get("marks", [])}
        if not text or re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text):
            complaints.append(f"text {text!r}")
        if "code" in marks and not marks <= {"code", "link"}:
            complaints.append(f"code with {sorted(marks)}")
    return complaints


def nodes(doc: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.get("content", []))


def words(text: str) -> set[str]:
    return set(_WORD.findall(text))


def adf_words(doc: dict[str, Any]) -> str:
    """All that a document shows or links to, as one text."""
    found: list[str] = []
    for node in nodes(doc):
        holders = [node, node.get("attrs", {}), *(mark.get("attrs", {}) for mark in node.get("marks", []))]
        names = ("text", "title", "alt", "url", "href", "language")
        found.extend(str(holder[name]) for holder in holders for name in names if name in holder)
    return "\n".join(found)


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


def text(words: str, *marks: dict[str, Any] | str) -> dict[str, Any]:
    named = [{"type": mark} if isinstance(mark, str) else mark for mark in marks]
    return {"type": "text", "text": words, "marks": named} if named else {"type": "text", "text": words}


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "type": "doc", "content": list(content)}
