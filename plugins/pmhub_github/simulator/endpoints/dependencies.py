"""Dependencies between issues: what blocks an issue, and what it blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import invalid, not_found
from pmhub_github.simulator.issue_shapes import issue_json
from pmhub_github.simulator.paging import paged

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Issue, Repo

PATH = "/repos/<owner>/<repo>/issues/<int:issue_number>/dependencies"


def list_blocked_by(call: Call) -> Reply:
    repo = call.repo_with_issues()
    return answer(call, repo, call.issue(repo).blocked_by)


def list_blocking(call: Call) -> Reply:
    repo = call.repo_with_issues()
    return answer(call, repo, call.issue(repo).blocking)


def answer(call: Call, repo: Repo, ids: list[int]) -> Reply:
    return paged(call, repo, [call.world.issue_by_id(one) for one in ids], lambda place: issue_json(call.world, *place))


def add_blocked_by(call: Call) -> Reply:
    repo, issue = target(call)
    other_repo, other = call.world.issue_by_id(call.number("IssueDependency", "issue_id"))
    if other.id in (*issue.blocked_by, *issue.blocking, issue.id):
        raise invalid("IssueDependency", "issue_id", "invalid", value=other.id)
    issue.blocked_by.append(other.id)
    other.blocking.append(issue.id)
    call.world.record(repo, issue, "blocked_by_added", call.actor())
    call.world.record(other_repo, other, "blocking_added", call.actor())
    shape = issue_json(call.world, repo, issue)
    return Reply(201, shape, {"Location": shape["url"]})


def remove_blocked_by(call: Call) -> Reply:
    repo, issue = target(call)
    other_repo, other = call.world.issue_by_id(call.args["issue_id"])
    if other.id not in issue.blocked_by:
        raise not_found()
    issue.blocked_by.remove(other.id)
    other.blocking.remove(issue.id)
    call.world.record(repo, issue, "blocked_by_removed", call.actor())
    call.world.record(other_repo, other, "blocking_removed", call.actor())
    return Reply(200, issue_json(call.world, repo, issue))


def target(call: Call) -> tuple[Repo, Issue]:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    call.writable(repo, "triage")
    return repo, issue


ROUTES: list[Route] = [
    ("GET", f"{PATH}/blocked_by", list_blocked_by),
    ("POST", f"{PATH}/blocked_by", add_blocked_by),
    ("DELETE", f"{PATH}/blocked_by/<int:issue_id>", remove_blocked_by),
    ("GET", f"{PATH}/blocking", list_blocking),
]
