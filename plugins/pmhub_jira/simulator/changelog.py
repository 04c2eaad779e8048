"""What changed between two values of an issue, in the words of Jira's change log."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .adf import plain_text
from .fields import ESTIMATE, HORIZON, OBJECTIVE, OUTCOME, SPRINT, START_DATE, TIME_ESTIMATE
from .shapes import choice
from .state import PRIORITIES, RESOLUTIONS, State
from .values import History, Issue, Json

Item = dict[str, str | None]
Said = tuple[str | None, str | None]


def _named(value: Json, name: str | None) -> Said:
    return (None, None) if value is None else (str(value), name)


def _words(value: str | None) -> Said:
    return (None, value)


def _person(state: State, account_id: str | None) -> Said:
    return _named(account_id, state.users[account_id].display_name if account_id else None)


def _choice_name(choices: Json, wanted: str | None) -> str | None:
    found = choice(choices, wanted)
    return found.name if found else None


def _parent(state: State, issue: Issue) -> Said:
    parent = state.issues.get(issue.parent_id or -1)
    return _named(issue.parent_id, parent.key if parent else None)


def _sprint(state: State, ids: list[int] | None) -> Said:
    if not ids:
        return ("", "")
    return (", ".join(map(str, ids)), ", ".join(state.sprints[number].name for number in ids))


def _points(value: float | None) -> Said:
    return (None, None) if value is None else (None, f"{value:g}")


def _seconds(value: int | None) -> Said:
    return _named(value, None if value is None else str(value))


def _day(value: str | None) -> Said:
    return _named(value, f"{value} 00:00:00.0")


_SINGLE: tuple[tuple[str, str, str, Callable[[State, Issue], Said]], ...] = (
    ("summary", "jira", "summary", lambda _, issue: _words(issue.summary)),
    ("description", "jira", "description", lambda _, issue: _words(plain_text(issue.description) or None)),
    ("issuetype", "jira", "issuetype", lambda state, issue: _named(issue.type_id, state.types[issue.type_id].name)),
    ("priority", "jira", "priority", lambda _, i: _named(i.priority_id, _choice_name(PRIORITIES, i.priority_id))),
    ("assignee", "jira", "assignee", lambda state, issue: _person(state, issue.assignee)),
    ("reporter", "jira", "reporter", lambda state, issue: _person(state, issue.reporter)),
    ("labels", "jira", "labels", lambda _, issue: _words(" ".join(issue.labels))),
    ("duedate", "jira", "duedate", lambda _, issue: _day(issue.due)),
    ("timeoriginalestimate", "jira", TIME_ESTIMATE, lambda _, issue: _seconds(issue.time_estimate)),
    ("IssueParentAssociation", "jira", "", _parent),
    (
        "resolution",
        "jira",
        "resolution",
        lambda _, i: _named(i.resolution_id, _choice_name(RESOLUTIONS, i.resolution_id)),
    ),
    ("status", "jira", "status", lambda state, issue: _named(issue.status_id, state.statuses[issue.status_id].name)),
    ("security", "jira", "security", lambda _, issue: _named(issue.security, issue.security)),
    ("project", "jira", "project", lambda state, issue: _named(issue.project_id, state.project_of(issue).name)),
    ("Key", "jira", "", lambda _, issue: _words(issue.key)),
    ("Story point estimate", "custom", ESTIMATE, lambda _, issue: _points(issue.custom.get(ESTIMATE))),
    ("Sprint", "custom", SPRINT, lambda state, issue: _sprint(state, issue.custom.get(SPRINT))),
    ("Start date", "custom", START_DATE, lambda _, issue: _day(issue.custom.get(START_DATE))),
    ("Horizon", "custom", HORIZON, lambda _, i: _named(i.custom.get(HORIZON), i.custom.get(HORIZON))),
    ("Objective", "custom", OBJECTIVE, lambda _, issue: _words(issue.custom.get(OBJECTIVE))),
    ("Outcome", "custom", OUTCOME, lambda _, issue: _words(plain_text(issue.custom.get(OUTCOME)) or None)),
)


def _item(field: str, kind: str, field_id: str, before: Said, after: Said) -> Item:
    names: Item = {"field": field, "fieldtype": kind}
    if field_id:
        names["fieldId"] = field_id
    return names | {"from": before[0], "fromString": before[1], "to": after[0], "toString": after[1]}


def _members(field: str, field_id: str, before: dict[int, str], after: dict[int, str]) -> Iterator[Item]:
    """Lists of versions and components give one item for each element that came or went."""
    nothing: Said = (None, None)
    for gone in sorted(before.keys() - after.keys()):
        yield _item(field, "jira", field_id, (str(gone), before[gone]), nothing)
    for new in sorted(after.keys() - before.keys()):
        yield _item(field, "jira", field_id, nothing, (str(new), after[new]))


def _versions(state: State, issue: Issue) -> dict[int, str]:
    return {number: state.versions[number].name for number in issue.version_ids}


def _components(state: State, issue: Issue) -> dict[int, str]:
    return {number: state.components[number].name for number in issue.component_ids}


def items_between(state: State, before: Issue, after: Issue) -> Iterator[Item]:
    for field, kind, field_id, said in _SINGLE:
        old, new = said(state, before), said(state, after)
        if old != new or (field == "description" and before.description != after.description):
            yield _item(field, kind, field_id, old, new)
    yield from _members("Fix Version", "fixVersions", _versions(state, before), _versions(state, after))
    yield from _members("Component", "components", _components(state, before), _components(state, after))


def link_item(text: str, other_key: str) -> Item:
    return _item("Link", "jira", "", (None, None), (other_key, text))


def record(state: State, issue_id: int, author: str, items: tuple[Item, ...]) -> None:
    state.histories[issue_id].append(History(state.new_id(), author, state.now(), items))


def concerns(item: Item, field_ids: set[str]) -> bool:
    """The parent's item carries no field id; it is found as `parent` all the same."""
    return item.get("fieldId") in field_ids or ("parent" in field_ids and item["field"] == "IssueParentAssociation")
