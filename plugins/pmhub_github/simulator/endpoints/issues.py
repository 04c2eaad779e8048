"""Issues: list, create, read, change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import ApiError, invalid
from pmhub_github.simulator.issue_changes import create_issue, edit_issue
from pmhub_github.simulator.issue_field_values import checked, set_value
from pmhub_github.simulator.issue_fields import NEEDS_PUSH, IssueFields
from pmhub_github.simulator.issue_filters import select
from pmhub_github.simulator.issue_shapes import issue_json, issues_by_milestone
from pmhub_github.simulator.paging import paged
from pmhub_github.simulator.pictures import body_html

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Issue, Repo

WRITABLE = ("title", "body", "labels", "assignees", "milestone", "type", "state", "state_reason", "duplicate_issue_id")


def list_issues(call: Call) -> Reply:
    repo = call.repo_with_issues()
    tally = issues_by_milestone(repo)
    return paged(call, repo, select(call, repo), lambda issue: issue_json(call.world, repo, issue, tally))


def get_issue(call: Call) -> Reply:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    rendered = {"body_html": body_html(call.world, issue.body)} if "full+json" in call.accept else {}
    return Reply(200, issue_json(call.world, repo, issue) | rendered)


def post_issue(call: Call) -> Reply:
    repo = call.repo_with_issues()
    actor = call.writable(repo)
    fields = {"title": None, **allowed(call, repo)}
    for name in ("state", "state_reason", "duplicate_issue_id"):
        fields.pop(name, None)
    told = call.body.get("issue_field_values") or ()
    values = checked(call.world, repo, told) if call.world.may(repo, actor, "triage") else []
    issue = create_issue(call.world, repo, actor, cast("IssueFields", fields))
    for field, value in values:
        set_value(call.world, repo, issue, actor, field, value)
    shape = issue_json(call.world, repo, issue)
    return Reply(201, shape, {"Location": shape["url"]})


def patch_issue(call: Call) -> Reply:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    actor = call.writable(repo)
    check_editor(call, repo, issue)
    fields = allowed(call, repo)
    if fields.get("title", "") is None:
        del fields["title"]
    edit_issue(call.world, repo, issue, actor, cast("IssueFields", fields))
    return Reply(200, issue_json(call.world, repo, issue))


def check_editor(call: Call, repo: Repo, issue: Issue) -> None:
    if issue.author != call.login and not call.world.may(repo, call.login, "triage"):
        raise ApiError(403, "Must have admin rights to Repository.")


def allowed(call: Call, repo: Repo) -> dict[str, Any]:
    """Return the body's known fields; those that need push access are dropped in silence without it, as on GitHub."""
    fields = {name: call.body[name] for name in WRITABLE if name in call.body}
    if "assignees" not in fields and "assignee" in call.body:
        fields["assignees"] = [call.body["assignee"]] if call.body["assignee"] else []
    if not call.world.may(repo, call.login, "triage"):
        return {name: value for name, value in fields.items() if name not in NEEDS_PUSH}
    return {name: plain(name, value) for name, value in fields.items()}


def plain(name: str, value: Any) -> Any:  # noqa: ANN401
    """Reduce the accepted spellings of a field to one: names for labels, logins, a milestone's number, a type's name."""
    if name == "labels":
        return names_of(value, "name")
    if name == "assignees":
        return names_of(value, "login")
    if name == "type" and isinstance(value, dict):
        return value.get("value")
    if name == "milestone" and isinstance(value, str):
        if not value.isdigit():
            raise invalid("Issue", "milestone", "invalid", value=value)
        return int(value)
    return value


def names_of(values: Any, key: str) -> list[str]:  # noqa: ANN401
    if not isinstance(values, list):
        raise invalid("Issue", key, "invalid")
    return [str(value[key]) if isinstance(value, dict) else str(value) for value in values]


ROUTES: list[Route] = [
    ("GET", "/repos/<owner>/<repo>/issues", list_issues),
    ("POST", "/repos/<owner>/<repo>/issues", post_issue),
    ("GET", "/repos/<owner>/<repo>/issues/<int:issue_number>", get_issue),
    ("PATCH", "/repos/<owner>/<repo>/issues/<int:issue_number>", patch_issue),
]
