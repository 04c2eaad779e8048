"""What can be done to an issue: create, edit, transition, link, move, delete. `actor` is an account id."""

from __future__ import annotations

from dataclasses import replace

from . import comments
from .changelog import items_between, link_item, record
from .edits import read_edits, with_values
from .errors import ApiError, FieldError
from .field_values import Place, issue_type
from .state import RESOLUTIONS, State
from .values import EPIC_NAME, Issue, IssueLink, Json, LinkType, Project
from .workflow import Transition

PROPERTY_LIMIT = 32_768


def create(state: State, actor: str, payload: Json) -> Issue:
    """Fields, properties and a first transition in one step; raises ApiError 400 and creates nothing."""
    place = _place(state, payload.get("fields") or {})
    values = read_edits(place, _without(payload, "project"))
    if "summary" not in values:
        raise ApiError(400, errors={"summary": "You must specify a summary of the issue."})
    if EPIC_NAME in place.project.requires(place.type) and not values.get(EPIC_NAME):
        raise ApiError(400, errors={EPIC_NAME: "Epic Name is required."})
    if place.type.subtask and values.get("parent_id") is None:
        message = "Issue type is a sub-task but parent issue key or id not specified."
        raise ApiError(400, errors={"issuetype": message})
    now, start = state.now(), place.project.workflow.statuses[0]
    draft = Issue(
        id=state.new_id(),
        key=f"{place.project.key}-{place.project.last_number + 1}",
        project_id=place.project.id,
        type_id=place.type.id,
        status_id=start.id,
        summary="",
        creator=actor,
        reporter=actor,
        priority_id="3",
        created=now,
        updated=now,
        status_changed=now,
        properties=read_properties(payload),
    )
    issue = with_values(draft, values)
    step = _first_transition(place.project, payload)
    place.project.last_number += 1
    state.put(issue)
    issue = _beside_fields(state, actor, issue, payload.get("update") or {})
    return transition(state, actor, issue, step) if step else issue


def _place(state: State, fields: Json) -> Place:
    raw = fields.get("project")
    project = state.project(raw.get("id") or raw.get("key")) if isinstance(raw, dict) else None
    if project is None or project.archived:
        raise ApiError(400, errors={"project": "Specify a valid project ID or key"})
    try:
        return Place(state, project, issue_type(project, fields.get("issuetype")))
    except FieldError as error:
        raise ApiError(400, errors={"issuetype": str(error)}) from error


def _without(payload: Json, name: str) -> Json:
    return payload | {"fields": {key: value for key, value in payload["fields"].items() if key != name}}


def _first_transition(project: Project, payload: Json) -> Transition | None:
    wanted = (payload.get("transition") or {}).get("id")
    if wanted is None:
        return None
    for step in project.workflow.available(project.workflow.statuses[0].id):
        if step.id == str(wanted):
            return step
    raise ApiError(400, errors={"transition": f"It is not possible to transition with id '{wanted}'."})


def read_properties(payload: Json) -> dict[str, Json]:
    entries = payload.get("properties") or []
    for entry in entries:
        if not entry.get("key") or "value" not in entry:
            raise ApiError(400, errors={"properties": "Each property needs a key and a value."})
    return {entry["key"]: entry["value"] for entry in entries}


def edit(state: State, actor: str, issue: Issue, payload: Json) -> Issue:
    """Changes the named fields; a transition in the payload is ignored, as Jira does."""
    project = state.project_of(issue)
    place = Place(state, project, state.types[issue.type_id])
    values = read_edits(place, payload, issue)
    after = with_values(issue, values)
    properties = read_properties(payload)
    if properties:
        after = replace(after, properties={**issue.properties, **properties})
    _check_resolution(issue, after)
    after = commit(state, actor, issue, after)
    return _beside_fields(state, actor, after, payload.get("update") or {})


def _check_resolution(before: Issue, after: Issue) -> None:
    if before.resolution_id != after.resolution_id:
        message = "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown."
        raise ApiError(400, errors={"resolution": message})


def commit(state: State, actor: str, before: Issue, after: Issue) -> Issue:
    """Stores; only what the change log shows moves `updated`."""
    items = tuple(items_between(state, before, after))
    if items:
        record(state, before.id, actor, items)
        after = replace(after, updated=state.now())
    return state.put(after) if after != before else before


def _beside_fields(state: State, actor: str, issue: Issue, update: Json) -> Issue:
    """Comments and links may ride on an edit as `update` operations."""
    for operation in update.get("comment", ()):
        issue = comments.add(state, actor, issue, operation["add"])[0]
    for operation in update.get("issuelinks", ()):
        issue = _add_link(state, actor, issue, operation["add"])
    return issue


