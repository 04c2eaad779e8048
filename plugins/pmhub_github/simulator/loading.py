"""Issues and comments as recorded from the real GitHub, put into the simulator's state without events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .comment_changes import place_comment
from .issue_fields import add_label
from .shapes import epoch
from .state import Comment, Issue, IssueType, Label, Milestone, node_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .state import Repo
    from .world import World

    Native = Mapping[str, Any]


def when(native: Native, key: str) -> int | None:
    return epoch(native[key]) if native.get(key) else None


def login(world: World, native: Native | None, default: str) -> str:
    return world.user(str(native["login"]) if native else default).login


def load_issue(world: World, repo: Repo, native: Native) -> Issue:
    """Load an issue or pull request in REST shape; number, id and node id are kept where they are free."""
    now, fresh = world.now(), world.new_id()
    number = native.get("number", 0)
    database_id = native.get("id", fresh)
    database_id = fresh if database_id in world.places else database_id
    issue = Issue(
        id=database_id,
        node_id=native.get("node_id") or node_id("I", database_id),
        number=repo.last_number + 1 if not number or number in repo.issues else number,
        title=native["title"],
        body=native.get("body"),
        author=login(world, native.get("user"), repo.owner),
        created=when(native, "created_at") or now,
        updated=when(native, "updated_at") or now,
        state=native.get("state", "open"),
        state_reason=native.get("state_reason"),
        closed=when(native, "closed_at"),
        closed_by=login(world, native["closed_by"], repo.owner) if native.get("closed_by") else None,
        labels=[load_label(world, repo, label).id for label in native.get("labels", [])],
        assignees=[login(world, user, repo.owner) for user in native.get("assignees") or []],
        milestone=load_milestone(world, repo, native.get("milestone")),
        type=load_type(world, repo, native.get("type")),
        locked=bool(native.get("locked")),
        lock_reason=native.get("active_lock_reason"),
        is_pull="pull_request" in native,
    )
    world.place(repo, issue)
    return issue


def load_label(world: World, repo: Repo, native: Native | str) -> Label:
    """Return the repository's label of that name, made like the recorded one if missing."""
    words: Native = {"name": native} if isinstance(native, str) else native
    label = repo.label_named(words["name"])
    if label is None:
        label = add_label(world, repo, words["name"])
        label.color = words.get("color") or label.color
        label.description = words.get("description")
    return label


def load_milestone(world: World, repo: Repo, native: Native | None) -> int | None:
    if native is None:
        return None
    number = int(native["number"])
    if number not in repo.milestones:
        now = world.now()
        repo.milestones[number] = Milestone(
            id=world.new_id(),
            number=number,
            title=native["title"],
            creator=login(world, native.get("creator"), repo.owner),
            created=when(native, "created_at") or now,
            updated=when(native, "updated_at") or now,
            description=native.get("description"),
            state=native.get("state", "open"),
            closed=when(native, "closed_at"),
            due_on=native.get("due_on"),
        )
        repo.last_milestone = max(repo.last_milestone, number)
    return number


def load_type(world: World, repo: Repo, native: Native | None) -> str | None:
    if native is None:
        return None
    known = world.find_type(repo, native["name"])
    if known is None:
        words = (native["name"], native.get("description"), native.get("color") or "gray")
        known = IssueType(world.new_id(), *words, world.now())
        world.types.setdefault(repo.owner, []).append(known)
    return known.name


def load_comment(world: World, repo: Repo, issue: Issue, native: Native) -> Comment:
    """Load a comment in REST shape under an issue; the issue's `updated_at` stays."""
    now, fresh = world.now(), world.new_id()
    database_id = native.get("id", fresh)
    database_id = fresh if database_id in repo.comments else database_id
    comment = Comment(
        id=database_id,
        node_id=native.get("node_id") or node_id("IC", database_id),
        issue=issue.number,
        body=native.get("body") or "",
        author=login(world, native.get("user"), repo.owner),
        created=when(native, "created_at") or now,
        updated=when(native, "updated_at") or now,
    )
    place_comment(repo, issue, comment)
    return comment
