"""Changes to issues and comments, the same for people and for the API: each writes its events and its edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import project_workflows
from .issue_fields import ASSIGNEE_LIMIT, check_fields, label_ids
from .state import Comment, Edit, Issue, node_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .issue_fields import IssueFields
    from .state import Repo
    from .world import World


def create_issue(world: World, repo: Repo, actor: str, fields: IssueFields) -> Issue:
    """Make an issue; labels, assignees, milestone and type leave their events, as later changes do."""
    check_fields(world, repo, fields)
    number, now = world.new_id(), world.now()
    title, body = str(fields["title"]), fields.get("body")
    issue = Issue(number, node_id("I", number), repo.last_number + 1, title, body, world.user(actor).login, now, now)
    world.place(repo, issue)
    rest = {name: value for name, value in fields.items() if name not in ("title", "body")}
    write_fields(world, repo, issue, actor, rest)
    return issue


def edit_issue(world: World, repo: Repo, issue: Issue, actor: str, fields: IssueFields) -> None:
    """Check all fields, then write those that differ; a request that changes nothing leaves `updated_at` alone."""
    check_fields(world, repo, fields)
    write_fields(world, repo, issue, actor, dict(fields))


def write_fields(world: World, repo: Repo, issue: Issue, actor: str, fields: dict[str, Any]) -> None:
    actor = world.user(actor).login
    if "title" in fields:
        rename(world, repo, issue, actor, str(fields["title"]))
    if "body" in fields:
        write_body(world, issue, actor, fields["body"])
    if "labels" in fields:
        set_labels(world, repo, issue, actor, label_ids(world, repo, fields["labels"]))
    if "assignees" in fields:
        set_assignees(world, repo, issue, actor, fields["assignees"])
    if "milestone" in fields:
        set_milestone(world, repo, issue, actor, fields["milestone"])
    if "type" in fields:
        set_type(world, repo, issue, actor, fields["type"])
    if fields.get("state", issue.state) != issue.state:
        set_state(world, repo, issue, actor, fields)


def rename(world: World, repo: Repo, issue: Issue, actor: str, title: str) -> None:
    if title != issue.title:
        world.record(repo, issue, "renamed", actor, rename={"from": issue.title, "to": title})
        issue.title = title


def write_body(world: World, subject: Issue | Comment, actor: str, text: str | None) -> None:
    """Replace a body; the first edit also keeps the original text, dated at the creation."""
    if text == subject.body:
        return
    now = world.now()
    if not subject.edits:
        subject.edits.append(Edit(subject.created, subject.author, subject.body or ""))
    subject.edits.append(Edit(now, actor, text or ""))
    subject.body = text
    subject.updated = now


def set_labels(world: World, repo: Repo, issue: Issue, actor: str, wanted: list[int]) -> None:
    before = issue.labels
    issue.labels = [one for one in before if one in wanted] + [one for one in wanted if one not in before]
    for event, changed in (("unlabeled", set(before) - set(wanted)), ("labeled", set(wanted) - set(before))):
        for label in (repo.labels[one] for one in sorted(changed)):
            world.record(repo, issue, event, actor, label={"name": label.name, "color": label.color})


def set_assignees(world: World, repo: Repo, issue: Issue, actor: str, logins: Iterable[str]) -> None:
    before = issue.assignees
    wanted = list(dict.fromkeys(world.user(login).login for login in logins))[:ASSIGNEE_LIMIT]
    issue.assignees = [one for one in before if one in wanted] + [one for one in wanted if one not in before]
    for event, changed in (("unassigned", set(before) - set(wanted)), ("assigned", set(wanted) - set(before))):
        for login in sorted(changed):
            world.record(repo, issue, event, actor, assignee=login, assigner=actor)


def set_milestone(world: World, repo: Repo, issue: Issue, actor: str, number: int | None) -> None:
    if number == issue.milestone:
        return
    for event, one in (("demilestoned", issue.milestone), ("milestoned", number)):
        if one is not None:
            milestone = repo.milestones[one]
            milestone.updated = world.now()
            world.record(repo, issue, event, actor, milestone={"title": milestone.title})
    issue.milestone = number


def set_type(world: World, repo: Repo, issue: Issue, actor: str, name: str | None) -> None:
    kind = world.find_type(repo, name)
    wanted = None if kind is None else kind.name
    if wanted == issue.type:
        return
    events = {(False, True): "issue_type_added", (True, False): "issue_type_removed"}
    event = events.get((issue.type is not None, wanted is not None), "issue_type_changed")
    world.record(repo, issue, event, actor)
    issue.type = wanted


def set_state(world: World, repo: Repo, issue: Issue, actor: str, fields: dict[str, Any]) -> None:
    issue.state = fields["state"]
    if issue.state == "closed":
        issue.state_reason = fields.get("state_reason") or "completed"
        issue.closed, issue.closed_by = world.now(), actor
        issue.duplicate_of = fields.get("duplicate_issue_id") if issue.state_reason == "duplicate" else None
        world.record(repo, issue, "closed", actor, state_reason=issue.state_reason)
        project_workflows.issue_closed(world, issue)
    else:
        issue.state_reason, issue.closed, issue.closed_by, issue.duplicate_of = "reopened", None, None, None
        world.record(repo, issue, "reopened", actor, state_reason=None)
    if issue.milestone is not None:
        repo.milestones[issue.milestone].updated = world.now()
