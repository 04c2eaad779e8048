"""Test results as JUnit XML, from any tool's file or an archive of them. Loaded when used: most commands read no report."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pmhub_junit.archives import archive
    from pmhub_junit.limits import DEFAULT, Limits
    from pmhub_junit.reading import read
    from pmhub_junit.unreadable import NotJUnit, Unreadable

__all__ = ["DEFAULT", "Limits", "NotJUnit", "Unreadable", "archive", "read"]

_HOMES: Final = {
    "DEFAULT": "limits",
    "Limits": "limits",
    "NotJUnit": "unreadable",
    "Unreadable": "unreadable",
    "archive": "archives",
    "read": "reading",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
