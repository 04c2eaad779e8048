"""Which endpoints over one project would take one issue for two things. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmhub.sdk import Kind
from pmhub_jira.settings import JiraScope

ABOVE = frozenset({"epic", "initiative"})
"""What Jira calls the levels above tickets unless a site has renamed them."""


def misfits(scopes: Sequence[tuple[Kind, JiraScope]]) -> Iterator[str]:
    for project in dict.fromkeys(scope.project for _, scope in scopes):
        goals = [s for kind, s in scopes if kind is Kind.ROADMAP_ITEM and s.project == project]
        tickets = [s for kind, s in scopes if kind is Kind.TICKET and s.project == project]
        yield from (told for goal in goals for ticket in tickets if (told := _misfit(goal, ticket)))


def _misfit(goal: JiraScope, ticket: JiraScope) -> str:
    above, below = _folded(goal.types), _folded(ticket.types)
    if above and below:
        both = sorted(above & below)
    elif above:
        both = sorted(above - ABOVE)  # tickets without types are all that stand below an epic
    else:
        both = sorted(below & ABOVE)  # a roadmap without types is all that stands there
    if not both:
        return ""
    names = ", ".join(both)
    return f"issues of type {names} in {goal.project} would be roadmap items and tickets at once. hint: name the types of both"


def _folded(types: tuple[str, ...]) -> set[str]:
    return {name.casefold() for name in types}
