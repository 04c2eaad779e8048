"""All REST endpoints the simulator answers, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    account,
    assignees,
    ci_runs,
    ci_statuses,
    comments,
    dependencies,
    events,
    issues,
    labels,
    locks,
    milestones,
    projects,
    releases,
    sub_issues,
)

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route

ROUTES: list[Route] = [
    route
    for module in (
        account,
        issues,
        assignees,
        comments,
        labels,
        locks,
        milestones,
        projects,
        releases,
        sub_issues,
        dependencies,
        events,
        ci_runs,
        ci_statuses,
    )
    for route in module.ROUTES
]
