"""Dependencies between issues: what blocks an issue, and what it blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.issue_shapes import issue_json
from pmhub_github.simulator.paging import paged
from pmhub_github.simulator.structure import block, unblock

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
    block(call.world, issue, call.world.issue_by_id(call.number("IssueDependency", "issue_id"))[1], call.actor())
    shape = issue_json(call.world, repo, issue)
    return Reply(201, shape, {"Location": shape["url"]})


def remove_blocked_by(call: Call) -> Reply:
    repo, issue = target(call)
    unblock(call.world, issue, call.world.issue_by_id(call.args["issue_id"])[1], call.actor())
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
