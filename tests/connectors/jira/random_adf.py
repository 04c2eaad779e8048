"""Random documents from Atlassian's schema: every node, mark and attribute it knows. Each word of a document is its own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_PIECES = ["", " and *more*", " a_b", " [x] y", " 1 < 2", " — “q”", " | bar", " #1", ": z"]
_WORDY = {"text", "title", "alt", "url", "href"}
_DEEP = 7


class RandomAdf:
    """`words` are those of the last document, in order."""

    def __init__(self, schema: Schema, seed: int) -> None:
        self.definitions = schema["definitions"]
        self.random = random.Random(seed)
        self.words: list[str] = []

    def document(self) -> dict[str, Any]:
        self.words = []
        items = self.definitions["doc_node"]["properties"]["content"]["items"]["anyOf"]
        kinds = [self.random.choice(items) for _ in range(self.random.randint(1, 6))]
        return {"version": 1, "type": "doc", "content": [self._of(kind, "", 0) for kind in kinds]}

    def _of(self, schema: Schema, name: str, depth: int) -> Any:  # noqa: PLR0911  one line a keyword
        schema = self._resolved(schema)
        if "anyOf" in schema:
            return self._of(self._choice(schema["anyOf"], depth), name, depth)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "string":
                return self._string(schema, name)
            case "number":
                return self.random.randint(int(schema.get("minimum", 1)), int(min(schema.get("maximum", 5), 1000)))
            case "boolean":
                return self.random.random() < 0.5
        return {"name": self._word(), "url": "https://example.com/" + self._word()}

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return self._resolved(self.definitions[schema["$ref"].rpartition("/")[2]])
        if "allOf" in schema:
            base, over = (self._resolved(part) for part in schema["allOf"])
            properties = base["properties"] | over.get("properties", {})
            return {**base, "properties": properties, "required": [*base["required"], *over.get("required", [])]}
        return schema

    def _choice(self, options: Sequence[Schema], depth: int) -> Schema:
        if depth < _DEEP:
            return self.random.choice(options)
        flat = [one for one in options if any(word in str(one) for word in ("paragraph", "text", "tableRow", "Item"))]
        return self.random.choice(flat or options)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made = {}
        for name, inner in schema.get("properties", {}).items():
            likely = 0.9 if name == "content" else 0.5 if name == "marks" else 0.3
            if name in required or self.random.random() < likely:
                made[name] = self._of(inner, name, depth + (name == "content"))
        if made.get("marks") == []:
            del made["marks"]
        return made

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        items = schema.get("items")
        if isinstance(items, list):
            count = self.random.randint(schema.get("minItems", 0), schema.get("maxItems", len(items)))
            return [self._of(item, "", depth) for item in items[:count]]
        if items is None:
            return []
        most = 3 if depth < _DEEP else 1
        low = schema.get("minItems", 0)
        made = [
            self._of(items, "", depth)
            for _ in range(self.random.randint(low, max(low, min(most, schema.get("maxItems", most)))))
        ]
        return list({mark["type"]: mark for mark in made}.values()) if name == "marks" else made

    def _string(self, schema: Schema, name: str) -> str:
        if "pattern" in schema:
            return "#" + "".join(self.random.choice("0123456789abcdef") for _ in range(6))
        if name in {"url", "href"}:
            return "https://example.com/" + self._word()
        if name == "timestamp":
            return str(1_700_000_000_000 + self.random.randint(0, 10**9))
        if name in _WORDY:
            words = " ".join(self._word() for _ in range(self.random.randint(1, 3)))
            return words + (self.random.choice(_PIECES) if name == "text" else "")
        return f"id{self.random.randint(0, 10**9)}"

    def _word(self) -> str:
        self.words.append(f"w{len(self.words)}x{self.random.randint(0, 999)}")
        return self.words[-1]
