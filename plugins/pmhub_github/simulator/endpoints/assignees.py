"""Adding and removing assignees of an issue; who cannot be assigned is ignored in silence, as on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.issue_changes import set_assignees
from pmhub_github.simulator.issue_fields import assignable
from pmhub_github.simulator.issue_shapes import issue_json

from .issues import names_of

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Issue, Repo

PATH = "/repos/<owner>/<repo>/issues/<int:issue_number>/assignees"


def add_assignees(call: Call) -> Reply:
    repo, issue = target(call)
    if call.world.may(repo, call.login, "triage"):
        logins = [login for login in asked(call) if assignable(call.world, repo, login)]
        set_assignees(call.world, repo, issue, call.actor(), issue.assignees + logins)
    return Reply(201, issue_json(call.world, repo, issue))


def remove_assignees(call: Call) -> Reply:
    repo, issue = target(call)
    if call.world.may(repo, call.login, "triage"):
        gone = {login.lower() for login in asked(call)}
        kept = [login for login in issue.assignees if login.lower() not in gone]
        set_assignees(call.world, repo, issue, call.actor(), kept)
    return Reply(200, issue_json(call.world, repo, issue))


def target(call: Call) -> tuple[Repo, Issue]:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    call.writable(repo)
    return repo, issue


def asked(call: Call) -> list[str]:
    return names_of(call.body.get("assignees", []), "login")


ROUTES: list[Route] = [("POST", PATH, add_assignees), ("DELETE", PATH, remove_assignees)]
