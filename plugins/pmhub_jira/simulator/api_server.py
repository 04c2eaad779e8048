"""What a Data Center answers otherwise than Cloud: search by offset, pages of `values`, edits without an answer."""

from __future__ import annotations

from dataclasses import replace

from . import api_issues, api_site
from . import fields as field_list
from .call import Answer, Call
from .errors import ApiError
from .issue_json import issue_json
from .permissions import GLOBAL, KNOWN
from .values import Comment, Issue, Json


def server_info(call: Call) -> Answer:
    """Can be read by anybody."""
    return Answer(
        json={
            "baseUrl": call.simulator.base_url,
            "version": "10.3.4",
            "versionNumbers": [10, 3, 4],
            "deploymentType": "Server",
            "buildNumber": 10_030_004,
            "buildDate": "2025-02-20T00:00:00.000+0000",
            "databaseBuildNumber": 10_030_004,
            "serverTime": call.shapes.moment(call.state.now()),
            "scmInfo": "0000000000000000000000000000000000000000",
            "serverTitle": "Jira",
        }
    )


def myself(call: Call) -> Answer:
    return Answer(json=call.shapes.user(call.actor) | {"locale": "en_US", "expand": "groups,applicationRoles"})


def my_permissions(call: Call) -> Answer:
    """All that there are, whatever is asked."""
    project = api_site.context_of(call)
    answer = {}
    for key, (number, name) in KNOWN.items():
        kind, has = ("GLOBAL", call.has(key)) if key in GLOBAL else ("PROJECT", call.has(key, project))
        facts = {"id": number, "key": key, "name": name, "type": kind, "description": name}
        answer[key] = facts | {"havePermission": has}
    return Answer(json={"permissions": answer})


def create_types(call: Call, project: str) -> Answer:
    return _paged(api_site.create_types(call, project), "issueTypes")


def create_fields(call: Call, project: str, kind: str) -> Answer:
    return _paged(api_site.create_fields(call, project, kind), "fields")


def _paged(answer: Answer, name: str) -> Answer:
    page = dict(answer.json)
    values = page.pop(name)
    return Answer(json=page | {"isLast": page["startAt"] + len(values) >= page["total"], "values": values})


def search_post(call: Call) -> Answer:
    body = call.payload()
    unknown = body.keys() - {"jql", "startAt", "maxResults", "fields", "expand", "validateQuery"}
    if unknown:
        raise ApiError(400, f'Unrecognized field "{min(unknown)}"')
    start, size = int(body.get("startAt", 0)), min(int(body.get("maxResults", 50)), call.simulator.most_found)
    found, total = call.simulator.search.window(body.get("jql") or "", call.user, start, size)
    wanted = field_list.select(field_list.split(body.get("fields") or []), "*navigable")
    expand = set(field_list.split(body.get("expand") or [])) - {"names", "schema"}
    rows: list[Json] = [issue_json(call, issue, wanted, [], expand) for issue in found]
    shown = {"expand": "schema,names", "startAt": start, "maxResults": size, "total": total}
    return Answer(json=shown | {"issues": rows})


def edit_issue(call: Call, issue: str) -> Answer:
    api_issues.edit_issue(call, issue)
    return Answer(204)


def get_comment_property(call: Call, comment: str, key: str) -> Answer:
    _, found = _comment(call, comment)
    if key not in found.properties:
        raise ApiError(404, f"The property {key} does not exist.")
    return Answer(json={"key": key, "value": found.properties[key]})


def put_comment_property(call: Call, comment: str, key: str) -> Answer:
    """Moves no time of change."""
    issue, found = _comment(call, comment)
    changed = replace(found, properties={**found.properties, key: call.json})
    kept = tuple(changed if each.id == found.id else each for each in issue.comments)
    call.state.put(replace(issue, comments=kept))
    return Answer(200 if key in found.properties else 201)


def _comment(call: Call, comment: str) -> tuple[Issue, Comment]:
    home = call.state.comment_homes.get(int(comment)) if comment.isdigit() else None
    if home is None:
        raise ApiError(404, f"Can not find a comment for the id: {comment}.")
    issue = call.issue(home)
    return issue, call.comment(issue, comment)
