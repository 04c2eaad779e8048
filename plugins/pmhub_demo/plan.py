"""What stands above the tickets: a roadmap of four goals and two releases in flight, half of each on either side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pmhub_demo import people
from pmhub_demo.services import PROJECT, REPO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pmhub_demo.agreement import Pairs
    from pmhub_demo.services import Services
    from pmhub_github.simulator.state import Release
    from pmhub_jira.simulator.values import Issue

CHECKOUT, RETURNS = "A checkout that never fails", "Returns without a phone call"
DELIVERY, SEARCH = "Delivery that people can plan with", "Search that finds"
BETTER_SEARCH = "Search that finds it at once"
EPICS = {CHECKOUT: "2027-03-31", RETURNS: "2027-06-30"}
MILESTONES = {DELIVERY: "2027-02-28", SEARCH: None}
NEXT, LATER = "2.4", "2.5"
NEXT_RENAMED, LATER_RENAMED = "2.4.0", "3.0"


def fill(services: Services) -> None:
    """Before anybody syncs; the tickets of the story are there."""
    dee = services.account("demo-dee")
    for title, day in EPICS.items():
        services.jira.user_create_issue(PROJECT, title, type="Epic", user=dee, duedate=day)
    for title, wanted in MILESTONES.items():
        due = {"due_on": f"{wanted}T08:00:00Z"} if wanted else {}
        services.github.user_create_milestone(REPO, title, user="demo-cem", **due)
    services.jira.add_version(PROJECT, NEXT, release="2027-02-01")
    services.github.user_create_release(REPO, f"v{LATER}", user="demo-cem", name=LATER, draft=True)
    _place(services, people.DISPUTED, DELIVERY, LATER)
    _place(services, people.FINISHED, SEARCH, NEXT)
    returns = people.in_jira(services, people.TALKED_ABOUT)
    services.jira.user_edit_issue(
        returns.key, user=dee, parent={"key": _epic(services, RETURNS).key}, fixVersions=[{"name": NEXT}]
    )


def _place(services: Services, ticket: str, goal: str, version: str) -> None:
    issue = people.on_github(services, ticket)
    labels = [*services.github.label_names(REPO, issue.number), f"release/{version}"]
    number = next(one.number for one in services.github.milestones(REPO).values() if one.title == goal)
    services.github.user_edit_issue(REPO, issue.number, user="demo-cem", milestone=number, labels=labels)


def _epic(services: Services, title: str) -> Issue:
    return people.in_jira(services, title)


def work(services: Services) -> Iterator[str]:
    """One change of each kind on either side."""
    dee = services.account("demo-dee")
    epic = _epic(services, CHECKOUT)
    services.jira.user_edit_issue(epic.key, user=dee, duedate="2027-04-15")
    shared = people.in_jira(services, people.SHARED)
    services.jira.user_edit_issue(shared.key, user=dee, parent={"key": epic.key}, fixVersions=[{"name": NEXT}])
    services.jira.user_edit_version(PROJECT, NEXT, name=NEXT_RENAMED)
    yield f"Jira    {epic.key}: demo-dee moves a goal to April, and puts {shared.key} under it and into {NEXT}"
    yield f"Jira    demo-dee calls the version {NEXT_RENAMED} from now on"
    goal = next(one for one in services.github.milestones(REPO).values() if one.title == SEARCH)
    services.github.user_edit_milestone(REPO, goal.number, title=BETTER_SEARCH)
    draft = release(services, f"v{LATER}")
    body = "Thank you for trying this out early."
    services.github.user_edit_release(REPO, draft.id, body=body, tag_name=f"v{LATER_RENAMED}")
    yield f"GitHub  demo-cem renames a goal: {BETTER_SEARCH}; the draft of {LATER} becomes {LATER_RENAMED}, with a word to go with it"


def is_epic(services: Services, issue: Issue) -> bool:
    return services.jira.state.types[issue.type_id].name == "Epic"


def release(services: Services, tag: str) -> Release:
    return next(one for one in services.github.releases(REPO).values() if one.tag == tag)


@dataclass(frozen=True)
class Plan:
    """What one side shows: goals with their days, versions, and which tickets are under and in them."""

    goals: Pairs
    versions: Counter[str]
    below: Pairs
    within: Pairs


def on_github(services: Services) -> Plan:
    github = services.github
    goals = {one.number: one.title for one in github.milestones(REPO).values()}
    issues = github.issues(REPO).values()
    return Plan(
        Counter((one.title, (one.due_on or "")[:10]) for one in github.milestones(REPO).values()),
        Counter(one.tag.removeprefix("v") for one in github.releases(REPO).values()),
        Counter((one.title, goals[one.milestone]) for one in issues if one.milestone),
        Counter(
            (one.title, label.removeprefix("release/"))
            for one in issues
            for label in github.label_names(REPO, one.number)
            if label.startswith("release/")
        ),
    )


def in_jira(services: Services) -> Plan:
    state, issues = services.jira.state, services.jira.issues(PROJECT)
    epics = {one.id: one for one in issues if is_epic(services, one)}
    return Plan(
        Counter((one.summary, one.due or "") for one in epics.values()),
        Counter(version.name for version in state.versions.values()),
        Counter((one.summary, epics[one.parent_id].summary) for one in issues if one.parent_id in epics),
        Counter((one.summary, state.versions[id_].name) for one in issues for id_ in one.version_ids),
    )
