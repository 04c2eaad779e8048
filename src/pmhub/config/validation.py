"""Tables of the file against dataclasses, by pydantic, with its findings in our words. Values are never repeated: they may be secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cache
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pmhub.config.lines import KeyPath
from pmhub.config.plain import Misfit, plain
from pmhub.config.problems import Problems, meant

if TYPE_CHECKING:
    from pydantic import BaseModel

T = TypeVar("T")
Table = Mapping[str, Any]

_UNKNOWN = {"unexpected_keyword_argument", "extra_forbidden"}
_MUST_BE = {
    "string": "must be text",
    "int": "must be a whole number",
    "float": "must be a number",
    "bool": "must be true or false",
    "list": "must be a list",
    "tuple": "must be a list",
    "set": "must be a list",
    "frozen": "must be a list",
    "dict": "must be a table",
    "mapping": "must be a table",
    "dataclass": "must be a table",
    "model": "must be a table",
}


def checked(type_: type[T], table: object, at: KeyPath, problems: Problems) -> T | None:
    """An instance of the dataclass `type_`, or None with every reason added to `problems`.

    A key that is a word of Python (`as`) is the field with an underscore after it (`as_`).
    """
    renamed = _renamed(table) if isinstance(table, Mapping) else table
    value, errors = _validated(type_, renamed)
    _report(errors, type_, renamed, at, problems)
    return cast("T | None", value)


def _report(errors: list[Any], type_: type[Any], table: object, at: KeyPath, problems: Problems) -> None:
    for path, what, hint in _grouped(errors, type_, table):
        problems.add((*at, *map(as_written, path)), what, hint)


def _renamed(table: Table) -> dict[str, Any]:
    return {as_field(key): entry for key, entry in table.items()}


def as_field(key: str) -> str:
    return f"{key}_" if iskeyword(key.rstrip("_")) else key


def as_written(key: str | int) -> str | int:
    """How a field of a dataclass is called in the file."""
    return str(key).removesuffix("_") if iskeyword(str(key).rstrip("_")) else key


def salvaged(type_: type[T], table: Table, at: KeyPath, problems: Problems) -> T:
    """Like `checked`, but keys with a problem fall back to their defaults, so that the rest can be looked at too.

    Every field of `type_` must have a default.
    """
    table = _renamed(table)
    value, errors = _validated(type_, table)
    _report(errors, type_, table, at, problems)
    bad = {error["loc"][1] for error in errors if len(error["loc"]) > 1}
    if bad:
        value, _ = _validated(type_, {key: entry for key, entry in table.items() if key not in bad})
    return type_() if value is None else cast("T", value)


def _validated(type_: Any, table: object) -> tuple[Any, list[Any]]:  # noqa: ANN401
    """JSON, because pydantic's strict mode takes lists for tuples there, as TOML means them, and nothing looser."""
    with suppress(Misfit):
        return plain(type_, table), []
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import, and needed only here

    try:
        found: Any = _model(type_).model_validate_json(json.dumps({"value": table}, default=str))
    except ValidationError as error:
        return None, cast("list[Any]", error.errors(include_input=False, include_url=False))
    return found.value, []


@cache
def _model(type_: Any) -> type[BaseModel]:  # noqa: ANN401 - mypy holds type[Any] for unhashable
    """A plain dataclass takes the strictness of the model around it."""
    from pydantic import ConfigDict, create_model  # noqa: PLC0415

    config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
    fields_: Any = {"value": (type_, ...)}
    return create_model("Checked", __config__=config, **fields_)


def _grouped(errors: list[Any], type_: type[Any], table: object) -> Iterator[tuple[KeyPath, str, str]]:
    """One finding a place: where several types are allowed, pydantic tells of each that it was not."""
    whats: dict[KeyPath, list[str]] = {}
    for error in errors:
        seen = whats.setdefault(_place(error, table), [])
        if (what := _what(error)) not in seen:
            seen.append(what)
    known = [str(as_written(field.name)) for field in fields(type_)]
    for path, found in whats.items():
        unknown = len(path) == 1 and found == ["unknown key"]
        yield path, ", or ".join(found), meant(str(path[0]), known) if unknown else ""


def _place(error: Any, table: object) -> KeyPath:  # noqa: ANN401 - pydantic's ErrorDetails
    """Pydantic's path without the steps that stand in no file: names of types it tried."""
    path: list[str | int] = []
    for step in error["loc"][1:]:
        inside = isinstance(table, Mapping) and step in table
        if inside or (isinstance(table, list) and isinstance(step, int)):
            table = cast("Any", table)[step]
            path.append(step)
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return tuple(path)


def _what(error: Any) -> str:  # noqa: ANN401
    kind: str = error["type"]
    if kind in _UNKNOWN:
        return "unknown key"
    if kind == "missing":
        return "is missing"
    if kind in ("literal_error", "enum"):
        return f"must be {error['ctx']['expected']}"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return _MUST_BE.get(kind.partition("_")[0]) or str(error["msg"])
