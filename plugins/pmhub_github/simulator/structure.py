"""Changes to where issues stand: sub-issues, dependencies, deletion, transfer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import ApiError, invalid, not_found
from .state import Place, node_id

if TYPE_CHECKING:
    from .state import Issue, Repo
    from .world import World

CHILD_LIMIT = 100
DEPTH_LIMIT = 8


def refuse(message: str) -> ApiError:
    return ApiError(422, message, [{"resource": "SubIssue", "code": "custom", "message": message}])


def ancestors(world: World, issue: Issue) -> list[int]:
    """Return the ids above an issue, nearest first."""
    found: list[int] = []
    while issue.parent is not None:
        found.append(issue.parent)
        issue = world.issue_by_id(issue.parent)[1]
    return found


def depth_below(world: World, issue: Issue) -> int:
    return 1 + max((depth_below(world, world.issue_by_id(child)[1]) for child in issue.children), default=0)


def add_sub_issue(world: World, parent: Issue, child: Issue, actor: str, *, replace_parent: bool) -> None:
    """Put `child` under `parent`; raise 422 for a second parent, a cycle, more than 100 children or 8 levels."""
    if child.parent == parent.id:
        raise refuse("Issue may not contain duplicate sub-issues")
    if child.parent is not None and not replace_parent:
        raise refuse("Sub issue may only have one parent")
    if child.id == parent.id or child.id in ancestors(world, parent):
        raise refuse("Sub issue may not create a circular dependency")
    if len(parent.children) >= CHILD_LIMIT:
        raise refuse(f"Parent cannot have more than {CHILD_LIMIT} sub-issues")
    if len(ancestors(world, parent)) + 1 + depth_below(world, child) > DEPTH_LIMIT:
        raise refuse(f"Parent cannot have more than {DEPTH_LIMIT} layers of sub-issues")
    if child.parent is not None:
        remove_sub_issue(world, world.issue_by_id(child.parent)[1], child, actor)
    parent.children.append(child.id)
    child.parent = parent.id
    record_both(world, parent, child, actor, "added")


def remove_sub_issue(world: World, parent: Issue, child: Issue, actor: str) -> None:
    if child.id not in parent.children:
        raise not_found()
    parent.children.remove(child.id)
    child.parent = None
    record_both(world, parent, child, actor, "removed")


def block(world: World, issue: Issue, other: Issue, actor: str) -> None:
    """`issue` waits for `other`; raise 422 where it does already, or the other waits for it."""
    if other.id in (*issue.blocked_by, *issue.blocking, issue.id):
        raise invalid("IssueDependency", "issue_id", "invalid", value=other.id)
    issue.blocked_by.append(other.id)
    other.blocking.append(issue.id)
    record_dependency(world, issue, other, actor, "added")


def unblock(world: World, issue: Issue, other: Issue, actor: str) -> None:
    if other.id not in issue.blocked_by:
        raise not_found()
    issue.blocked_by.remove(other.id)
    other.blocking.remove(issue.id)
    record_dependency(world, issue, other, actor, "removed")


def record_dependency(world: World, issue: Issue, other: Issue, actor: str, done: str) -> None:
    world.record(world.issue_by_id(issue.id)[0], issue, f"blocked_by_{done}", actor)
    world.record(world.issue_by_id(other.id)[0], other, f"blocking_{done}", actor)


def record_both(world: World, parent: Issue, child: Issue, actor: str, done: str) -> None:
    world.record(world.issue_by_id(parent.id)[0], parent, f"sub_issue_{done}", actor)
    world.record(world.issue_by_id(child.id)[0], child, f"parent_issue_{done}", actor)


def detach(world: World, issue: Issue) -> None:
    """Take an issue out of the hierarchy and of every dependency, silently, as a deletion does."""
    if issue.parent is not None:
        world.issue_by_id(issue.parent)[1].children.remove(issue.id)
        issue.parent = None
    for child in issue.children:
        world.issue_by_id(child)[1].parent = None
    issue.children.clear()
    for other in issue.blocking:
        world.issue_by_id(other)[1].blocked_by.remove(issue.id)
    for other in issue.blocked_by:
        world.issue_by_id(other)[1].blocking.remove(issue.id)
    issue.blocking, issue.blocked_by = [], []


def take_out(world: World, repo: Repo, issue: Issue) -> None:
    del repo.issues[issue.number]
    del world.places[issue.id]
    repo.events = [event for event in repo.events if event.issue != issue.number]


def delete_issue(world: World, repo: Repo, issue: Issue) -> None:
    """Delete an issue with its comments and events; later reads answer 410."""
    detach(world, issue)
    for comment in issue.comments:
        del repo.comments[comment]
    take_out(world, repo, issue)
    repo.deleted.append(issue.number)


def transfer_issue(world: World, repo: Repo, issue: Issue, target: Repo) -> Issue:
    """Move an issue: new number, ids and node id, the same texts and comments; the old address answers 301.

    Labels stay where the target has them by name; the milestone is dropped. That the database id and the node id change
    is an assumption: GitHub documents neither.
    """
    detach(world, issue)
    take_out(world, repo, issue)
    new_id, now = world.new_id(), world.now()
    moved = replace(issue, id=new_id, node_id=node_id("I", new_id), number=target.last_number + 1, updated=now)
    kept = (target.label_named(repo.labels[one].name) for one in issue.labels)
    moved.labels, moved.milestone = [label.id for label in kept if label is not None], None
    world.place(target, moved)
    for number in moved.comments:
        comment = repo.comments.pop(number)
        comment.issue = moved.number
        target.comments[number] = comment
    repo.moved[issue.number] = Place(target.id, moved.number)
    return moved
