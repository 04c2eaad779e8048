"""The whole state as JSON and back, by the types of its dataclasses."""

from __future__ import annotations

import dataclasses
import json
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from . import ci_state, state

if TYPE_CHECKING:
    from .world import World

KEPT: dict[str, Any] = {
    "users": dict[str, state.User],
    "tokens": dict[str, str],
    "types": dict[str, list[state.IssueType]],
    "issue_fields": dict[str, list[state.IssueField]],
    "repos": dict[int, state.Repo],
    "names": dict[str, int],
    "places": dict[int, state.Place],
    "ci": ci_state.Ci,
    "last_id": int,
}


def dump(world: World) -> str:
    """Return the state as JSON text; clock, faults and records are not part of it."""
    return json.dumps({name: plain(getattr(world, name)) for name in KEPT}, ensure_ascii=False, indent=1)


def plain(value: Any) -> Any:  # noqa: ANN401
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def load(world: World, text: str) -> None:
    """Put the state of a JSON text into `world`; raise KeyError or TypeError for one of another shape."""
    found = json.loads(text)
    for name, kind in KEPT.items():
        setattr(world, name, typed(found[name], kind))


def typed(value: Any, kind: Any) -> Any:  # noqa: ANN401
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: typed(one, hints[name]) for name, one in value.items()})  # type: ignore[operator]
    origin, args = get_origin(kind), get_args(kind)
    if origin is dict:
        return {args[0](key): typed(one, args[1]) for key, one in value.items()}
    if origin is list:
        return [typed(one, args[0]) for one in value]
    if origin is UnionType and value is not None:
        return typed(value, args[0])
    return value
