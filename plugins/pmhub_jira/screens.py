"""The screen of a transition: what it asks for, and what the configuration says for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub_jira import customs
from pmhub_jira.flavours import Flavour

Json = dict[str, Any]

_BY_NAME: Final = frozenset({"resolution", "priority", "version", "component", "issuetype", "securitylevel", "group"})


def asked(raw: Mapping[str, Any]) -> Json:
    """Field id → name, schema and whether it must be said, of a transition's fields as Jira describes them."""
    return {field_id: _field(field_id, meta) for field_id, meta in raw.items()}


def _field(field_id: str, meta: Mapping[str, Any]) -> Json:
    needed = bool(meta.get("required")) and not meta.get("hasDefaultValue")
    return {"name": meta.get("name") or field_id, "required": needed, "schema": meta.get("schema") or {}}


def filled(step: Mapping[str, Any], configured: Mapping[str, Any], flavour: Flavour) -> Json:
    """The fields to send with a transition: those of its screen that the configuration names, by id or by name."""
    found: Json = {}
    for field_id, field in step["fields"].items():
        given = configured.get(field_id, configured.get(field["name"]))
        if given is not None:
            found[field_id] = _shaped(field["schema"], given, flavour)
    return found


def _shaped(schema: Json, given: Any, flavour: Flavour) -> Any:  # noqa: ANN401 - JSON
    """Choices go by name or value, people by their account."""
    kind = schema.get("type")
    if kind == "array":
        many = given if isinstance(given, list | tuple) else [given]
        return [_shaped({"type": schema.get("items")}, each, flavour) for each in many]
    if kind in _BY_NAME:
        return {"name": given}
    if kind == "user":
        return {flavour.person: given}
    if kind == "number":
        return float(given)
    return customs.written(schema, str(given), flavour.form)
