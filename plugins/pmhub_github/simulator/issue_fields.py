"""The fields of an issue: what a request may say of each, checked and resolved before anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from .errors import check_length, invalid
from .state import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .state import Repo
    from .world import World

BODY_LIMIT = 65_536
TITLE_LIMIT = 256
LABEL_LIMIT = 50
ASSIGNEE_LIMIT = 10
NEEDS_PUSH = ("labels", "assignees", "milestone", "type")
STATE_REASONS = (None, "completed", "not_planned", "duplicate", "reopened")


class Attributes(TypedDict, total=False):
    """What an issue has besides its texts."""

    labels: Sequence[str]
    assignees: Sequence[str]
    milestone: int | None
    type: str | None
    state: str
    state_reason: str | None
    duplicate_issue_id: int


class IssueFields(Attributes, total=False):
    """What a person or the API may set; an absent key leaves the field alone."""

    title: str
    body: str | None


def check_fields(world: World, repo: Repo, fields: IssueFields) -> None:
    """Raise 422 for the first field GitHub would refuse."""
    if "title" in fields:
        check_title(fields["title"])
    if fields.get("body") is not None:
        check_length("Issue", "body", str(fields["body"]), BODY_LIMIT)
    check_choices(fields)
    check_references(world, repo, fields)


def check_title(title: object) -> None:
    if not isinstance(title, str | int) or not str(title).strip():
        raise invalid("Issue", "title", "missing_field")
    check_length("Issue", "title", str(title), TITLE_LIMIT)


def check_choices(fields: IssueFields) -> None:
    if fields.get("state", "open") not in ("open", "closed"):
        raise invalid("Issue", "state", "invalid", value=fields["state"])
    if fields.get("state_reason") not in STATE_REASONS:
        raise invalid("Issue", "state_reason", "invalid", value=fields["state_reason"])


def check_references(world: World, repo: Repo, fields: IssueFields) -> None:
    milestone = fields.get("milestone")
    if milestone is not None and milestone not in repo.milestones:
        raise invalid("Issue", "milestone", "invalid", value=milestone)
    if fields.get("type") is not None and world.find_type(repo, fields["type"]) is None:
        raise invalid("Issue", "type", "invalid", value=fields["type"])
    for name in fields.get("labels", ()):
        check_label_name(name)
    for login in fields.get("assignees", ()):
        if not assignable(world, repo, login):
            raise invalid("Issue", "assignees", "invalid", value=login)
    if "duplicate_issue_id" in fields and fields["duplicate_issue_id"] not in world.places:
        raise invalid("Issue", "duplicate_issue_id", "invalid", value=fields["duplicate_issue_id"])


def assignable(world: World, repo: Repo, login: str) -> bool:
    return login.lower() in world.users and world.may(repo, world.user(login).login, "triage")


def label_ids(world: World, repo: Repo, names: Iterable[str]) -> list[int]:
    """Return the ids of these labels; an unknown name becomes a new label of the repository, as on GitHub."""
    found: dict[int, None] = {}
    for name in names:
        label = repo.label_named(name) or add_label(world, repo, name)
        found[label.id] = None
    return list(found)


def check_label_name(name: str) -> None:
    if not name.strip():
        raise invalid("Label", "name", "missing_field")
    check_length("Label", "name", name, LABEL_LIMIT)


def add_label(world: World, repo: Repo, name: str) -> Label:
    check_label_name(name)
    label = Label(world.new_id(), name)
    repo.labels[label.id] = label
    return label
