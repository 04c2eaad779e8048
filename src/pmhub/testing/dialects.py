"""Three remotes that differ as real ones do: in their words, in what they can hold, and in what they do to a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pmhub.model.kinds import Kind
from pmhub.model.records import Merge, Value, schema

TICKET = ("title", "body", "status", "priority", "labels", "estimate", "parent")
COMMENT = ("body",)


def _as_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Dialect:
    """`statuses`: our word → the word shown in its place. `text`, `status` losses are what the connector's `fit` tells;
    `quirks`: what the server does to a field besides, which no connector knows of.
    """

    statuses: Mapping[str, str]
    without: frozenset[str] = frozenset()
    text: Callable[[str], str] = _as_is
    quirks: Mapping[str, Callable[[str], str]] = ()  # type: ignore[assignment]

    def holds(self, kind: Kind) -> tuple[str, ...]:
        names = TICKET if kind is Kind.TICKET else COMMENT
        return tuple(name for name in names if name not in self.without)
