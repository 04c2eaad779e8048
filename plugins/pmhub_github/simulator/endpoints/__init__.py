"""All REST endpoints the simulator answers, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    account,
    apps,
    assignees,
    ci_checks,
    ci_runs,
    ci_statuses,
    comments,
    dependencies,
    events,
    issue_field_values,
    issues,
    labels,
    locks,
    milestones,
    people,
    projects,
    pulls,
    releases,
    sub_issues,
)

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route

ROUTES: list[Route] = [
    route
    for module in (
        account,
        apps,
        issues,
        assignees,
        people,
        comments,
        labels,
        locks,
        milestones,
        projects,
        pulls,
        releases,
        sub_issues,
        issue_field_values,
        dependencies,
        events,
        ci_checks,
        ci_runs,
        ci_statuses,
    )
    for route in module.ROUTES
]
