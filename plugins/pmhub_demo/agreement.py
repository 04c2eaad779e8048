"""Do both sides agree? Asked of what the stand-ins hold, not of pmhub."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

from pmhub_demo import plan
from pmhub_demo.services import PEOPLE, PROJECT, REPO

if TYPE_CHECKING:
    from pmhub_demo.services import Services

SPACE_IN_A_JIRA_LABEL = "\u2423"
Pairs: TypeAlias = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Content:
    """What one side shows: each title, with its state, labels, number of comments, and those assignees whom both sides know;
    goals with their days, versions, and which tickets are below the one and in the other.
    """

    titles: Counter[str]
    states: Pairs
    labels: Pairs
    comments: Pairs
    assignees: Pairs
    goals: Pairs
    versions: Counter[str]
    below: Pairs
    within: Pairs


def on_github(services: Services) -> Content:
    issues = services.github.issues(REPO)
    above = plan.on_github(services)
    return Content(
        Counter(one.title for one in issues.values()),
        Counter((one.title, one.state) for one in issues.values()),
        Counter(
            (one.title, label)
            for one in issues.values()
            for label in services.github.label_names(REPO, one.number)
            if not label.startswith("release/")
        ),
        Counter((one.title, str(len(one.comments))) for one in issues.values()),
        Counter((one.title, person) for one in issues.values() for person in one.assignees if person in PEOPLE),
        above.goals,
        above.versions,
        above.below,
        above.within,
    )


def in_jira(services: Services) -> Content:
    issues = [one for one in services.jira.issues(PROJECT) if not plan.is_epic(services, one)]
    above = plan.in_jira(services)
    closed = {status.id for status in services.jira.state.statuses.values() if status.category == "done"}
    return Content(
        Counter(one.summary for one in issues),
        Counter((one.summary, "closed" if one.status_id in closed else "open") for one in issues),
        Counter((one.summary, label.replace(SPACE_IN_A_JIRA_LABEL, " ")) for one in issues for label in one.labels),
        Counter((one.summary, str(len(one.comments))) for one in issues),
        Counter(
            (one.summary, person) for one in issues for person in PEOPLE if one.assignee == services.account(person)
        ),
        above.goals,
        above.versions,
        above.below,
        above.within,
    )


def differences(one: Content, other: Content) -> list[str]:
    """Nothing where both sides agree; else what only one of them shows."""
    found = []
    for part in fields(Content):
        left, right = getattr(one, part.name), getattr(other, part.name)
        found += [f"{part.name}: only GitHub has {value!r}" for value in (left - right)]
        found += [f"{part.name}: only Jira has {value!r}" for value in (right - left)]
    return found


def total(pairs: Pairs) -> int:
    """Of pairs whose second part is a number."""
    return sum(int(number) * times for (_, number), times in pairs.items())
