"""Jira's versions as releases: how one reads, what it can hold, and what is sent to change it. Pure.

A version tells neither when it changed nor who made it, and no mark can stand in it: its name, which no other version of
its project has, says what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub.sdk import ABSENT, Changes, Kind, Observation, Ref, Release, Scope, Visibility, values
from pmhub_jira import shown, version_notes
from pmhub_jira.moments import day

READ_AT: Final = "readAt"
_KEPT: Final = ("id", "name", "description", "startDate", "releaseDate", "released", "archived")
_STATES: Final = {"archived": "Archived", "released": "Released", "planned": "Unreleased"}
"""Our words and the words Jira's pages use, which the configuration may translate."""

Json = dict[str, Any]


def native(raw: Mapping[str, Any], read_at: int) -> Json:
    """What we keep of a version, with the server's time at which it stood so, in milliseconds."""
    return {name: raw[name] for name in _KEPT if name in raw} | {READ_AT: read_at}


def release(scope: Scope, kept: Mapping[str, Any], site: str) -> Observation:
    state = _state(kept)
    return Observation(
        ref=release_ref(scope, str(kept["id"]), str(kept.get("name", "")), site),
        record=Release(
            version=kept.get("name", ABSENT),
            status=_lifted(scope, state),
            start=day(kept.get("startDate")),
            date=day(kept.get("releaseDate")),
            notes=version_notes.read(kept.get("description")),
        ),
        updated_at=kept[READ_AT],
        created_at=0,
        author="",
        native=kept,
        visibility=scope.visibility or Visibility.MEMBERS,
        originals={"status": _STATES[state]},
    )


def release_ref(scope: Scope, number: str, name: str, site: str) -> Ref:
    """Jira has no key for a version; ours is the project's with the version's name: `SHOP@1.0`."""
    project = scope.settings.project
    return Ref(Kind.RELEASE, number, f"{project}@{name}", f"{site}/projects/{project}/versions/{number}")


def new_version(scope: Scope, given: Release, project_id: str) -> Json:
    """A new version is not released: the call has no way to say so [D]."""
    present = values(given)
    body = {name: value for name, value in _dates(scope, present).items() if value is not None}
    notes = version_notes.written("", given.notes or None)
    named = {"name": shown_version(scope, present.get("version"))[0], "projectId": int(project_id)}
    return named | body | ({"description": notes} if notes else {})


def edit(scope: Scope, over: Observation, changes: Changes) -> Json:
    """What of `changes` does not stand there yet."""
    there = over.native
    wanted = _dates(scope, changes)
    if "version" in changes:
        wanted["name"] = shown_version(scope, changes["version"])[0]
    if "notes" in changes:
        wanted["description"] = version_notes.written(there.get("description"), _text(changes["notes"]))
    if isinstance(changes.get("status"), str):
        wanted |= _flags(_lowered(scope, changes["status"]))
    unset = {"description": "", "released": False, "archived": False}
    return {name: value for name, value in wanted.items() if value != there.get(name, unset.get(name))}


def shown_version(_: Scope, value: Any) -> shown.Shown:  # noqa: ANN401 - a value of the model
    names = shown.version_names([value or ""])
    return (names[0], "") if names else (ABSENT, "a version's name is 1 to 255 characters")


def _shown_status(scope: Scope, value: Any) -> shown.Shown:  # noqa: ANN401
    return (_lifted(scope, _lowered(scope, value)), "") if value else (ABSENT, "")


def _shown_notes(_: Scope, value: Any) -> shown.Shown:  # noqa: ANN401
    line = version_notes.short(value)
    return version_notes.markdown(line), "cut to its first words" if line.endswith(shown.ELLIPSIS) else ""


SHOWINGS: Final[Mapping[str, shown.Showing]] = {
    "version": shown_version,
    "status": _shown_status,
    "start": shown.day,
    "date": shown.day,
    "prerelease": shown.unwritten,
    "notes": _shown_notes,
}


def _state(kept: Mapping[str, Any]) -> str:
    return "archived" if kept.get("archived") else "released" if kept.get("released") else "planned"


def _lifted(scope: Scope, state: str) -> str:
    words = scope.vocabulary.words.get("status")
    return (words.lift(_STATES[state]) if words else None) or state


def _lowered(scope: Scope, word: Any) -> str:  # noqa: ANN401 - a value of the model
    """The state that stands for our word: a draft, or a word nobody knows, is a version not yet released."""
    words = scope.vocabulary.words.get("status")
    theirs = ((words.lower(word) if words else None) or "").casefold()
    named = next((state for state, shows in _STATES.items() if shows.casefold() == theirs), None)
    return named or (word if word in _STATES else "planned")


def _flags(state: str) -> Json:
    """An archived version stays as released as it was."""
    return {"archived": True} if state == "archived" else {"archived": False, "released": state == "released"}


def _dates(scope: Scope, changes: Mapping[str, Any]) -> Json:
    natives = {"start": "startDate", "date": "releaseDate"}
    fitted = {ours: shown.day(scope, changes[ours])[0] for ours in natives if ours in changes}
    return {natives[ours]: value for ours, value in fitted.items() if value is not ABSENT}


def _text(value: Any) -> str | None:  # noqa: ANN401 - a value of the model
    return value if isinstance(value, str) else None
