"""Turns the `fields` and `update` of a request into new values, collecting every field's error."""

from __future__ import annotations

from dataclasses import replace

from .errors import ApiError, DocumentError, FieldError
from .field_values import ELEMENTS, READERS, Place
from .server_values import SERVER_READERS
from .values import Issue, Json

_APART = frozenset({"comment", "issuelinks"})


def read_edits(place: Place, payload: Json, before: Issue | None = None) -> dict[str, Json]:
    """New values by attribute; raises ApiError 400 that names every refused field."""
    fields, update = payload.get("fields") or {}, payload.get("update") or {}
    errors = {name: f"Field '{name}' cannot appear in both 'fields' and 'update'" for name in fields.keys() & update}
    values: dict[str, Json] = {}
    messages: list[str] = []
    for name in [*fields, *update]:
        try:
            if name in fields:
                values |= _read(place, name, fields[name])
            elif name not in _APART:
                values |= _operate(place, name, update[name], before)
        except DocumentError as error:
            messages.append(str(error))
        except FieldError as error:
            errors.setdefault(name, str(error))
    if errors or messages:
        raise ApiError(400, *messages, errors=errors)
    return values


def _read(place: Place, name: str, raw: Json) -> dict[str, Json]:
    attribute, reader = _reader(place, name)
    return {attribute: reader(place, raw)}


def _reader(place: Place, name: str) -> Json:
    readers = SERVER_READERS if place.state.data_center else READERS
    if name not in readers or name in place.project.hidden_fields:
        raise FieldError(f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.")
    return readers[name]


def _operate(place: Place, name: str, operations: Json, before: Issue | None) -> dict[str, Json]:
    attribute, reader = _reader(place, name)
    value: Json = getattr(before, attribute, ()) if name in ELEMENTS else None
    for operation in operations:
        ((verb, raw),) = operation.items() if len(operation) == 1 else ((None, None),)
        if verb == "set":
            value = reader(place, raw)
        elif verb in ("add", "remove") and name in ELEMENTS:
            element = ELEMENTS[name](place, raw)
            rest = {entry for entry in value if entry != element}
            value = tuple(sorted(rest | {element} if verb == "add" else rest))
        else:
            raise FieldError(f"Field does not support the operation '{verb}'.")
    return {attribute: value}


def with_values(issue: Issue, values: dict[str, Json]) -> Issue:
    custom = {name: value for name, value in values.items() if name.startswith("customfield_")}
    system = {name: value for name, value in values.items() if name not in custom}
    return replace(issue, **system, custom={**issue.custom, **custom} if custom else issue.custom)
