"""An issue as an answer: fields, properties and what `expand` adds."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

from . import issues
from .adf import plain_text
from .call import Call
from .fields import FIELDS
from .shapes import FIELD_SHAPES
from .state import PRIORITIES, RESOLUTIONS
from .values import Issue, Json, Project
from .workflow import Transition

CHANGELOG_EMBEDDED = 40


def issue_json(call: Call, issue: Issue, wanted: list[str], properties: list[str], expand: set[str]) -> Json:
    shapes = call.shapes
    answer = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": str(issue.id),
        "self": shapes.url(f"issue/{issue.id}"),
        "key": issue.key,
        "fields": shapes.fields(issue, wanted),
    }
    if properties:
        answer["properties"] = properties_json(issue, properties)
    for name in sorted(expand & _EXPANSIONS.keys()):
        answer[name] = _EXPANSIONS[name](call, issue)
    return answer


def properties_json(issue: Issue, wanted: list[str]) -> dict[str, Json]:
    if "*all" in wanted:
        return {key: value for key, value in issue.properties.items() if f"-{key}" not in wanted}
    return {key: issue.properties[key] for key in wanted if key in issue.properties}


def transition_json(call: Call, issue: Issue, step: Transition, *, with_fields: bool = False) -> Json:
    answer = {
        "id": step.id,
        "name": step.name,
        "to": call.shapes.status(call.state.statuses[step.to]),
        "hasScreen": bool(step.screen),
        "isGlobal": step.sources is None,
        "isInitial": False,
        "isAvailable": True,
        "isConditional": False,
        "looped": step.to == issue.status_id,
    }
    if with_fields:
        project = call.state.project_of(issue)
        answer["fields"] = {
            name: field_meta(call, project, name, required=name in step.required) for name in step.screen
        }
    return answer


def transitions_json(call: Call, issue: Issue, *, with_fields: bool = False) -> list[Json]:
    if not call.has("TRANSITION_ISSUES", issue.project_id):
        return []
    return [transition_json(call, issue, step, with_fields=with_fields) for step in issues.available(call.state, issue)]


def field_meta(call: Call, project: Project, field_id: str, *, required: bool = False) -> Json:
    """A field as edit, create and transition screens describe it."""
    field, shapes, state = FIELDS[field_id], call.shapes, call.state
    answer = {
        "required": required,
        "schema": field.schema,
        "name": field.name,
        "key": field_id,
        "hasDefaultValue": field_id in ("priority", "reporter"),
        "operations": list(field.operations),
    }
    allowed = {
        "issuetype": lambda: [shapes.issue_type(kind) for kind in project.types],
        "priority": lambda: [shapes.priority(choice) for choice in PRIORITIES],
        "resolution": lambda: [shapes.resolution(choice) for choice in RESOLUTIONS],
        "fixVersions": lambda: [shapes.version(version) for version in state.versions_of(project.id)],
        "components": lambda: [shapes.component(component) for component in state.components_of(project.id)],
    }
    return answer | ({"allowedValues": allowed[field_id]()} if field_id in allowed else {})


def editable_fields(project: Project) -> list[str]:
    apart = {"comment", "resolution"} | project.hidden_fields
    return [field.id for field in FIELDS.values() if field.editable and field.id not in apart]


def _changelog(call: Call, issue: Issue) -> Json:
    entries = call.state.histories.get(issue.id, [])
    if call.state.data_center:
        whole = [call.shapes.history(entry) for entry in entries]
        return {"startAt": 0, "maxResults": len(whole), "total": len(whole), "histories": whole}
    newest = [call.shapes.history(entry) for entry in reversed(entries)][:CHANGELOG_EMBEDDED]
    return {"startAt": 0, "maxResults": len(newest), "total": len(entries), "histories": newest}


def _rendered(_: Call, issue: Issue) -> Json:
    text = html.escape(plain_text(issue.description))
    return {"description": "".join(f"<p>{part}</p>" for part in text.split("\n\n") if part)}


def _editmeta(call: Call, issue: Issue) -> Json:
    project = call.state.project_of(issue)
    return {"fields": {name: field_meta(call, project, name) for name in editable_fields(project)}}


def names() -> dict[str, str]:
    return {name: FIELDS[name].name for name in FIELD_SHAPES}


def schemas() -> dict[str, Json]:
    return {name: FIELDS[name].schema for name in FIELD_SHAPES}


_EXPANSIONS: Mapping[str, Callable[[Call, Issue], Json]] = {
    "changelog": _changelog,
    "transitions": transitions_json,
    "renderedFields": _rendered,
    "editmeta": _editmeta,
    "names": lambda _, __: names(),
    "schema": lambda _, __: schemas(),
}
