"""Values as TOML writes them, for what people paste or read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def toml_text(value: Any) -> str:  # noqa: ANN401 - whatever TOML can say
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{bare(str(name))} = {toml_text(each)}" for name, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple | frozenset):
        return f"[{', '.join(map(toml_text, value))}]"
    return json.dumps(value) if isinstance(value, bool) else str(value)


def quoted(text: str) -> str:
    """TOML's escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def bare(key: str) -> str:
    """Without quotes where TOML needs none."""
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else quoted(key)
