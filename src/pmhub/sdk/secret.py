"""A value that must never be seen: tokens and passwords in a connector's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_command(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(_is_text(word) for word in value)


def _is_account(value: object) -> bool:
    return isinstance(value, str) and all(value.rpartition("/")[::2])


_SOURCES: Final[Mapping[Any, Callable[[object], bool]]] = {
    "env": _is_text,
    "file": _is_text,
    "command": _is_command,
    "keyring": _is_account,
}
_SHAPES: Final[Mapping[Any, str]] = {
    "env": "the name of an environment variable",
    "file": "the path of a file",
    "command": "a list of words: the program and its arguments",
    "keyring": '"service/user"',
}


class Secret:
    """Where a secret comes from (`{"env": "TOKEN"}`, `{"file": …}`, `{"command": […]}`, `{"keyring": …}`) and, once the
    configuration has fetched it, its value. Printing one shows `***`; comparing goes by the source.
    """

    __slots__ = ("_value", "source")

    def __init__(self, source: Mapping[str, Any], value: str | None = None) -> None:
        self.source = source
        self._value = value

    @classmethod
    def from_table(cls, table: object) -> Secret:
        """Raises ValueError, which never repeats what was written."""
        if not isinstance(table, Mapping):
            raise ValueError('a secret is never written here: say where it is, as in { env = "NAME" }')  # noqa: TRY004
        kind = next(iter(table)) if len(table) == 1 else None
        if kind not in _SOURCES:
            raise ValueError(f"a secret is a table with exactly one of {', '.join(_SOURCES)}")
        if not _SOURCES[kind](table[kind]):
            raise ValueError(f"`{kind}` must be {_SHAPES[kind]}")
        return cls(dict(table))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """A core schema is a plain dict, so this module needs no pydantic."""
        del source, handler
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.from_table}}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Mapping[str, Any]:  # noqa: ANN401
        del schema, handler
        text = {"type": "string", "minLength": 1}
        shapes = dict.fromkeys(_SOURCES, text) | {"command": {"type": "array", "items": text, "minItems": 1}}
        return {
            "type": "object",
            "description": "Where a secret comes from.",
            "properties": shapes,
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }

    @property
    def is_fetched(self) -> bool:
        return self._value is not None

    def reveal(self) -> str:
        if self._value is None:
            raise ValueError("this secret was not fetched yet")
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.source == other.source

    def __hash__(self) -> int:
        return hash(str(sorted(self.source)))
