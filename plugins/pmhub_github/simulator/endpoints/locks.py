"""Locking and unlocking the conversation of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import invalid

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route

PATH = "/repos/<owner>/<repo>/issues/<int:issue_number>/lock"
REASONS = (None, "off-topic", "too heated", "resolved", "spam")


def lock(call: Call) -> Reply:
    repo = call.repo_with_issues()
    issue, actor = call.issue(repo), call.writable(repo, "triage")
    reason = call.body.get("lock_reason")
    if reason not in REASONS:
        raise invalid("Issue", "lock_reason", "invalid", value=reason)
    issue.locked, issue.lock_reason = True, reason
    call.world.record(repo, issue, "locked", actor, lock_reason=reason)
    return Reply(204)


def unlock(call: Call) -> Reply:
    repo = call.repo_with_issues()
    issue, actor = call.issue(repo), call.writable(repo, "triage")
    issue.locked, issue.lock_reason = False, None
    call.world.record(repo, issue, "unlocked", actor)
    return Reply(204)


ROUTES: list[Route] = [("PUT", PATH, lock), ("DELETE", PATH, unlock)]
