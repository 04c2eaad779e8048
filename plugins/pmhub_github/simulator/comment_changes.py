"""Changes to comments; a new, edited or deleted comment moves its issue's `updated_at`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import ApiError, check_length, invalid
from .issue_changes import write_body
from .issue_fields import BODY_LIMIT
from .state import Comment, node_id

if TYPE_CHECKING:
    from .state import Issue, Repo
    from .world import World


def check_body(body: object) -> str:
    if not isinstance(body, str) or not body.strip():
        raise invalid("IssueComment", "data", "unprocessable", message="Body cannot be blank")
    check_length("IssueComment", "body", body, BODY_LIMIT)
    return body


def create_comment(world: World, repo: Repo, issue: Issue, actor: str, body: object) -> Comment:
    text = check_body(body)
    if issue.locked and not world.may(repo, actor, "write"):
        raise ApiError(403, "Unable to create comment because issue is locked.")
    number, now = world.new_id(), world.now()
    comment = Comment(number, node_id("IC", number), issue.number, text, world.user(actor).login, now, now)
    place_comment(repo, issue, comment)
    issue.updated = now
    return comment


def place_comment(repo: Repo, issue: Issue, comment: Comment) -> None:
    repo.comments[comment.id] = comment
    issue.comments.append(comment.id)


def edit_comment(world: World, repo: Repo, comment: Comment, actor: str, body: object) -> None:
    text = check_body(body)
    if text != comment.body:
        write_body(world, comment, world.user(actor).login, text)
        repo.issues[comment.issue].updated = world.now()


def delete_comment(world: World, repo: Repo, comment: Comment) -> None:
    issue = repo.issues[comment.issue]
    del repo.comments[comment.id]
    issue.comments.remove(comment.id)
    issue.updated = world.now()
