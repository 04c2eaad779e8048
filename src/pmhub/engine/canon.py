"""When are two values the same? Formatting is not a difference, words are."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from pmhub.engine.state import Side
from pmhub.model.markdown import text_key
from pmhub.model.records import FieldSpec, Merge, Value

_text_key = lru_cache(maxsize=8192)(text_key)


def key(spec: FieldSpec, value: Value) -> Hashable:
    """Equal for values that differ only in form. None, "" and () are one."""
    if spec.merge is Merge.TEXT:
        return _text_key(value if isinstance(value, str) else None)
    if spec.merge is Merge.LINE:
        return " ".join(str(value or "").split())
    if spec.is_set:
        return as_set(value)
    return None if value in ("", ()) else value


def as_set(value: Value) -> frozenset[str]:
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def as_value(members: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(members))


def is_empty(value: Value) -> bool:
    return value is None or value in ("", ())


def equal(spec: FieldSpec, one: Value, other: Value) -> bool:
    same = type(one) is type(other) and one == other  # needs no look at the text
    return same or key(spec, one) == key(spec, other)


def in_step(side: Side, name: str, ours: Value, seen: Value) -> bool:
    """Does the remote already show as much of our value as it can? A value it has no word for is shown nowhere."""
    if not side.can_say(name, ours):
        return False
    spec = side.spec(name)
    shown = side.shown(name, ours)
    if equal(spec, shown, seen):
        return True
    if spec.merge is not Merge.SET or not seen:
        return False
    # A remote with less room than we have may hold any part of our set, as long as the room is used.
    return as_set(seen) <= as_set(ours) and len(as_set(seen)) == len(as_set(shown)) < len(as_set(ours))
