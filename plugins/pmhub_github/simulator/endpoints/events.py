"""Issue events: of a repository newest first, of one issue oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.issue_shapes import event_json, issue_json
from pmhub_github.simulator.paging import paged

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.shapes import Json
    from pmhub_github.simulator.state import Event


def list_repo_events(call: Call) -> Reply:
    repo = call.repo_with_issues()

    def with_issue(event: Event) -> Json:
        return {**event_json(call.world, repo, event), "issue": issue_json(call.world, repo, repo.issues[event.issue])}

    return paged(call, repo, repo.events[::-1], with_issue)


def list_issue_events(call: Call) -> Reply:
    repo = call.repo_with_issues()
    number = call.issue(repo).number
    found = [event for event in repo.events if event.issue == number]
    return paged(call, repo, found, lambda event: event_json(call.world, repo, event))


ROUTES: list[Route] = [
    ("GET", "/repos/<owner>/<repo>/issues/events", list_repo_events),
    ("GET", "/repos/<owner>/<repo>/issues/<int:issue_number>/events", list_issue_events),
]
