"""From changed fields of an issue to what is written into its item of a project. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pmhub.sdk import Changes, Refused, Scope
from pmhub_github import project_words
from pmhub_github.project_fields import Held

Wanted = Mapping[int, str | None]
"""Values by the ids of their fields: an ISO day, the id of an option, None to empty."""


def wanted(scope: Scope, held: Held, over: Mapping[str, Any], changes: Changes) -> Wanted:
    """Raises Refused for a horizon without an option. A field that the project lacks is left alone."""
    given = {name: value for name, value in changes.items() if name in held and isinstance(value, str | None)}
    found = {held[name].id: WAYS[name](scope, held, value) for name, value in given.items() if name != "status"}
    if not any(found.values()) and is_outside(over):
        return {}
    if isinstance(status := given.get("status"), str):
        found |= column(scope, held, over, status)
    return found


def day(scope: Scope, held: Held, value: str | None) -> str | None:
    del scope, held
    return value or None


def horizon(scope: Scope, held: Held, value: str | None) -> str | None:
    if not value:
        return None
    name = project_words.option_for(scope, held, value)
    if name is None:
        raise Refused(
            f"the field {held['horizon'].name} of the project {scope.settings.project} has no option for {value!r}",
            field="horizon",
            hint="Add the option to the field, or map the word to one that is there.",
        )
    return held["horizon"].options[name]


def is_outside(over: Mapping[str, Any]) -> bool:
    """Where nothing is to be emptied."""
    return (over.get("project") or {}).get("id") is None


def iteration(scope: Scope, held: Held, value: str | None) -> str | None:
    """Iterations are made by people: one that is not there is refused."""
    if not value:
        return None
    name = project_words.iteration_for(held, value)
    if name is None:
        raise Refused(
            f"the field {held['iteration'].name} of the project {scope.settings.project} has no iteration {value!r}",
            field="iteration",
            hint="Add it to the field, or leave the ticket without.",
            lasting=False,
        )
    return held["iteration"].options[name]


def column(scope: Scope, held: Held, over: Mapping[str, Any], status: str) -> dict[int, str | None]:
    """Nothing where the column it stands in says the same already, or no column says it."""
    lift = project_words.columns_of(scope).lift
    name = project_words.column_for(scope, held, status)
    standing = ((over.get("project") or {}).get("values") or {}).get("status")
    if name is None or (standing and lift(standing) == lift(name)):
        return {}
    return {held["status"].id: held["status"].options[name]}


WAYS: Final[Mapping[str, Callable[[Scope, Held, str | None], str | None]]] = {
    "start": day,
    "target": day,
    "horizon": horizon,
    "iteration": iteration,
}