def _add_link(state: State, actor: str, issue: Issue, raw: Json) -> Issue:
    side = "outwardIssue" if "outwardIssue" in raw else "inwardIssue"
    other = state.find((raw.get(side) or {}).get("key") or (raw.get(side) or {}).get("id"))
    if other is None:
        raise ApiError(400, errors={"issuelinks": "Issue does not exist or you do not have permission to see it."})
    kind = state.link_type(raw["type"].get("name") or raw["type"].get("id"))
    source, target = (issue, other) if side == "outwardIssue" else (other, issue)
    link(state, actor, kind, source, target)
    return state.issues[issue.id]


def link(state: State, actor: str, kind: LinkType, source: Issue, target: Issue) -> IssueLink:
    """`source` <outward> `target`; an equal link is not made twice."""
    for known in state.links_of(source.id):
        if (known.type, known.source, known.target) == (kind, source.id, target.id):
            return known
    made = IssueLink(state.new_id(), kind, source.id, target.id)
    state.add_link(made)
    for issue, word, other in ((source, kind.outward, target), (target, kind.inward, source)):
        record(state, issue.id, actor, (link_item(f"This issue {word} {other.key}", other.key),))
        state.put(replace(state.issues[issue.id], updated=state.now()))
    return made


def unlink(state: State, link: IssueLink) -> None:
    for end in (link.source, link.target):
        state.put(replace(state.issues[end], updated=state.now()))
    state.remove_link(link)


def available(state: State, issue: Issue) -> tuple[Transition, ...]:
    return state.project_of(issue).workflow.available(issue.status_id)


def find_transition(state: State, issue: Issue, wanted: object) -> Transition:
    for step in available(state, issue):
        if step.id == str(wanted):
            return step
    name = state.statuses[issue.status_id].name
    raise ApiError(400, f"It seems that you have tried to perform an illegal workflow operation from '{name}'.")


def transition(state: State, actor: str, issue: Issue, step: Transition, payload: Json = None) -> Issue:
    """Moves to the step's status. Entering a done status resolves, leaving it clears the resolution."""
    payload = payload or {}
    values = _screen_values(state, issue, step, payload)
    now, done = state.now(), state.statuses[step.to].category == "done"
    if not done:
        values |= {"resolution_id": None, "resolved": None}
    elif issue.resolution_id is None:
        values = {"resolution_id": RESOLUTIONS[0].id, "resolved": now} | values
    after = replace(with_values(issue, values), status_id=step.to)
    if step.to != issue.status_id:
        after = replace(after, status_changed=now)
    after = commit(state, actor, issue, after)
    return _beside_fields(state, actor, after, payload.get("update") or {})


def _screen_values(state: State, issue: Issue, step: Transition, payload: Json) -> dict[str, Json]:
    given = {*(payload.get("fields") or {}), *(payload.get("update") or {})} - {"comment"}
    message = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
    errors = {name: message.format(name) for name in given - set(step.screen)}
    errors |= {name: f"{name.capitalize()} is required." for name in step.required if name not in given}
    if errors:
        raise ApiError(400, errors=errors)
    place = Place(state, state.project_of(issue), state.types[issue.type_id])
    return read_edits(place, payload, issue)


def delete(state: State, issue: Issue, *, with_subtasks: bool = False) -> None:
    """Removes the issue; children that are no sub-tasks stay and lose their parent."""
    children = [state.issues[child] for child in sorted(state.children.get(issue.id, ()))]
    subtasks = [child for child in children if state.types[child.type_id].subtask]
    if subtasks and not with_subtasks:
        message = f"The issue '{issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
        raise ApiError(400, message)
    for child in children:
        if child in subtasks:
            delete(state, child)
        else:
            state.put(replace(child, parent_id=None))
    state.remove(issue)


def move(state: State, actor: str, issue: Issue, target: Project) -> Issue:
    """Same id, new key; the old key goes on finding it. What the target project lacks is dropped."""
    target.last_number += 1
    name = state.types[issue.type_id].name
    kind = next((entry for entry in target.types if entry.name == name), target.types[0])
    statuses = {status.id for status in target.workflow.statuses}
    after = replace(
        issue,
        key=f"{target.key}-{target.last_number}",
        project_id=target.id,
        type_id=kind.id,
        status_id=issue.status_id if issue.status_id in statuses else target.workflow.statuses[0].id,
        version_ids=(),
        component_ids=(),
    )
    return commit(state, actor, issue, after)
