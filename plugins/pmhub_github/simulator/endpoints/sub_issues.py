"""Sub-issues and parents; a sub-issue is named by its database id, not by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import not_found
from pmhub_github.simulator.issue_shapes import issue_json
from pmhub_github.simulator.paging import paged
from pmhub_github.simulator.structure import add_sub_issue, remove_sub_issue

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Issue, Repo

ISSUE = "/repos/<owner>/<repo>/issues/<int:issue_number>"


def list_sub_issues(call: Call) -> Reply:
    repo = call.repo_with_issues()
    children = [call.world.issue_by_id(one) for one in call.issue(repo).children]
    return paged(call, repo, children, lambda place: issue_json(call.world, *place))


def get_parent(call: Call) -> Reply:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    if issue.parent is None:
        raise not_found()
    return Reply(200, issue_json(call.world, *call.world.issue_by_id(issue.parent)))


def post_sub_issue(call: Call) -> Reply:
    repo, parent, child = family(call)
    replace = bool(call.body.get("replace_parent"))
    add_sub_issue(call.world, parent, child, call.actor(), replace_parent=replace)
    shape = issue_json(call.world, repo, parent)
    return Reply(201, shape, {"Location": shape["url"]})


def delete_sub_issue(call: Call) -> Reply:
    repo, parent, child = family(call)
    remove_sub_issue(call.world, parent, child, call.actor())
    shape = issue_json(call.world, repo, parent)
    return Reply(200, shape, {"Location": shape["url"]})


def family(call: Call) -> tuple[Repo, Issue, Issue]:
    repo = call.repo_with_issues()
    parent = call.issue(repo)
    call.writable(repo, "triage")
    child_repo, child = call.world.issue_by_id(call.number("SubIssue", "sub_issue_id"))
    if not call.world.may(child_repo, call.login, "read"):
        raise not_found()
    return repo, parent, child


ROUTES: list[Route] = [
    ("GET", f"{ISSUE}/sub_issues", list_sub_issues),
    ("POST", f"{ISSUE}/sub_issues", post_sub_issue),
    ("DELETE", f"{ISSUE}/sub_issue", delete_sub_issue),
    ("GET", f"{ISSUE}/parent", get_parent),
]
