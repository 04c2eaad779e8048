"""The JSON Schema of pmhub.toml, with the settings of every connector that is installed, for editors."""

from __future__ import annotations

from typing import Any, TypeAlias

from pmhub.config.plugins import Plugins
from pmhub.config.shape import CommentsTable, GateTable, NotesTable, ScheduleTable, TestTicketsTable
from pmhub.config.validation import as_written
from pmhub.model.kinds import Kind
from pmhub.model.records import schema as fields_of
from pmhub.model.visibility import Visibility
from pmhub.sdk.secret import Secret

Schema: TypeAlias = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_REF = "#/$defs/{model}"


def schema(plugins: Plugins) -> Schema:
    """Of what stands in the file alone; whether names in it fit together only `load` can tell."""
    definitions: Schema = {"word": _word(), "status": _status_word(), "field": _field(), "sync": _sync(plugins)}
    definitions |= {f"field-{name}": _mapped_field(name) for name in ("status", "type", "priority")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pmhub.toml",
        **_table({"version": {"const": 1}} | _sections(plugins), required=["version"]),
        "$defs": definitions | _of_connectors(plugins),
    }


def _sections(plugins: Plugins) -> Schema:
    return {
        "database": {**_TEXT, "description": "The SQLite file, from the folder of this file. Default: pmhub.db."},
        "store": {
            "anyOf": [_TEXT, _secret()],
            "description": "A file as above, or a server: postgresql://user@host/database.",
        },
        "connections": _each(_any("connection", plugins)),
        "syncs": _each({"$ref": "#/$defs/sync"}),
        "templates": _each({"type": "object"}),
        "people": _each(_each(_TEXTS)),
        "guards": _table({"max_changes": _COUNT, "max_close": _max_close()}),
        "gate": _of_table(GateTable),
        "heartbeat": _table({"url": {"anyOf": [_TEXT, _secret()]}}, required=["url"]),
        "metrics": _table({"file": _TEXT}, required=["file"]),
        "schedule": _of_table(ScheduleTable),
        "visibility": {"type": "array", "items": _flow()},
        "plugins": _table({"block": {"type": "array", "items": _TEXT}}),
    }


