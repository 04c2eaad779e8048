"""What stands in many documents."""

from __future__ import annotations

from typing import TypeAlias

Value: TypeAlias = str | float | bool | list[str] | None
"""Of a field of an item: a list is a set. None and an empty list are empty."""
Counts: TypeAlias = dict[str, int]
