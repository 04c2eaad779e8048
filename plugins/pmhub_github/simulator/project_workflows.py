"""The workflows that GitHub gives a project: what is closed is done, and what is done is closed.

Source: GitHub's documentation, "Using the built-in automations".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .project_state import Item, Project
    from .state import Issue
    from .world import World

DONE = "Done"


def issue_closed(world: World, issue: Issue) -> None:
    """Move it to the column of what is done. A reopened one stays there: that workflow is off until somebody wants it."""
    for project in world.projects.values():
        for item in project.items.values():
            if project.workflows and item.issue == issue.id and not is_done(project, item):
                status = project.field_named("Status")
                item.values[status.id] = next(one.id for one in status.options if one.name == DONE)
                item.updated = world.now()


def is_done(project: Project, item: Item) -> bool:
    status = project.field_named("Status")
    option = status.option(item.values.get(status.id))
    return option is not None and option.name == DONE
