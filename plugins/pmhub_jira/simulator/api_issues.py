"""Issues: read, create (one or fifty), edit, transition, delete; their properties, links and remote links."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlsplit

from . import fields as field_list
from . import issues
from .call import Answer, Call
from .errors import ApiError, issue_missing
from .issue_json import editable_fields, field_meta, issue_json, transitions_json
from .values import Issue, Json, RemoteLink

MOST_CREATED = 50
REMOTE_LINK_LIMIT = 255


def get_issue(call: Call, issue: str) -> Answer:
    wanted = field_list.select(field_list.split(call.query.getlist("fields")), "*all")
    properties = field_list.split(call.query.getlist("properties"))
    return Answer(json=issue_json(call, call.issue(issue), wanted, properties, call.expand()))


def create_issue(call: Call) -> Answer:
    actor, payload = call.actor, call.payload()
    _may_create(call, payload, status=403)
    return Answer(201, _created(call, issues.create(call.state, actor, payload), payload))


def create_issues(call: Call) -> Answer:
    """Partial success: 201 if any was created, 400 if none; the answer names what failed by its place in the list."""
    actor, entries = call.actor, call.payload().get("issueUpdates") or []
    if not entries:
        raise ApiError(400, "At least one issue must be provided.")
    if len(entries) > MOST_CREATED:
        raise ApiError(400, f"The maximum number of issues that can be created in one request is {MOST_CREATED}.")
    created, failed = [], []
    for number, payload in enumerate(entries):
        try:
            _may_create(call, payload, status=400)
            created.append(_created(call, issues.create(call.state, actor, payload), payload))
        except ApiError as error:
            failed.append({"status": error.status, "elementErrors": error.body(), "failedElementNumber": number})
    return Answer(201 if created else 400, {"issues": created, "errors": failed})


def _may_create(call: Call, payload: Json, status: int) -> None:
    raw = (payload.get("fields") or {}).get("project")
    project = call.state.project(raw.get("id") or raw.get("key")) if isinstance(raw, dict) else None
    if project is None:
        return
    if not call.has("BROWSE_PROJECTS", project.id):
        raise ApiError(400, errors={"project": "Specify a valid project ID or key"})
    if not call.has("CREATE_ISSUES", project.id):
        raise ApiError(status, errors={"project": "You do not have permission to create issues in this project."})


def _created(call: Call, issue: Issue, payload: Json) -> Json:
    answer: dict[str, Json] = {"id": str(issue.id), "key": issue.key, "self": call.shapes.url(f"issue/{issue.id}")}
    if payload.get("transition"):
        answer["transition"] = {"status": 200, "errorCollection": {"errorMessages": [], "errors": {}}}
    return answer


def edit_issue(call: Call, issue: str) -> Answer:
    found = call.issue_to_change(issue)
    if not call.has("EDIT_ISSUES", found.project_id):
        raise ApiError(403, "You do not have permission to edit issues in this project.")
    if not (call.query.get("notifyUsers", "true") == "true" or call.has("ADMINISTER_PROJECTS", found.project_id)):
        raise ApiError(403, "To discard the user notification either admin or project admin permissions are required.")
    after = issues.edit(call.state, call.actor, found, call.payload())
    if not call.flag("returnIssue"):
        return Answer(204)
    return Answer(200, issue_json(call, after, field_list.select([], "*all"), [], call.expand()))


def delete_issue(call: Call, issue: str) -> Answer:
    found = call.issue_to_change(issue)
    if not call.has("DELETE_ISSUES", found.project_id):
        raise ApiError(403, "You do not have permission to delete issues in this project.")
    issues.delete(call.state, found, with_subtasks=call.flag("deleteSubtasks"))
    return Answer(204)


def get_transitions(call: Call, issue: str) -> Answer:
    with_fields = "transitions.fields" in call.expand()
    steps = transitions_json(call, call.issue(issue), with_fields=with_fields)
    wanted = call.query.get("transitionId")
    return Answer(json={"expand": "transitions", "transitions": [s for s in steps if wanted in (None, s["id"])]})


def do_transition(call: Call, issue: str) -> Answer:
    found, payload = call.issue_to_change(issue), call.payload()
    wanted = (payload.get("transition") or {}).get("id")
    if wanted is None:
        raise ApiError(400, "Missing 'transition' identifier")
    if not call.has("TRANSITION_ISSUES", found.project_id):
        raise ApiError(400, "You do not have permission to transition this issue.")
    issues.transition(call.state, call.actor, found, issues.find_transition(call.state, found, wanted), payload)
    return Answer(204)


def get_editmeta(call: Call, issue: str) -> Answer:
    project = call.state.project_of(call.issue(issue))
    return Answer(json={"fields": {name: field_meta(call, project, name) for name in editable_fields(project)}})


def list_properties(call: Call, issue: str) -> Answer:
    found = call.issue(issue)
    base = call.shapes.url(f"issue/{found.id}/properties")
    return Answer(json={"keys": [{"self": f"{base}/{key}", "key": key} for key in sorted(found.properties)]})


def get_property(call: Call, issue: str, key: str) -> Answer:
    found = call.issue(issue)
    if key not in found.properties:
        raise ApiError(404, f"The property {key} does not exist.")
    return Answer(json={"key": key, "value": found.properties[key]})


def put_property(call: Call, issue: str, key: str) -> Answer:
    """Does not move `updated`."""
    found = _editable(call, issue)
    if call.json is None or len(json.dumps(call.json)) > issues.PROPERTY_LIMIT:
        raise ApiError(400, f"The property value must be valid JSON of at most {issues.PROPERTY_LIMIT} characters.")
    call.state.put(replace(found, properties={**found.properties, key: call.json}))
    return Answer(200 if key in found.properties else 201, {})


def delete_property(call: Call, issue: str, key: str) -> Answer:
    found = _editable(call, issue)
    if key not in found.properties:
        raise ApiError(404, f"The property {key} does not exist.")
    rest = {name: value for name, value in found.properties.items() if name != key}
    call.state.put(replace(found, properties=rest))
    return Answer(204)


def _editable(call: Call, issue: str) -> Issue:
    found = call.issue_to_change(issue)
    if not call.has("EDIT_ISSUES", found.project_id):
        raise ApiError(403, "You do not have permission to edit issues in this project.")
    return found


def get_remote_links(call: Call, issue: str) -> Answer:
    """All of them, or the one with `globalId`."""
    found = call.issue(issue)
    wanted = call.query.get("globalId")
    links = [call.shapes.remote_link(link, found) for link in found.remote_links if wanted in (None, link.global_id)]
    if wanted is not None and not links:
        raise ApiError(404, "Remote issue link does not exist.")
    return Answer(json=links if wanted is None else links[0])


def put_remote_link(call: Call, issue: str) -> Answer:
    """Upsert by globalId; what is not sent becomes null. Does not move `updated`."""
    found, payload = _linkable(call, issue), call.payload()
    _check_remote_link(payload)
    global_id = payload.get("globalId")
    known = next((link for link in found.remote_links if global_id and link.global_id == global_id), None)
    link = RemoteLink(
        id=known.id if known else call.state.new_id(),
        global_id=global_id,
        application=payload.get("application"),
        relationship=payload.get("relationship"),
        object=payload["object"],
    )
    rest = tuple(entry for entry in found.remote_links if entry != known)
    call.state.put(replace(found, remote_links=(*rest, link)))
    url = call.shapes.url(f"issue/{found.key}/remotelink/{link.id}")
    return Answer(200 if known else 201, {"id": link.id, "self": url})


def _check_remote_link(payload: Json) -> None:
    target = payload.get("object") or {}
    errors = {name: f"'{name}' is required." for name in ("title", "url") if not target.get(name)}
    if "url" not in errors and not _is_web_address(target["url"]):
        errors["url"] = "'url' is not a valid URL."
    lines = {"globalId": payload.get("globalId"), "title": target.get("title")}
    for name, line in lines.items():
        if len((line or "").encode("utf-16-le")) > 2 * REMOTE_LINK_LIMIT:
            errors[name] = f"'{name}' must not be longer than {REMOTE_LINK_LIMIT} characters."
    if errors:
        raise ApiError(400, errors=errors)


def _is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url


def delete_remote_link(call: Call, issue: str) -> Answer:
    found, wanted = _linkable(call, issue), call.query.get("globalId")
    rest = tuple(link for link in found.remote_links if link.global_id != wanted)
    if len(rest) == len(found.remote_links):
        raise ApiError(404, "Remote issue link does not exist.")
    call.state.put(replace(found, remote_links=rest))
    return Answer(204)


def _linkable(call: Call, issue: str) -> Issue:
    found = call.issue_to_change(issue)
    if not call.has("LINK_ISSUES", found.project_id):
        raise ApiError(403, "You do not have permission to link issues.")
    return found


def create_link(call: Call) -> Answer:
    payload = call.payload()
    kind = call.state.link_type(payload["type"].get("name") or payload["type"].get("id"))
    ends = [payload[side].get("id") or payload[side].get("key") for side in ("inwardIssue", "outwardIssue")]
    source, target = (call.issue_to_change(end) for end in ends)
    if not call.has("LINK_ISSUES", source.project_id):
        raise ApiError(404, "No Link Issue Permission for issue")
    issues.link(call.state, call.actor, kind, source, target)
    return Answer(201)


def delete_link(call: Call, link: str) -> Answer:
    found = call.state.links.get(int(link)) if link.isdigit() else None
    if found is None:
        raise issue_missing()
    for end in (found.source, found.target):
        call.issue_to_change(end)
    issues.unlink(call.state, found)
    return Answer(204)
