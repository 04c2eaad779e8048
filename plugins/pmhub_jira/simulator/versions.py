"""What can be done to a version: create, edit, delete. Its issues' `updated` stays, but where it is taken from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from . import issues
from .errors import ApiError
from .state import State
from .timestamps import is_day
from .values import Json, Version

NAME_LIMIT = 255
DESCRIPTION_LIMIT = 16_384
"""Bytes."""
_FACTS = {
    "name": "name",
    "description": "description",
    "startDate": "start",
    "releaseDate": "release",
    "released": "released",
    "archived": "archived",
}


def create(state: State, project_id: int, body: Mapping[str, Json]) -> Version:
    """`released` is not for a new version."""
    facts = {name: value for name, value in body.items() if name != "released"}
    return _put(state, _with_facts(state, Version(state.new_id(), project_id, ""), facts))


def edit(state: State, version: Version, body: Mapping[str, Json]) -> Version:
    return _put(state, _with_facts(state, version, body))


def delete(state: State, actor: str, version: Version) -> None:
    for issue in [issue for issue in state.issues.values() if version.id in issue.version_ids]:
        rest = tuple(number for number in issue.version_ids if number != version.id)
        issues.commit(state, actor, issue, replace(issue, version_ids=rest))
    del state.versions[version.id]


def _put(state: State, version: Version) -> Version:
    state.versions[version.id] = version
    return version


def _with_facts(state: State, version: Version, body: Mapping[str, Json]) -> Version:
    """The version as the request wants it; raises 400 for a missing, taken or long name or a date that is none."""
    changed = replace(version, **{ours: body[theirs] for theirs, ours in _FACTS.items() if theirs in body})
    errors = _name_errors(state, changed) | _date_errors(changed)
    if len(changed.description.encode()) > DESCRIPTION_LIMIT:
        errors["description"] = "The description is too long. The maximum size is 16,384 bytes."
    if errors:
        raise ApiError(400, errors=errors)
    return changed


def _name_errors(state: State, version: Version) -> dict[str, str]:
    others = [each.name.lower() for each in state.versions_of(version.project_id) if each.id != version.id]
    if not version.name.strip():
        return {"name": "You must specify a valid version name"}
    if len(version.name) > NAME_LIMIT:
        return {"name": "The version name is too long. The maximum length is 255 characters."}
    taken = version.name.lower() in others
    return {"name": "A version with this name already exists in this project."} if taken else {}


def _date_errors(version: Version) -> dict[str, str]:
    dates = (("startDate", version.start), ("releaseDate", version.release))
    errors = {
        name: "The date must be in the format yyyy-MM-dd." for name, value in dates if value and not is_day(value)
    }
    if version.start and version.release and version.start > version.release:
        errors["startDate"] = "The start date must be before the release date."
    return errors
