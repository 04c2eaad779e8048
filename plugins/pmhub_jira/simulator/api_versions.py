"""Versions: listed, read, created and edited."""

from __future__ import annotations

from . import versions
from .call import Answer, Call
from .errors import ApiError
from .values import Json, Version

_MAY_NOT = "You do not have permission to administer versions of this project."


def project_versions(call: Call, project: str) -> Answer:
    return Answer(json=[_version(call, version) for version in call.state.versions_of(call.project(project).id)])


def get_version(call: Call, version: str) -> Answer:
    return Answer(json=_version(call, _find_version(call, version)))


def create_version(call: Call) -> Answer:
    _ = call.actor
    body = call.payload()
    project = call.state.project(body.get("projectId") or body.get("project") or "")
    if project is None or not call.has("BROWSE_PROJECTS", project.id):
        raise ApiError(404, "Project with given id or key does not exist.")
    if not call.has("ADMINISTER_PROJECTS", project.id):
        raise ApiError(404, _MAY_NOT)
    return Answer(201, _version(call, versions.create(call.state, project.id, body)))


def edit_version(call: Call, version: str) -> Answer:
    """Leaves the `updated` of the version's issues alone."""
    _ = call.actor
    known, body = _find_version(call, version), call.payload()
    if not call.has("ADMINISTER_PROJECTS", known.project_id):
        raise ApiError(400, _MAY_NOT)
    kept = {"startDate", "releaseDate"} if call.simulator.keeps_version_dates else set()
    facts = {name: value for name, value in body.items() if not (name in kept and value is None)}
    return Answer(json=_version(call, versions.edit(call.state, known, facts)))


def _find_version(call: Call, version: str) -> Version:
    found = call.state.versions.get(int(version)) if version.isdigit() else None
    if found is None or not call.has("BROWSE_PROJECTS", found.project_id):
        raise ApiError(404, f"Could not find version for id '{version}'.")
    return found


def _version(call: Call, version: Version) -> Json:
    answer = call.shapes.whole_version(version)
    if "issuesstatus" in call.expand():
        answer["issuesStatusForFixVersion"] = _progress(call, version)
    return answer


def _progress(call: Call, version: Version) -> Json:
    counts = {"unmapped": 0, "toDo": 0, "inProgress": 0, "done": 0}
    words = {"new": "toDo", "indeterminate": "inProgress", "done": "done"}
    for issue in call.state.issues.values():
        if version.id in issue.version_ids:
            counts[words[call.state.statuses[issue.status_id].category]] += 1
    return counts
