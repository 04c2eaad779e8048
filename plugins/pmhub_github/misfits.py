"""Which endpoints over one repository would take one thing for two. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmhub.sdk import Kind
from pmhub_github.settings import GitHubScope

NO_PROJECT = 'a project holds issues, and the roadmap of {} is milestones. hint: write as = "issue" beside project'
Placed = tuple[Kind, GitHubScope]


def misfits(scopes: Sequence[Placed]) -> Iterator[str]:
    yield from (
        NO_PROJECT.format(scope.repo) for kind, scope in scopes if kind is Kind.ROADMAP_ITEM and _is_lost(scope)
    )
    repos = dict.fromkeys(scope.repo.casefold() for _, scope in scopes)
    for repo in repos:
        here = [(kind, scope) for kind, scope in scopes if scope.repo.casefold() == repo]
        tickets = [scope for kind, scope in here if kind is Kind.TICKET]
        goals = [scope for kind, scope in here if kind is Kind.ROADMAP_ITEM]
        yield from (told for goal in goals for ticket in tickets if (told := _misfit(goal, ticket)))


def _is_lost(scope: GitHubScope) -> bool:
    return bool(scope.project) and scope.as_ != "issue"


def _misfit(goal: GitHubScope, ticket: GitHubScope) -> str:
    if goal.as_ == "milestone":
        if ticket.milestones == "roadmap":
            return ""
        return (
            f"milestones of {goal.repo} are the roadmap in one sync and releases in another. "
            'hint: leave out milestones = "release" of the tickets, or make the roadmap as = "issue"'
        )
    if set(goal.types) & set(ticket.without_types) or set(goal.labels) & set(ticket.without_labels):
        return ""
    if goal.types and ticket.types and not set(goal.types) & set(ticket.types):
        return ""
    left_out = f"without_types = {list(goal.types)}" if goal.types else f"without_labels = {list(goal.labels)}"
    return f"issues of {goal.repo} would be roadmap items and tickets at once. hint: give the tickets {left_out}"
