"""Issues and comments as GraphQL objects: dicts with `__typename`, wide enough for any sensible selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .issue_field_values import value_nodes
from .issue_shapes import web_url
from .shapes import WEB, Json, iso, iso_or_none
from .state import node_id

if TYPE_CHECKING:
    from .state import Comment, Issue, Repo, User
    from .world import World


def actor(user: User) -> Json:
    return {
        "__typename": "Bot" if user.kind == "Bot" else "User",
        "id": node_id("U", user.id),
        "databaseId": user.id,
        "login": user.login.removesuffix("[bot]"),
        "url": f"{WEB}/{user.login}",
    }


def connection(kind: str, nodes: list[Any]) -> Json:
    page = {
        "__typename": "PageInfo",
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }
    return {"__typename": f"{kind}Connection", "nodes": nodes, "totalCount": len(nodes), "pageInfo": page}


def repository(repo: Repo) -> Json:
    return {
        "__typename": "Repository",
        "id": node_id("R", repo.id),
        "databaseId": repo.id,
        "name": repo.name,
        "nameWithOwner": repo.full_name,
        "isPrivate": repo.private,
        "isArchived": repo.archived,
        "url": f"{WEB}/{repo.full_name}",
    }


def reference(repo: Repo, issue: Issue) -> Json:
    """Return what identifies an issue, without its parent: enough for a parent or a comment's issue."""
    return {
        "__typename": "PullRequest" if issue.is_pull else "Issue",
        "id": issue.node_id,
        "databaseId": issue.id,
        "fullDatabaseId": str(issue.id),
        "number": issue.number,
        "title": issue.title,
        "state": issue.state.upper(),
        "url": web_url(repo, issue),
        "repository": repository(repo),
    }


def issue_node(world: World, repo: Repo, issue: Issue) -> Json:
    parent_repo, parent = (repo, None) if issue.parent is None else world.issue_by_id(issue.parent)
    kind = world.find_type(repo, issue.type)
    labels = [label(repo, one) for one in issue.labels]
    assignees = [actor(world.user(login)) for login in issue.assignees]
    return {
        **reference(repo, issue),
        "body": issue.body or "",
        "stateReason": None if issue.state_reason is None else issue.state_reason.upper(),
        "createdAt": iso(issue.created),
        "updatedAt": iso(issue.updated),
        "closedAt": iso_or_none(issue.closed),
        "closed": issue.state == "closed",
        "author": actor(world.user(issue.author)),
        "labels": connection("Label", labels),
        "assignees": connection("User", assignees),
        "milestone": None if issue.milestone is None else milestone(repo, issue.milestone),
        "issueType": None if kind is None else issue_type(kind.id, kind.name, kind.description),
        "parent": None if parent is None else reference(parent_repo, parent),
        "blockedBy": connection("Issue", [reference(*world.issue_by_id(one)) for one in issue.blocked_by]),
        "issueFieldValues": connection("IssueFieldValue", value_nodes(world, repo, issue)),
        "locked": issue.locked,
        "activeLockReason": None if issue.lock_reason is None else issue.lock_reason.upper().replace(" ", "_"),
    }


def label(repo: Repo, number: int) -> Json:
    one = repo.labels[number]
    shape = {"__typename": "Label", "id": node_id("LA", one.id), "name": one.name}
    return {**shape, "color": one.color, "description": one.description}


def milestone(repo: Repo, number: int) -> Json:
    one = repo.milestones[number]
    shape = {"__typename": "Milestone", "id": node_id("MI", one.id), "number": number, "title": one.title}
    return {**shape, "dueOn": one.due_on, "state": one.state.upper()}


def issue_type(number: int, name: str, description: str | None) -> Json:
    return {"__typename": "IssueType", "id": node_id("IT", number), "name": name, "description": description}


def comment_node(world: World, repo: Repo, comment: Comment) -> Json:
    issue = repo.issues[comment.issue]
    return {
        "__typename": "IssueComment",
        "id": comment.node_id,
        "databaseId": comment.id,
        "fullDatabaseId": str(comment.id),
        "body": comment.body,
        "url": f"{web_url(repo, issue)}#issuecomment-{comment.id}",
        "createdAt": iso(comment.created),
        "updatedAt": iso(comment.updated),
        "author": actor(world.user(comment.author)),
        "issue": reference(repo, issue),
        "repository": repository(repo),
    }


def edits_of(world: World, subject: Issue | Comment) -> Json:
    """Return the edits of a body, newest first; `diff` is the whole text, the oldest entry is the original."""
    last = subject.edits[-1] if subject.edits else None
    nodes = [
        {
            "__typename": "UserContentEdit",
            "id": node_id("UCE", subject.id * 1000 + place),
            "editedAt": iso(edit.when),
            "createdAt": iso(edit.when),
            "editor": actor(world.user(edit.editor)),
            "diff": edit.text,
        }
        for place, edit in enumerate(subject.edits)
    ]
    return {
        "lastEditedAt": None if last is None else iso(last.when),
        "editor": None if last is None else actor(world.user(last.editor)),
        "includesCreatedEdit": last is not None,
        "userContentEdits": connection("UserContentEdit", nodes[::-1][:100]),
    }
