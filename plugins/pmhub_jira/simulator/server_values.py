"""Reads what a client writes into a field of a Data Center, where it is otherwise than in Cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .adf import TEXT_LIMIT
from .errors import FieldError
from .field_values import READERS, Place, parent
from .fields import OUTCOME
from .server_shapes import EPIC_LINK
from .values import Issue, Json


def wiki(raw: Json) -> str | None:
    """A text in wiki markup."""
    if raw is not None and not isinstance(raw, str):
        raise FieldError("Operation value must be a string")
    if len(raw or "") > TEXT_LIMIT:
        raise FieldError("The entered text is too long. It exceeds the allowed limit of 32,767 characters.")
    return raw or None


def _text(_: Place, raw: Json) -> str | None:
    return wiki(raw)


def _person(place: Place, raw: Json) -> str | None:
    """By name; nobody is an empty one."""
    name = raw.get("name") if isinstance(raw, dict) else raw
    if not name:
        return None
    user = place.state.users.get(str(name))
    if user is None or not user.active:
        raise FieldError(f"User '{name}' does not exist.")
    return user.account_id


def _parent(place: Place, raw: Json) -> int | None:
    if not place.type.subtask:
        raise FieldError("Field 'parent' cannot be set. It is not on the appropriate screen, or unknown.")
    return parent(place, raw)


def _epic_link(place: Place, raw: Json) -> int | None:
    if raw is None:
        return None
    epic: Issue | None = place.state.find(raw) if isinstance(raw, str) and not raw.isdigit() else None
    if epic is None or place.state.types[epic.type_id].level != 1:
        raise FieldError(f"Issue '{raw}' is not a valid epic.")
    return epic.id


SERVER_READERS: Mapping[str, tuple[str, Callable[[Place, Json], Json]]] = {
    **READERS,
    "description": ("description", _text),
    "assignee": ("assignee", _person),
    "reporter": ("reporter", _person),
    "parent": ("parent_id", _parent),
    EPIC_LINK: ("parent_id", _epic_link),
    OUTCOME: (OUTCOME, _text),
}
