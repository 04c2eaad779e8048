"""Milestones; a title is unique in its repository, and that makes it a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import not_found
from pmhub_github.simulator.issue_shapes import issues_by_milestone, milestone_json
from pmhub_github.simulator.milestone_changes import create_milestone, delete_milestone, edit_milestone
from pmhub_github.simulator.paging import choice, paged

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Milestone, Repo

PATH = "/repos/<owner>/<repo>/milestones"


def list_milestones(call: Call) -> Reply:
    repo = call.repo()
    state = choice(call, "state", ("open", "closed", "all"))
    found = [milestone for milestone in repo.milestones.values() if state in ("all", milestone.state)]
    if choice(call, "sort", ("due_on", "completeness")) == "due_on":
        found.sort(key=lambda milestone: (milestone.due_on is None, milestone.due_on or "", milestone.number))
    else:
        found.sort(key=lambda milestone: (completeness(repo, milestone), milestone.number))
    if choice(call, "direction", ("asc", "desc")) == "desc":
        found.reverse()
    tally = issues_by_milestone(repo)
    return paged(call, repo, found, lambda milestone: milestone_json(call.world, repo, milestone, tally))


def completeness(repo: Repo, milestone: Milestone) -> float:
    states = [issue.state for issue in repo.issues.values() if issue.milestone == milestone.number]
    return states.count("closed") / len(states) if states else 0.0


def find(call: Call, repo: Repo) -> Milestone:
    milestone = repo.milestones.get(call.args["milestone_number"])
    if milestone is None:
        raise not_found()
    return milestone


def get_milestone(call: Call) -> Reply:
    repo = call.repo()
    return Reply(200, milestone_json(call.world, repo, find(call, repo)))


def post_milestone(call: Call) -> Reply:
    repo = call.repo()
    actor = call.writable(repo, "write")
    shape = milestone_json(call.world, repo, create_milestone(call.world, repo, actor, call.body))
    return Reply(201, shape, {"Location": shape["url"]})


def patch_milestone(call: Call) -> Reply:
    repo = call.repo()
    milestone = find(call, repo)
    call.writable(repo, "write")
    edit_milestone(call.world, repo, milestone, call.body)
    return Reply(200, milestone_json(call.world, repo, milestone))


def remove_milestone(call: Call) -> Reply:
    repo = call.repo()
    milestone = find(call, repo)
    delete_milestone(call.world, repo, milestone, call.writable(repo, "write"))
    return Reply(204)


ROUTES: list[Route] = [
    ("GET", PATH, list_milestones),
    ("POST", PATH, post_milestone),
    ("GET", f"{PATH}/<int:milestone_number>", get_milestone),
    ("PATCH", f"{PATH}/<int:milestone_number>", patch_milestone),
    ("DELETE", f"{PATH}/<int:milestone_number>", remove_milestone),
]
