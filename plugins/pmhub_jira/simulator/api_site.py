"""The site around the issues: who we are, projects, fields, types, priorities, people."""

from __future__ import annotations

from .call import Answer, Call
from .errors import ApiError
from .fields import FIELDS, Field
from .issue_json import editable_fields, field_meta
from .permissions import GLOBAL, KNOWN
from .state import LINK_TYPES, PRIORITIES, RESOLUTIONS
from .values import Json, Project

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
    project = context_of(call)
    answer = {}
    for key in asked:
        number, name = KNOWN[key]
        kind = "GLOBAL" if key in GLOBAL else "PROJECT"
        has = call.has(key, None if key in GLOBAL else project)
        facts = {"id": number, "key": key, "name": name, "type": kind, "description": name}
        answer[key] = facts | {"havePermission": has}
    return Answer(json={"permissions": answer})


def context_of(call: Call) -> int | None:
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
    needed = {"project"} | owner.requires(found)
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
    return Answer(json={"issueLinkTypes": [call.shapes.link_type(kind) for kind in LINK_TYPES]})


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
