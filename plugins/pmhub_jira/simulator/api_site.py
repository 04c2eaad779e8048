"""The site around the issues: who we are, projects, fields, types, priorities, versions, people."""

from __future__ import annotations

from dataclasses import replace

from .call import Answer, Call
from .errors import ApiError
from .fields import FIELDS, Field
from .issue_json import editable_fields, field_meta
from .permissions import GLOBAL, KNOWN
from .shapes import link_types
from .state import PRIORITIES, RESOLUTIONS
from .timestamps import is_day
from .values import Json, Project, Version

_NO_SUCH = "No project could be found with key '{}'."


def server_info(call: Call) -> Answer:
    """Can be read by anybody."""
    base = call.simulator.base_url
    return Answer(
        json={
            "baseUrl": base,
            "displayUrl": base,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100_300,
            "buildDate": "2026-11-01T00:00:00.000+0000",
            "serverTime": call.shapes.moment(call.state.now()),
            "scmInfo": "0000000000000000000000000000000000000000",
            "serverTitle": "Jira",
            "serverTimeZone": "Etc/UTC",
        }
    )


def myself(call: Call) -> Answer:
    account = call.actor
    return Answer(json=call.shapes.user(account) | {"locale": "en_US", "expand": "groups,applicationRoles"})


def my_permissions(call: Call) -> Answer:
    asked = [name.strip() for name in call.query.get("permissions", "").split(",") if name.strip()]
    unknown = [name for name in asked if name not in KNOWN]
    if not asked:
        raise ApiError(400, "The 'permissions' query parameter is required.")
    if unknown:
        raise ApiError(400, f"Unrecognized permission: {', '.join(unknown)}")
    project = _context(call)
    answer = {}
    for key in asked:
        number, name = KNOWN[key]
        kind = "GLOBAL" if key in GLOBAL else "PROJECT"
        has = call.has(key, None if key in GLOBAL else project)
        facts = {"id": number, "key": key, "name": name, "type": kind, "description": name}
        answer[key] = facts | {"havePermission": has}
    return Answer(json={"permissions": answer})


def _context(call: Call) -> int | None:
    """The project that permissions are asked for, named by itself or by an issue of its."""
    issue = call.query.get("issueId") or call.query.get("issueKey")
    if issue:
        return call.issue(issue).project_id
    name = call.query.get("projectId") or call.query.get("projectKey")
    if not name:
        return None
    project = call.state.project(name)
    if project is None or call.user is None:
        raise ApiError(404, _NO_SUCH.format(name))
    return project.id


def field_list(_: Call) -> Answer:
    return Answer(json=[_field(field) for field in FIELDS.values()])


def _field(field: Field) -> Json:
    return {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": field.custom,
        "orderable": field.editable,
        "navigable": field.navigable,
        "searchable": True,
        "clauseNames": field.clause_names,
        "schema": field.schema,
    }


def create_types(call: Call, project: str) -> Answer:
    owner = _creatable(call, project)
    start, size = call.window(most=200)
    kinds = [call.shapes.issue_type(kind) for kind in owner.types]
    page = {"startAt": start, "maxResults": size, "total": len(kinds)}
    return Answer(json=page | {"issueTypes": kinds[start : start + size]})


def create_fields(call: Call, project: str, kind: str) -> Answer:
    owner = _creatable(call, project)
    found = next((entry for entry in owner.types if entry.id == kind), None)
    if found is None:
        raise ApiError(400, f"The issue type {kind} is not valid for the project.")
    needed = {"summary", "issuetype", "project"} | ({"parent"} if found.subtask else set())
    names = [name for name in ("project", *editable_fields(owner)) if name != "issuelinks"]
    metas = [field_meta(call, owner, name, required=name in needed) | {"fieldId": name} for name in names]
    start, size = call.window(most=200)
    page = {"startAt": start, "maxResults": size, "total": len(metas)}
    return Answer(json=page | {"fields": metas[start : start + size]})


def _creatable(call: Call, project: str) -> Project:
    found = call.state.project(project)
    if found is None or not call.has("CREATE_ISSUES", found.id) or not call.has("BROWSE_PROJECTS", found.id):
        raise ApiError(400, _NO_SUCH.format(project))
    return found


def get_project(call: Call, project: str) -> Answer:
    return Answer(json=_project(call, call.project(project)))


def search_projects(call: Call) -> Answer:
    mine = [each for each in call.state.projects.values() if call.has("BROWSE_PROJECTS", each.id) and not each.archived]
    start, size = call.window()
    last = start + size >= len(mine)
    page = {"startAt": start, "maxResults": size, "total": len(mine), "isLast": last}
    return Answer(json=page | {"values": [_project(call, each) for each in mine[start : start + size]]})


