"""Issue fields of an organisation, and their values on an issue: added, replaced, taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import not_found
from pmhub_github.simulator.issue_field_values import checked, field_json, fields_of, set_value, values_json

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Issue, Repo

VALUES = "/repos/<owner>/<repo>/issues/<int:issue_number>/issue-field-values"


def list_fields(call: Call) -> Reply:
    found = call.world.issue_fields.get(call.world.user(call.args["org"]).login)
    if found is None:
        raise not_found()
    return Reply(200, [field_json(one) for one in found])


def list_values(call: Call) -> Reply:
    repo = call.repo_with_issues()
    return Reply(200, values_json(call.world, repo, call.issue(repo)))


def add_values(call: Call) -> Reply:
    repo, issue, actor = target(call)
    for field, value in checked(call.world, repo, call.body.get("issue_field_values") or ()):
        set_value(call.world, repo, issue, actor, field, value)
    return Reply(200, values_json(call.world, repo, issue))


def replace_values(call: Call) -> Reply:
    repo, issue, actor = target(call)
    told = checked(call.world, repo, call.body.get("issue_field_values") or ())
    kept = {field.id for field, _ in told}
    for field in fields_of(call.world, repo).values():
        if field.id not in kept:
            set_value(call.world, repo, issue, actor, field, None)
    for field, value in told:
        set_value(call.world, repo, issue, actor, field, value)
    return Reply(200, values_json(call.world, repo, issue))


def delete_value(call: Call) -> Reply:
    repo, issue, actor = target(call)
    field = fields_of(call.world, repo).get(call.args["issue_field_id"])
    if field is None or field.id not in issue.fields:
        raise not_found()
    set_value(call.world, repo, issue, actor, field, None)
    return Reply(204)


def target(call: Call) -> tuple[Repo, Issue, str]:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    return repo, issue, call.writable(repo, "triage")


ROUTES: list[Route] = [
    ("GET", "/orgs/<org>/issue-fields", list_fields),
    ("GET", VALUES, list_values),
    ("POST", VALUES, add_values),
    ("PUT", VALUES, replace_values),
    ("DELETE", f"{VALUES}/<int:issue_field_id>", delete_value),
]
