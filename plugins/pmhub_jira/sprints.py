"""Sprints of an issue: which one counts, as Cloud and Data Center tell it, and what stands in the field. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import ABSENT, Absent, Scope

SPRINT: Final = "sprint"
"""How a configuration may name the field whatever its id on a site: `iteration = { jira = "sprint" }`."""
SCHEMA: Final = "com.pyxis.greenhopper.jira:gh-sprint"
PREFERENCE: Final = ("active", "future")
"""The states that count; what is closed is history."""
_SERIALIZED: Final = re.compile(r"\[(?P<parts>.*)\]\s*$", re.DOTALL)
_PART: Final = re.compile(r"(?:^|,)(?P<key>[a-zA-Z]+)=")

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Sprint:
    id: int
    name: str
    state: str


def read(value: Any) -> str | Absent | None:  # noqa: ANN401 - JSON
    """The sprint that is active, else the one to come; None for an issue that was never in one.

    ABSENT where all are closed: that a sprint ended is nobody's wish to take a ticket out of it.
    """
    if not value:
        return None
    found = [one for each in (value if isinstance(value, list) else [value]) if (one := sprint(each)) is not None]
    counting = preferred(found)
    return counting[0].name if counting else ABSENT


def preferred(sprints: Sequence[Sprint]) -> list[Sprint]:
    """Those that are not closed, what is active before what is to come, the oldest first."""
    counting = [one for one in sprints if one.state in PREFERENCE]
    return sorted(counting, key=lambda one: (PREFERENCE.index(one.state), one.id))


def sprint(raw: Any) -> Sprint | None:  # noqa: ANN401 - JSON
    """From an object, or from the text that a Data Center may write in its place: `…Sprint@1f[id=7,state=ACTIVE,name=Seven,…]`."""
    told = raw if isinstance(raw, Mapping) else _parts(str(raw))
    number, name = str(told.get("id", "")), " ".join(str(told.get("name") or "").split())
    if not number.isdecimal() or not name:
        return None
    return Sprint(int(number), name, str(told.get("state", "")).casefold())


def _parts(text: str) -> dict[str, str]:
    """A name may hold commas, so a value ends where the next key begins."""
    found = _SERIALIZED.search(text)
    parts = found["parts"] if found else ""
    keys = list(_PART.finditer(parts))
    ends = [*(key.start() for key in keys[1:]), len(parts)][: len(keys)]
    return {key["key"]: parts[key.end() : end] for key, end in zip(keys, ends, strict=True)}


def field_of(scope: Scope) -> str | None:
    """What the configuration says holds the iteration: a field's id, or `sprint`."""
    return scope.vocabulary.fields.get("iteration")


def named(sprints: Sequence[Sprint], name: str) -> Sprint | None:
    """Case aside: people write one sprint in two tools by hand."""
    return next((one for one in sprints if one.name.casefold() == " ".join(name.split()).casefold()), None)
