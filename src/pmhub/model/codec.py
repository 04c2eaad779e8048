"""Values to JSON and back, the same bytes for the same value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pmhub.model.records import Fields, Value

REPEATED: Final = 64
"""An item, what was agreed on it and what is seen of it are mostly one text, read one after the other."""

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)


def dump(value: object) -> str:
    """Canonical JSON: sorted keys, no spaces, characters as they are."""
    return _CANONICAL.encode(value)


def value_from(raw: Any) -> Value:  # noqa: ANN401 - JSON
    return tuple(raw) if isinstance(raw, list) else raw


def fields_from(text: str) -> dict[str, Value]:
    return dict(_fields(text))


@lru_cache(maxsize=REPEATED)
def _fields(text: str) -> Mapping[str, Value]:
    raw: Mapping[str, Any] = json.loads(text)
    return {name: value_from(value) for name, value in raw.items()}


def fingerprint(value: Fields | object) -> str:
    return hashlib.sha256(dump(value).encode("utf-8", "surrogatepass")).hexdigest()[:16]
