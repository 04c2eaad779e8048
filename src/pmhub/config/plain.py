"""A table that fits a plain dataclass exactly becomes one without pydantic, which costs a tenth of a run at rest.

Only what both would take alike is taken here: strict JSON, no extra key. Anything else is left to pydantic, which knows
more types and finds the words for what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pmhub.sdk.secret import Secret


class Misfit(Exception):
    """Not taken here. Whether it is wrong, pydantic says."""


def plain(type_: Any, value: object) -> Any:  # noqa: ANN401 - an instance of `type_`
    """Raises Misfit."""
    if type_ is Any:
        return _json(value)
    if type_ in _SCALARS:
        return _SCALARS[type_](value)
    origin = get_origin(type_)
    if origin in _CONTAINERS:
        return _CONTAINERS[origin](get_args(type_), value)
    if type_ is Secret:
        return _made(Secret.from_table, value)
    if isinstance(type_, type) and issubclass(type_, Enum) and type(value) is str:
        return _made(type_, value)
    if isinstance(type_, type) and is_dataclass(type_) and isinstance(value, Mapping):
        return _dataclass(type_, value)
    raise Misfit


def _made(make: Callable[[Any], Any], value: object) -> Any:  # noqa: ANN401
    try:
        return make(value)
    except (ValueError, TypeError):
        raise Misfit from None


def _exactly(type_: type) -> Callable[[object], Any]:
    def same(value: object) -> Any:  # noqa: ANN401
        if type(value) is not type_:
            raise Misfit
        return value

    return same


def _float(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
        raise Misfit
    return float(value)  # type: ignore[arg-type]


def _json(value: object) -> Any:  # noqa: ANN401
    """As it stands in the file; a date of TOML is no JSON."""
    if isinstance(value, Mapping):
        return {_SCALARS[str](name): _json(each) for name, each in value.items()}
    if type(value) is list:
        return [_json(each) for each in value]
    if type(value) is float:
        return _float(value)
    if type(value) not in (str, int, bool, NoneType):
        raise Misfit
    return value


def _tuple(types: tuple[Any, ...], value: object) -> tuple[Any, ...]:
    if type(value) is not list or len(types) != 2 or types[1] is not ...:  # noqa: PLR2004
        raise Misfit
    return tuple(plain(types[0], each) for each in value)


def _mapping(types: tuple[Any, ...], value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping) or types[0] is not str:
        raise Misfit
    return {_SCALARS[str](name): plain(types[1], each) for name, each in value.items()}


def _literal(choices: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401
    if type(value) is not str or value not in choices:
        raise Misfit
    return value


def _union(types: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401
    """Of one type beside None; which of several fits best is pydantic's to say."""
    others = [each for each in types if each is not NoneType]
    if value is None and len(others) < len(types):
        return None
    if len(others) != 1:
        raise Misfit
    return plain(others[0], value)


def _dataclass(type_: Any, table: Mapping[Any, object]) -> Any:  # noqa: ANN401
    known = {field.name: field for field in fields(type_)}
    if (
        hasattr(type_, "__pydantic_config__")
        or not all(map(_is_plain, known.values()))
        or not table.keys() <= known.keys()
    ):
        raise Misfit
    if any(name not in table and _is_needed(field) for name, field in known.items()):
        raise Misfit
    types = get_type_hints(type_)
    given = {name: plain(types[name], value) for name, value in table.items()}
    return _made(lambda values: type_(**values), given)


def _is_plain(field: Field[Any]) -> bool:
    """Nothing but a type and a default: pydantic reads rules out of the rest."""
    return field.init and not field.metadata and not type(field.default).__module__.startswith("pydantic")


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


_SCALARS: Mapping[Any, Callable[[object], Any]] = {
    **{type_: _exactly(type_) for type_ in (str, int, bool, NoneType)},
    float: _float,
}
_CONTAINERS: Mapping[Any, Callable[[tuple[Any, ...], object], Any]] = {
    tuple: _tuple,
    dict: _mapping,
    Mapping: _mapping,
    Literal: _literal,
    UnionType: _union,
    Union: _union,
}