def _of_connectors(plugins: Plugins) -> Schema:
    """Both dataclasses of each connector as pydantic describes them, with the keys that are ours in front."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import

    types = {f"connection-{name}": each.settings_type for name, each in sorted(plugins.connectors.items())}
    types |= {f"endpoint-{name}": each.scope_type for name, each in sorted(plugins.connectors.items())}
    inputs: list[Any] = [(name, "validation", TypeAdapter(type_)) for name, type_ in types.items()]
    if not inputs:
        return {}
    described, shared = TypeAdapter.json_schemas(inputs, ref_template=_REF)
    definitions: Schema = dict(shared.get("$defs", {}))
    for name in types:
        own: Any = described[name, "validation"]
        definitions[name] = _with_our_keys(name, _resolved(own, definitions))
    used = {str(own.get("$ref", "")).removeprefix("#/$defs/") for own in described.values()}
    return {name: entry for name, entry in definitions.items() if name not in used}


def _resolved(own: Schema, definitions: Schema) -> Schema:
    found: Schema = definitions[own["$ref"].removeprefix("#/$defs/")] if "$ref" in own else own
    return found


def _with_our_keys(name: str, own: Schema) -> Schema:
    kind, _, connector = name.partition("-")
    ours: Schema = {"connector": {"const": connector}, "budget": {**_COUNT, "default": 0}}
    if kind == "endpoint":
        ours = {
            "connection": _TEXT,
            "route": _TEXT,
            "visibility": {"enum": [str(each.name).lower() for each in Visibility]},
        }
    required = [next(iter(ours)), *own.get("required", [])]
    theirs = {str(as_written(name)): entry for name, entry in own.get("properties", {}).items()}
    return _table(ours | theirs, required=required)


def _sync(plugins: Plugins) -> Schema:
    named = {name: {"$ref": f"#/$defs/field-{name}"} for name in ("status", "type", "priority")}
    other = {name: {"$ref": "#/$defs/field"} for name in fields_of(Kind.TICKET) if name not in named}
    properties = {
        "template": _TEXT,
        "kind": {"enum": [str(kind) for kind in Kind if kind is not Kind.COMMENT]},
        "endpoints": {"type": "array", "items": _any("endpoint", plugins)},
        "from": _any("endpoint", plugins),
        "to": {"type": "array", "items": _any("endpoint", plugins)},
        "comments": {"anyOf": [{"type": "boolean"}, _of_table(CommentsTable)], "default": True},
        "attachments": {"enum": ["link", "copy", "none"], "default": "link"},
        "new_items": {"anyOf": [{"enum": ["everywhere", "match", "match-only"]}, {"type": "array", "items": _TEXT}]},
        "match_days": {**_COUNT, "default": 30},
        "deleted": {"enum": ["ignore", "notice", "close"], "default": "close"},
        "notes": _of_table(NotesTable),
        "tickets": _of_table(TestTicketsTable),
        "fields": {"type": "object", "properties": named | other, "additionalProperties": {"$ref": "#/$defs/field"}},
    }
    return _table(properties) | {"anyOf": [{"required": ["kind"]}, {"required": ["template"]}]}


def _of_table(table: type[Any]) -> Schema:
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import

    described: Schema = TypeAdapter(table).json_schema(ref_template="#/$defs/{model}")
    definitions = described.pop("$defs", {})
    plain = {name: _inlined(entry, definitions) for name, entry in described["properties"].items()}
    return _table(plain)


def _inlined(entry: Any, definitions: Schema) -> Any:  # noqa: ANN401 - JSON
    """Without references into a document that is only a part of ours."""
    if isinstance(entry, dict):
        target = str(entry.get("$ref", "")).rpartition("/")[2]
        own = {key: _inlined(each, definitions) for key, each in entry.items() if key != "$ref"}
        return definitions[target] | own if target else own
    return [_inlined(each, definitions) for each in entry] if isinstance(entry, list) else entry


def _field() -> Schema:
    own = {
        "conflict": {**_TEXT, "description": "newest, hold, or the connection whose value wins. Default: newest."},
        "from": {**_TEXT, "description": "The one connection this field comes from."},
        "once": {"type": "boolean", "default": False, "description": "What is made gets it; then it is left alone."},
        "when": {**_TEXT, "description": "Only in items for which this holds, as in type == 'bug'."},
        "default": {"description": "What an item gets where the thing it is born as says nothing."},
        "unmapped": {"enum": ["keep", "skip", "error"], "default": "keep"},
    }
    return {"anyOf": [{"const": False}, {"type": "object", "properties": own, "additionalProperties": _TEXT}]}


def _mapped_field(name: str) -> Schema:
    off, table = _field()["anyOf"]
    word = "#/$defs/status" if name == "status" else "#/$defs/word"
    map_ = {"map": {"anyOf": [_TEXT, _each({"$ref": word})]}}
    return {"anyOf": [off, {**table, "properties": map_ | table["properties"]}]}


def _word() -> Schema:
    return {"type": "object", "properties": {"nearest": _TEXT}, "additionalProperties": _TEXTS}


def _status_word() -> Schema:
    category = {"category": {"enum": ["todo", "doing", "done"]}}
    return {"type": "object", "properties": category | {"nearest": _TEXT}, "additionalProperties": _TEXTS}


def _max_close() -> Schema:
    percent = {"type": "string", "pattern": "^([0-9]{1,2}|100)%$"}
    return {"anyOf": [percent, {"type": "integer", "minimum": 1}], "default": "10%"}


def _flow() -> Schema:
    return _table({"sync": _TEXT, "allow": _table({"from": _TEXT, "to": _TEXT}, required=["from", "to"])}, ["allow"])


def _secret() -> Schema:
    described: Any = Secret.__get_pydantic_json_schema__(None, None)
    return dict(described)


def _table(properties: Schema, required: list[str] | None = None) -> Schema:
    table = {"type": "object", "properties": properties, "additionalProperties": False}
    return table | ({"required": required} if required else {})


def _any(what: str, plugins: Plugins) -> Schema:
    """Of any connector; without one there is nothing that could stand here."""
    known = [{"$ref": f"#/$defs/{what}-{name}"} for name in sorted(plugins.connectors)]
    return {"anyOf": known} if known else {"not": {}}


def _each(entry: Schema) -> Schema:
    return {"type": "object", "additionalProperties": entry}
