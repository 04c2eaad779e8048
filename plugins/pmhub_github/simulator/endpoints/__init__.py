"""All REST endpoints the simulator answers, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import account, assignees, comments, dependencies, events, issues, labels, locks, milestones, sub_issues

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route

ROUTES: list[Route] = [
    route
    for module in (account, issues, assignees, comments, labels, locks, milestones, sub_issues, dependencies, events)
    for route in module.ROUTES
]
