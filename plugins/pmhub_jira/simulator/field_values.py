"""Reads what a client writes into a field; refuses it in Jira's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from . import fields as field_list
from .adf import check_document
from .errors import FieldError
from .state import PRIORITIES, RESOLUTIONS, State
from .timestamps import is_day
from .values import EPIC_NAME, Choice, Component, Issue, IssueType, Json, Project, Version

SUMMARY_LIMIT = 255


@dataclass(frozen=True, slots=True)
class Place:
    """Where the value is to stand."""

    state: State
    project: Project
    type: IssueType


def _summary(_: Place, raw: Json) -> str:
    if raw is not None and not isinstance(raw, str):
        raise FieldError("Operation value must be a string")
    text = (raw or "").strip()
    if not text:
        raise FieldError("You must specify a summary of the issue.")
    if "\n" in text or "\r" in text:
        raise FieldError("The summary is invalid because it contains newline characters.")
    if len(text) > SUMMARY_LIMIT:
        raise FieldError("Summary can't exceed 255 characters.")
    return text


def _document(_: Place, raw: Json) -> Json:
    return None if raw is None else check_document(raw)


def issue_type(project: Project, raw: Json) -> IssueType:
    for kind in project.types:
        if isinstance(raw, dict) and (raw.get("id") == kind.id or raw.get("name") == kind.name):
            return kind
    raise FieldError("Specify a valid issue type")


def _issue_type(place: Place, raw: Json) -> str:
    return issue_type(place.project, raw).id


def _choice(raw: Json, choices: Iterable[Choice], word: str) -> str | None:
    if raw is None:
        return None
    for entry in choices:
        if isinstance(raw, dict) and (str(raw.get("id")) == entry.id or raw.get("name") == entry.name):
            return entry.id
    raise FieldError(f"The {word} selected is invalid.")


def _priority(_: Place, raw: Json) -> str | None:
    return _choice(raw, PRIORITIES, "priority")


def _resolution(_: Place, raw: Json) -> str | None:
    return _choice(raw, RESOLUTIONS, "resolution")


def _person(place: Place, raw: Json) -> str | None:
    if raw is None:
        return None
    account_id = (raw.get("accountId") or raw.get("id")) if isinstance(raw, dict) else None
    user = place.state.users.get(str(account_id))
    if user is None:
        raise FieldError(f"User '{account_id}' does not exist.")
    if not user.active:
        raise FieldError(f"User '{user.display_name}' cannot be assigned issues.")
    return user.account_id


def label(raw: Json) -> str:
    if not isinstance(raw, str) or not raw:
        raise FieldError("Operation value must be a string")
    if any(character.isspace() for character in raw):
        raise FieldError(f"The label '{raw}' contains spaces which is invalid.")
    if len(raw) > SUMMARY_LIMIT:
        raise FieldError(f"The label '{raw}' exceeds the maximum length of 255 characters.")
    return raw


def _list(raw: Json) -> list[Json]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise FieldError("data was not an array")
    return raw


def _labels(_: Place, raw: Json) -> tuple[str, ...]:
    return tuple(sorted({label(entry) for entry in _list(raw)}))


def _named(raw: Json, known: Iterable[Version] | Iterable[Component], word: str) -> int:
    for entry in known:
        if isinstance(raw, dict) and (str(raw.get("id")) == str(entry.id) or raw.get("name") == entry.name):
            return entry.id
    wanted = raw.get("name", raw.get("id")) if isinstance(raw, dict) else raw
    raise FieldError(f"{word} name '{wanted}' is not valid")


def version_id(place: Place, raw: Json) -> int:
    return _named(raw, place.state.versions_of(place.project.id), "Version")


def component_id(place: Place, raw: Json) -> int:
    return _named(raw, place.state.components_of(place.project.id), "Component")


def _versions(place: Place, raw: Json) -> tuple[int, ...]:
    return tuple(sorted({version_id(place, entry) for entry in _list(raw)}))


def _components(place: Place, raw: Json) -> tuple[int, ...]:
    return tuple(sorted({component_id(place, entry) for entry in _list(raw)}))


def _day(_: Place, raw: Json) -> str | None:
    if raw in (None, ""):
        return None
    if not is_day(raw):
        raise FieldError(f"Error parsing date string: {raw}")
    return str(raw)


def _number(_: Place, raw: Json) -> float | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise FieldError("Operation value must be a number")
    return float(raw)


def _horizon(_: Place, raw: Json) -> str | None:
    if raw is None:
        return None
    value = raw.get("value") if isinstance(raw, dict) else None
    if value not in field_list.HORIZONS:
        raise FieldError("Specify a valid 'id' or 'name' for Horizon")
    return str(value)


def _line(_: Place, raw: Json) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise FieldError("Operation value must be a string")
    if len(raw or "") > SUMMARY_LIMIT:
        raise FieldError("The entered text is too long. It exceeds the allowed limit of 255 characters.")
    return raw or None


def _sprint(place: Place, raw: Json) -> list[int] | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or raw not in place.state.sprints:
        raise FieldError("Number value expected as the Sprint id.")
    if place.state.sprints[raw].state == "closed":
        raise FieldError("Issue can be assigned only active or future sprints.")
    return [raw]


def _time_estimate(_: Place, raw: Json) -> int | None:
    """`{"originalEstimate": "90m"}`: seconds, of which Jira keeps whole minutes."""
    told = raw.get("originalEstimate") if isinstance(raw, dict) else None
    found = re.fullmatch(r"(\d+)m", str(told))
    if found is None:
        raise FieldError(f"Could not parse time duration: {told}")
    return int(found[1]) * 60


def parent(place: Place, raw: Json) -> int | None:
    if raw is None or (isinstance(raw, dict) and raw.get("none")):
        return None
    found: Issue | None = None
    if isinstance(raw, dict):
        found = place.state.find(raw.get("id") or raw.get("key"))
    if found is None:
        raise FieldError("Could not find issue by id or key.")
    if place.state.types[found.type_id].level != place.type.level + 1:
        raise FieldError("Given parent issue does not belong to appropriate hierarchy.")
    return found.id


def _security(_: Place, raw: Json) -> str | None:
    return None if raw is None else str(raw.get("name", raw.get("id")))


READERS: Mapping[str, tuple[str, Callable[[Place, Json], Json]]] = {
    "summary": ("summary", _summary),
    "description": ("description", _document),
    "issuetype": ("type_id", _issue_type),
    "priority": ("priority_id", _priority),
    "assignee": ("assignee", _person),
    "reporter": ("reporter", _person),
    "labels": ("labels", _labels),
    "components": ("component_ids", _components),
    "fixVersions": ("version_ids", _versions),
    "duedate": ("due", _day),
    "parent": ("parent_id", parent),
    "resolution": ("resolution_id", _resolution),
    "security": ("security", _security),
    field_list.START_DATE: (field_list.START_DATE, _day),
    field_list.ESTIMATE: (field_list.ESTIMATE, _number),
    field_list.SPRINT: (field_list.SPRINT, _sprint),
    field_list.TIME_TRACKING: ("time_estimate", _time_estimate),
    EPIC_NAME: (EPIC_NAME, _line),
    field_list.HORIZON: (field_list.HORIZON, _horizon),
    field_list.OBJECTIVE: (field_list.OBJECTIVE, _line),
    field_list.OUTCOME: (field_list.OUTCOME, _document),
}
"""Field id -> (attribute of Issue, or key in its `custom`) and how its value is read."""

ELEMENTS: Mapping[str, Callable[[Place, Json], Json]] = {
    "labels": lambda _, raw: label(raw),
    "fixVersions": version_id,
    "components": component_id,
}
"""Fields that take `add` and `remove`, and how one element is read."""
