"""What the configuration asks of plugins, read before any of them is loaded, and what a shell asks of it: what is wrong is left for `load` to tell."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def blocked(path: Path) -> frozenset[str]:
    """Names of plugins the file switches off."""
    table = _raw(path).get("plugins")
    names = table.get("block") if isinstance(table, Mapping) else None
    return frozenset(name for name in names if isinstance(name, str)) if isinstance(names, list) else frozenset()


def connectors_wanted(path: Path) -> frozenset[str] | None:
    """Names of the connectors that connections use; None where that cannot be said."""
    tables = _raw(path).get("connections")
    if not isinstance(tables, Mapping):
        return None
    names = [table.get("connector") if isinstance(table, Mapping) else None for table in tables.values()]
    return frozenset(map(str, names)) if all(isinstance(name, str) for name in names) else None


def names_in(path: Path, table: str) -> list[str]:
    """Keys of a table, as `connections`, in the order of the file."""
    found = _raw(path).get(table)
    return list(found) if isinstance(found, Mapping) else []


def _raw(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
