"""Labels, milestones, issues, comments and issue events as GitHub's REST API writes them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from .issue_field_values import values_json
from .shapes import WEB, Json, iso, iso_or_none, person, repo_url, type_json
from .state import node_id

if TYPE_CHECKING:
    from .state import Comment, Event, Issue, Label, Milestone, Repo
    from .world import World

    Tally: TypeAlias = Counter[tuple[int | None, str]]


def label_json(world: World, repo: Repo, label: Label) -> Json:
    return {
        "id": label.id,
        "node_id": node_id("LA", label.id),
        "url": f"{repo_url(world, repo)}/labels/{quote(label.name, safe='')}",
        "name": label.name,
        "color": label.color,
        "default": False,
        "description": label.description,
    }


def issues_by_milestone(repo: Repo) -> Tally:
    """How many issues of each milestone are in which state."""
    issues = repo.issues.values() if repo.milestones else ()
    return Counter([(issue.milestone, issue.state) for issue in issues if issue.milestone is not None])


def milestone_json(world: World, repo: Repo, milestone: Milestone, tally: Tally | None = None) -> Json:
    """`tally`: where several are told at once."""
    tally = issues_by_milestone(repo) if tally is None else tally
    url = f"{repo_url(world, repo)}/milestones/{milestone.number}"
    return {
        "url": url,
        "html_url": f"{WEB}/{repo.full_name}/milestone/{milestone.number}",
        "labels_url": f"{url}/labels",
        "id": milestone.id,
        "node_id": node_id("MI", milestone.id),
        "number": milestone.number,
        "title": milestone.title,
        "description": milestone.description,
        "creator": person(world, milestone.creator),
        "open_issues": tally[milestone.number, "open"],
        "closed_issues": tally[milestone.number, "closed"],
        "state": milestone.state,
        "created_at": iso(milestone.created),
        "updated_at": iso(milestone.updated),
        "due_on": milestone.due_on,
        "closed_at": iso_or_none(milestone.closed),
    }


def issue_url(world: World, repo: Repo, number: int) -> str:
    return f"{repo_url(world, repo)}/issues/{number}"


def web_url(repo: Repo, issue: Issue) -> str:
    return f"{WEB}/{repo.full_name}/{'pull' if issue.is_pull else 'issues'}/{issue.number}"


def issue_json(world: World, repo: Repo, issue: Issue, tally: Tally | None = None) -> Json:
    """`tally`: of the milestones, where several issues are told at once."""
    url = issue_url(world, repo, issue.number)
    assignees = [person(world, login) for login in issue.assignees]
    milestone = (
        None if issue.milestone is None else milestone_json(world, repo, repo.milestones[issue.milestone], tally)
    )
    return {
        "url": url,
        "repository_url": repo_url(world, repo),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": web_url(repo, issue),
        "id": issue.id,
        "node_id": issue.node_id,
        "number": issue.number,
        "title": issue.title,
        "user": person(world, issue.author),
        "labels": [label_json(world, repo, repo.labels[one]) for one in issue.labels],
        "state": issue.state,
        "locked": issue.locked,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "milestone": milestone,
        "comments": len(issue.comments),
        "created_at": iso(issue.created),
        "updated_at": iso(issue.updated),
        "closed_at": iso_or_none(issue.closed),
        "author_association": association(world, repo, issue.author),
        "type": issue_type_json(world, repo, issue),
        "active_lock_reason": issue.lock_reason,
        **structure_json(world, issue),
        **(pull_json(world, repo, issue) if issue.is_pull else {}),
        "body": issue.body,
        "closed_by": person(world, issue.closed_by),
        "reactions": reactions_json(url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": issue.state_reason,
        "pinned_comment": None,
        **({"issue_field_values": values_json(world, repo, issue)} if repo.owner in world.issue_fields else {}),
    }


def issue_type_json(world: World, repo: Repo, issue: Issue) -> Json | None:
    kind = world.find_type(repo, issue.type)
    return None if kind is None else type_json(kind)


def structure_json(world: World, issue: Issue) -> Json:
    """Return what an issue embeds about its parent, its sub-issues and its dependencies."""
    children = [world.issue_by_id(child)[1] for child in issue.children]
    done = sum(child.state == "closed" for child in children)
    percent = done * 100 // len(children) if children else 0
    waits = [world.issue_by_id(other)[1] for other in issue.blocked_by]
    holds = [world.issue_by_id(other)[1] for other in issue.blocking]
    shape: Json = {
        "sub_issues_summary": {"total": len(children), "completed": done, "percent_completed": percent},
        "issue_dependencies_summary": {
            "blocked_by": sum(other.state == "open" for other in waits),
            "total_blocked_by": len(waits),
            "blocking": sum(other.state == "open" for other in holds),
            "total_blocking": len(holds),
        },
    }
    if issue.parent is not None:
        repo, parent = world.issue_by_id(issue.parent)
        shape["parent_issue_url"] = issue_url(world, repo, parent.number)
    return shape


def pull_json(world: World, repo: Repo, issue: Issue) -> Json:
    web = web_url(repo, issue)
    links = {"html_url": web, "diff_url": f"{web}.diff", "patch_url": f"{web}.patch", "merged_at": None}
    return {"draft": False, "pull_request": {"url": f"{repo_url(world, repo)}/pulls/{issue.number}", **links}}


def association(world: World, repo: Repo, login: str) -> str:
    if login == repo.owner:
        return "OWNER"
    return "COLLABORATOR" if world.may(repo, login, "triage") else "NONE"


def reactions_json(url: str) -> Json:
    names = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(names, 0)}


def comment_json(world: World, repo: Repo, comment: Comment) -> Json:
    url = f"{repo_url(world, repo)}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{web_url(repo, repo.issues[comment.issue])}#issuecomment-{comment.id}",
        "issue_url": issue_url(world, repo, comment.issue),
        "id": comment.id,
        "node_id": comment.node_id,
        "user": person(world, comment.author),
        "created_at": iso(comment.created),
        "updated_at": iso(comment.updated),
        "author_association": association(world, repo, comment.author),
        "body": comment.body,
        "reactions": reactions_json(url),
        "performed_via_github_app": None,
    }


def event_json(world: World, repo: Repo, event: Event) -> Json:
    people: Json = {key: person(world, event.details[key]) for key in ("assignee", "assigner") if key in event.details}
    return {
        "id": event.id,
        "node_id": node_id("EV", event.id),
        "url": f"{repo_url(world, repo)}/issues/events/{event.id}",
        "actor": person(world, event.actor),
        "event": event.event,
        "commit_id": None,
        "commit_url": None,
        "created_at": iso(event.created),
        **event.details,
        **people,
        "performed_via_github_app": None,
    }
