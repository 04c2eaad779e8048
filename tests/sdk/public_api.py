"""The signatures that plugins are built on, one a line: `python tests/sdk/public_api.py > tests/sdk/public_api.txt`."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import pmhub.http
import pmhub.sdk
import pmhub.testing
from pmhub.sdk import hookspecs

MODULES = (pmhub.sdk, pmhub.http, pmhub.testing)
CONSTANTS = str | int | float | dict


def lines() -> list[str]:
    found = [line for module in MODULES for name in sorted(module.__all__) for line in _told(module, name)]
    hooks = [name for name in vars(hookspecs) if name.startswith("pmhub_")]
    found += [f"hook {name}{inspect.signature(getattr(hookspecs, name))}" for name in sorted(hooks)]
    return [re.sub(r" at 0x[0-9a-f]+", "", line) for line in found]


def mark(text: str) -> str:
    """Eight digits that change with any signature."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _told(module: Any, name: str) -> Iterator[str]:
    value, path = getattr(module, name), f"{module.__name__}.{name}"
    if inspect.isclass(value):
        yield from told_of_class(value, path)
    elif inspect.isfunction(value):
        yield f"{path}{inspect.signature(value)}"
    elif isinstance(value, CONSTANTS) and not isinstance(value, enum.Enum):
        yield f"{path} = {value!r}" if not isinstance(value, dict) else f"{path} = {sorted(value)}"
    else:
        yield f"{path}: {value!r}" if isinstance(value, enum.Enum) else f"{path}: alias or object"


def told_of_class(type_: type, path: str) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in type_.__bases__ if base is not object)
    yield f"class {path}({bases})"
    if issubclass(type_, enum.Enum):
        yield from (f"  {member.name} = {member.value!r}" for member in type_)
        return
    if dataclasses.is_dataclass(type_):
        yield from (f"  {field.name}: {field.type}{_default(field)}" for field in dataclasses.fields(type_))
    elif "__init__" in vars(type_):
        yield f"  __init__{inspect.signature(type_.__init__)}"
    for name in sorted(vars(type_)):
        if not name.startswith("_"):
            yield from _member(vars(type_)[name], name)


def _default(field: dataclasses.Field[Any]) -> str:
    given = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    return " = …" if given else ""


def _member(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, classmethod | staticmethod):
        yield f"  {type(value).__name__} {name}{inspect.signature(value.__func__)}"
    elif isinstance(value, property):
        yield f"  property {name}"
    elif inspect.isfunction(value):
        kind = "abstract " if getattr(value, "__isabstractmethod__", False) else ""
        yield f"  {kind}{name}{inspect.signature(value)}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
