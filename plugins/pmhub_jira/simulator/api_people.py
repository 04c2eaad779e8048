"""Who can be assigned in a project, and the projects that a server lists all at once."""

from __future__ import annotations

from .call import Answer, Call
from .errors import ApiError


def assignable_users(call: Call) -> Answer:
    """Of a project, or of all; a caller who may not browse it finds nobody."""
    name = call.query.get("project")
    project = call.state.project(name) if name else None
    if project is None or not call.has("BROWSE_PROJECTS", project.id):
        raise ApiError(404, f"No project could be found with key '{name}'.")
    start, size = call.window()
    users = [user for user in call.state.users.values() if user.active]
    return Answer(json=[call.shapes.user(user.account_id) for user in users[start : start + size]])


def list_projects(call: Call) -> Answer:
    mine = [each for each in call.state.projects.values() if call.has("BROWSE_PROJECTS", each.id)]
    return Answer(json=[call.shapes.project(each) for each in mine])
