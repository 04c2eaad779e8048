"""Shipped as pmhub[testing]: worlds of remotes and people, what can go wrong in them, and the kit that connectors pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pmhub.testing.conformance import Bench, Clock, ConnectorConformance, Failure

__all__ = ["Bench", "Clock", "ConnectorConformance", "Failure"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute
    """Only who asks for the kit needs pytest: a simulator, which leans on other parts of this package, does not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pmhub.testing import conformance  # noqa: PLC0415

    return getattr(conformance, name)
