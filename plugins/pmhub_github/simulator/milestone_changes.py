"""Changes to milestones. A due date is a Pacific calendar day: GitHub keeps its midnight, not the time that was sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .errors import check_length, invalid
from .issue_changes import set_milestone
from .shapes import epoch, iso
from .state import Milestone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .state import Repo
    from .world import World


def create_milestone(world: World, repo: Repo, actor: str, fields: Mapping[str, Any]) -> Milestone:
    """Make a milestone. A due date of null is refused here, and taken later (harvester/harvester#11739)."""
    if fields.get("due_on", "") is None:
        raise invalid("Milestone", "due_on", "invalid", value=None)
    check_milestone(repo, {"title": None, **fields}, None)
    repo.last_milestone += 1
    now, title = world.now(), str(fields["title"])
    milestone = Milestone(world.new_id(), repo.last_milestone, title, world.user(actor).login, now, now)
    write(world, milestone, fields)
    repo.milestones[milestone.number] = milestone
    return milestone


def edit_milestone(world: World, repo: Repo, milestone: Milestone, fields: Mapping[str, Any]) -> None:
    """Change a milestone; the issues in it keep their `updated_at`."""
    check_milestone(repo, fields, milestone)
    write(world, milestone, fields)
    milestone.updated = world.now()


def delete_milestone(world: World, repo: Repo, milestone: Milestone, actor: str) -> None:
    for issue in repo.issues.values():
        if issue.milestone == milestone.number:
            set_milestone(world, repo, issue, actor, None)
    del repo.milestones[milestone.number]


def check_milestone(repo: Repo, fields: Mapping[str, Any], current: Milestone | None) -> None:
    if "title" in fields:
        check_title(repo, str(fields["title"] or ""), current)
    if fields.get("state", "open") not in ("open", "closed"):
        raise invalid("Milestone", "state", "invalid", value=fields["state"])
    if fields.get("due_on") is not None:
        due(str(fields["due_on"]))


def check_title(repo: Repo, title: str, current: Milestone | None) -> None:
    if not title.strip():
        raise invalid("Milestone", "title", "missing_field")
    check_length("Milestone", "title", title, 255)
    if any(other.title == title for other in repo.milestones.values() if other is not current):
        raise invalid("Milestone", "title", "already_exists")


def write(world: World, milestone: Milestone, fields: Mapping[str, Any]) -> None:
    milestone.title = str(fields.get("title", milestone.title))
    milestone.description = fields.get("description", milestone.description)
    if "due_on" in fields:
        milestone.due_on = None if fields["due_on"] is None else due(str(fields["due_on"]))
    state = fields.get("state", milestone.state)
    if state != milestone.state:
        milestone.state = state
        milestone.closed = world.now() if state == "closed" else None


def due(text: str) -> str:
    """Return midnight, in Pacific time, of the Pacific day the timestamp falls on; raise 422 if it is no timestamp."""
    try:
        when = datetime.fromtimestamp(epoch(text), UTC)
    except ValueError:
        raise invalid("Milestone", "due_on", "invalid", value=text) from None
    day = (when - offset(when)).replace(hour=0, minute=0, second=0)
    return iso(int((day + offset(day + timedelta(hours=8))).timestamp()))


def offset(when: datetime) -> timedelta:
    """Return how far the Pacific coast of the United States lies behind UTC at `when` (UTC)."""
    start = sunday(when.year, 3, 8) + timedelta(hours=10)
    end = sunday(when.year, 11, 1) + timedelta(hours=9)
    return timedelta(hours=7 if start <= when < end else 8)


def sunday(year: int, month: int, day: int) -> datetime:
    """Return the first Sunday on or after a date."""
    first = datetime(year, month, day, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7)
