"""Which issue type a new ticket or roadmap item is made as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pmhub.sdk import Kind, Refused, RoadmapItem, Scope, Ticket
from pmhub_jira import scopes, shown, words
from pmhub_jira.lookups import Lookups

USUAL_TYPE: Final = "Task"

Json = dict[str, Any]


def choose(lookups: Lookups, scope: Scope, record: Ticket | RoadmapItem) -> Json:
    """`{"id", "name", …}` as the project gives it. Raises Refused where it has none that would do."""
    return _ticket_type(lookups, scope, record) if isinstance(record, Ticket) else _roadmap_type(lookups, scope, record)


def _roadmap_type(lookups: Lookups, scope: Scope, record: RoadmapItem) -> Json:
    """One of the level below its parent's, if it has a parent; of these the first of the configured types, and without
    any configured the lowest above the tickets.
    """
    names = [name.casefold() for name in scope.settings.types]
    types = lookups.issue_types(scope.settings.project)
    held = [each for each in types if scopes.holds(scope, each, Kind.ROADMAP_ITEM)]
    if not held:
        hint = "Name the types of its roadmap items in the configuration, or add the type to the project."
        raise Refused(f"{scope.settings.project} has no issue type for a roadmap item", hint=hint)
    held = _below(lookups, record.parent, held) or held
    if names:
        return min(held, key=lambda each: names.index(each["name"].casefold()))
    return min(held, key=_level)


def _below(lookups: Lookups, parent: Any, types: Sequence[Json]) -> list[Json]:  # noqa: ANN401 - a value of the model
    """Where the types are of one level there is nothing to choose, and nothing to ask."""
    if not isinstance(parent, str) or len({_level(each) for each in types}) == 1:
        return []
    above = lookups.level(parent.partition(":")[2])
    return [each for each in types if _level(each) + 1 == above]


def _ticket_type(lookups: Lookups, scope: Scope, record: Ticket) -> Json:
    """The type that stands for the record's; where there is none, below another ticket a sub-task's, else Task or the first
    that any ticket can have.
    """
    types = lookups.issue_types(scope.settings.project)
    wanted = words.type_name(scope, record.type) if record.type else None
    found = next((kind for kind in types if wanted and kind["name"].casefold() == wanted.casefold()), None)
    plain = [kind for kind in types if not kind.get("subtask") and not words.is_above_tickets(kind)]
    usual = [kind for kind in plain if kind["name"] == USUAL_TYPE]
    if not found and shown.takes_parts(scope) and str(record.parent or "").startswith(f"{Kind.TICKET}:"):
        found = next((kind for kind in types if kind.get("subtask") and scopes.holds(scope, kind)), None)
    if found or usual or plain:
        return dict(found or (usual or plain)[0])
    raise Refused(f"{scope.settings.project} has no issue type for a ticket", field="type")


def _level(issue_type: Json) -> int:
    return int(issue_type.get("hierarchyLevel", words.FIRST_EPIC_LEVEL))
