"""Changes to projects: what may stand in a field, and whose times a change moves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .errors import ApiError, invalid
from .issue_changes import edit_issue
from .project_state import Field, Item, Option, Project
from .project_workflows import is_done

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .project_state import Value
    from .world import World

BUILT_IN = (("Title", "title"), ("Assignees", "assignees"), ("Labels", "labels"))
COLUMNS = ("Todo", "In Progress", "Done")
EDITABLE = ("text", "number", "date", "single_select", "iteration")


def create_project(world: World, owner: str, title: str) -> Project:
    """Make a project with the fields that GitHub gives every one, and the columns of its template."""
    number = max((one.number for one in world.projects.values() if one.owner == owner), default=0) + 1
    project = Project(world.new_id(), owner, number, title, world.now())
    world.projects[owner.lower(), number] = project
    for name, kind in BUILT_IN:
        add_field(world, project, name, kind)
    add_field(world, project, "Status", "single_select", COLUMNS)
    return project


def add_field(world: World, project: Project, name: str, data_type: str, options: Iterable[str] = ()) -> Field:
    choices = [Option(f"{world.new_id():08x}", one) for one in options]
    made = Field(world.new_id(), name, data_type, world.now(), choices)
    project.fields[made.id] = made
    return made


def add_issue(world: World, project: Project, actor: str, issue: int) -> Item:
    """Put an issue into the project; one that is in it already stays what it is."""
    known = next((item for item in project.items.values() if item.issue == issue), None)
    return known or add_item(world, project, actor, issue, "")


def add_item(world: World, project: Project, actor: str, issue: int | None, title: str) -> Item:
    now = world.now()
    item = Item(world.new_id(), world.user(actor).login, now, now, issue, title)
    project.items[item.id] = item
    return item


def set_values(world: World, project: Project, item: Item, actor: str, changes: Sequence[tuple[int, Any]]) -> None:
    """Set several fields, all or none; raise 422 for a value that its field cannot hold."""
    was_done = is_done(project, item)
    checked = {number: checked_value(project.fields.get(number), value) for number, value in changes}
    item.values |= checked
    item.updated = world.now()
    if project.workflows and item.issue is not None and is_done(project, item) and not was_done:
        repo, issue = world.issue_by_id(item.issue)
        edit_issue(world, repo, issue, actor, {"state": "closed"})


def checked_value(field: Field | None, value: Any) -> Value:  # noqa: ANN401 - JSON
    if field is None:
        raise ApiError(422, "Validation Failed: the project has no such field")
    if field.data_type not in EDITABLE:
        raise invalid("ProjectV2Item", field.name, "invalid", value=value)
    if value is None:
        return None
    if field.data_type in ("single_select", "iteration") and field.option(value) is None:
        raise invalid("ProjectV2Item", field.name, "invalid", value=value)
    return day(field, value) if field.data_type == "date" else str(value)


def day(field: Field, value: Any) -> str:  # noqa: ANN401 - JSON
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise invalid("ProjectV2Item", field.name, "invalid", value=value) from None