def _project(call: Call, project: Project) -> Json:
    shapes, state = call.shapes, call.state
    return shapes.project(project) | {
        "description": "",
        "isPrivate": False,
        "style": "classic",
        "archived": project.archived,
        "assigneeType": "UNASSIGNED",
        "lead": shapes.user(call.simulator.administrator.account_id),
        "issueTypes": [shapes.issue_type(kind) for kind in project.types],
        "components": [shapes.component(component) for component in state.components_of(project.id)],
        "versions": [shapes.whole_version(version) for version in state.versions_of(project.id)],
    }


def project_statuses(call: Call, project: str) -> Answer:
    owner, shapes = call.project(project), call.shapes
    statuses = [shapes.status(status) for status in owner.workflow.statuses]
    return Answer(
        json=[
            {
                "self": shapes.url(f"issuetype/{kind.id}"),
                "id": kind.id,
                "name": kind.name,
                "subtask": kind.subtask,
                "statuses": statuses,
            }
            for kind in owner.types
        ]
    )


def project_components(call: Call, project: str) -> Answer:
    owner = call.project(project)
    known = call.state.components_of(owner.id)
    shown = [call.shapes.component(entry) | {"project": owner.key, "projectId": owner.id} for entry in known]
    return Answer(json=shown)


def project_versions(call: Call, project: str) -> Answer:
    return Answer(json=[_version(call, version) for version in call.state.versions_of(call.project(project).id)])


def get_version(call: Call, version: str) -> Answer:
    return Answer(json=_version(call, _find_version(call, version)))


def create_version(call: Call) -> Answer:
    body = call.payload()
    project = call.state.project(body.get("projectId") or body.get("project") or "")
    if project is None or not call.has("BROWSE_PROJECTS", project.id):
        raise ApiError(404, "Project with given id or key does not exist.")
    _administers(call, project.id)
    draft = _with_facts(call, Version(call.state.new_id(), project.id, ""), body)
    call.state.versions[draft.id] = draft
    return Answer(201, _version(call, draft))


def edit_version(call: Call, version: str) -> Answer:
    """Leaves the `updated` of the version's issues alone."""
    known = _find_version(call, version)
    _administers(call, known.project_id)
    changed = _with_facts(call, known, call.payload())
    call.state.versions[known.id] = changed
    return Answer(json=_version(call, changed))


_VERSION_FACTS = {
    "name": "name",
    "description": "description",
    "startDate": "start",
    "releaseDate": "release",
    "released": "released",
    "archived": "archived",
}


def _with_facts(call: Call, version: Version, body: Json) -> Version:
    """The version as the request wants it; raises 400 for a missing or taken name or a date that is none."""
    facts = {ours: body[theirs] for theirs, ours in _VERSION_FACTS.items() if theirs in body}
    changed = replace(version, **facts)
    siblings = [each for each in call.state.versions_of(version.project_id) if each.id != version.id]
    errors = {}
    if not changed.name.strip():
        errors["name"] = "You must specify a valid version name"
    elif any(each.name.lower() == changed.name.lower() for each in siblings):
        errors["name"] = "A version with this name already exists in this project."
    for name, value in (("startDate", changed.start), ("releaseDate", changed.release)):
        if value and not is_day(value):
            errors[name] = "The date must be in the format yyyy-MM-dd."
    if changed.start and changed.release and changed.start > changed.release:
        errors["startDate"] = "The start date must be before the release date."
    if errors:
        raise ApiError(400, errors=errors)
    return changed


def _administers(call: Call, project_id: int) -> None:
    _ = call.actor
    if not call.has("ADMINISTER_PROJECTS", project_id):
        raise ApiError(404, "You do not have permission to administer versions of this project.")


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


def priorities(call: Call) -> Answer:
    return Answer(json=_priorities(call))


def search_priorities(call: Call) -> Answer:
    start, size = call.window()
    found = _priorities(call)
    last = start + size >= len(found)
    page = {"startAt": start, "maxResults": size, "total": len(found), "isLast": last}
    return Answer(json=page | {"values": found[start : start + size]})


def _priorities(call: Call) -> list[Json]:
    default = {"statusColor": "#ea7d24", "description": ""}
    return [call.shapes.priority(entry) | default | {"isDefault": entry.id == "3"} for entry in PRIORITIES]


def resolutions(call: Call) -> Answer:
    return Answer(json=[call.shapes.resolution(entry) for entry in RESOLUTIONS])


def issue_link_types(call: Call) -> Answer:
    return Answer(json=link_types(call.shapes))


def search_users(call: Call) -> Answer:
    """By the start of a word of the name, or of the e-mail; a caller without the permission finds nobody."""
    wanted = call.query.get("query", "").lower()
    account = call.query.get("accountId")
    if not wanted and account is None:
        raise ApiError(400, "Either 'query', 'accountId' or 'property' must be provided.")
    if not call.has("USER_PICKER"):
        return Answer(json=[])
    start, size = call.window()
    found = []
    for user in call.state.users.values():
        words = [*user.display_name.lower().split(), user.display_name.lower(), user.email.lower()]
        if user.account_id == account or (wanted and any(word.startswith(wanted) for word in words)):
            found.append(call.shapes.user(user.account_id))
    return Answer(json=found[start : start + size])
