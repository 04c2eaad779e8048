"""How a value is written in front matter: plain where every YAML reader takes it for that text, quoted else. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

PLAIN: Final = re.compile(r"[^\W_][\w ./()+@-]*(?<! )")
TYPED: Final = re.compile(r"-?\d+(?:\.\d+)?|\d{4}-\d\d-\d\d|true|false")
BREAKS: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
TEXT: Final = "tag:yaml.org,2002:str"


def quoted(text: str) -> str:
    """JSON's strings are YAML's; characters that YAML would take for a line's end are escaped."""
    return BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def as_text(text: str) -> str:
    return text if PLAIN.fullmatch(text) and _is_text(text) else quoted(text)


def _is_text(text: str) -> bool:
    """What another reader would take for a number, a date or a truth is quoted."""
    import yaml  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - see front_matter.parse

    return bool(yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)) == TEXT)


def as_typed(text: str) -> str:
    """A number, a date, true or false as such; anything else as text."""
    return text if TYPED.fullmatch(text) else as_text(text)


def as_list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(as_text, texts))}]"
