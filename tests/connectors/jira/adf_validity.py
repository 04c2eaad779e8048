"""Atlassian's schema, judged in linear time: each node is held against each definition once.

A general validator tries the many definitions of a node's type anew at every level, which takes exponential time in depth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


class AdfSchema:
    def __init__(self, schema: Schema) -> None:
        self.definitions = schema["definitions"]

    def is_valid(self, document: Any) -> bool:
        return _Judge(self.definitions, {}).holds(document, {"$ref": "#/definitions/doc_node"})


class _Judge:
    def __init__(self, definitions: Schema, judged: dict[tuple[int, str], bool]) -> None:
        self.definitions = definitions
        self.judged = judged

    def holds(self, value: Any, schema: Schema) -> bool:
        if "$ref" not in schema:
            return self._holds(value, schema)
        key = (id(value), schema["$ref"])
        if key not in self.judged:
            self.judged[key] = self._holds(value, self.definitions[schema["$ref"].rpartition("/")[2]])
        return self.judged[key]

    def _holds(self, value: Any, schema: Schema) -> bool:
        if "$ref" in schema:
            return self.holds(value, schema)
        if "anyOf" in schema and not any(self.holds(value, one) for one in schema["anyOf"]):
            return False
        if "allOf" in schema and not all(self.holds(value, one) for one in schema["allOf"]):
            return False
        if "enum" in schema and value not in schema["enum"]:
            return False
        if (kind := schema.get("type")) is None:
            return True
        return _IS[kind](value) and getattr(self, f"_{kind}")(value, schema)

    def _object(self, value: Mapping[str, Any], schema: Schema) -> bool:
        properties = schema.get("properties", {})
        if not set(schema.get("required", ())) <= value.keys():
            return False
        if schema.get("additionalProperties") is False and not value.keys() <= properties.keys():
            return False
        return all(self.holds(value[name], inner) for name, inner in properties.items() if name in value)

    def _array(self, value: list[Any], schema: Schema) -> bool:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return False
        items = schema.get("items")
        if isinstance(items, list):
            return all(self.holds(one, inner) for one, inner in zip(value, items, strict=False))
        return items is None or all(self.holds(one, items) for one in value)

    def _string(self, value: str, schema: Schema) -> bool:
        return len(value) >= schema.get("minLength", 0) and bool(re.search(schema.get("pattern", ""), value))

    def _number(self, value: float, schema: Schema) -> bool:
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)

    def _integer(self, value: int, schema: Schema) -> bool:
        return self._number(value, schema)

    def _boolean(self, *_: object) -> bool:
        return True


_IS = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
}
