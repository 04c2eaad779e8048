"""The fields every issue has: their names, types and where they show."""

from __future__ import annotations

from dataclasses import dataclass

from .values import Json

ESTIMATE = "customfield_10016"
SPRINT = "customfield_10020"
TIME_ESTIMATE = "timeoriginalestimate"
TIME_TRACKING = "timetracking"
START_DATE = "customfield_10015"
HORIZON = "customfield_10030"
OBJECTIVE = "customfield_10031"
OUTCOME = "customfield_10032"
HORIZONS = ("Now", "Next", "Later")


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    name: str
    schema: Json
    navigable: bool = True
    editable: bool = True
    operations: tuple[str, ...] = ("set",)

    @property
    def custom(self) -> bool:
        return self.id.startswith("customfield_")

    @property
    def clause_names(self) -> list[str]:
        return [f"cf[{self.id.split('_')[1]}]", self.name] if self.custom else [self.id]


def _system(
    field_id: str,
    name: str,
    kind: str,
    *,
    items: str | None = None,
    navigable: bool = True,
    editable: bool = True,
    operations: tuple[str, ...] = ("set",),
) -> Field:
    schema = {"type": kind, "system": field_id} | ({"items": items} if items else {})
    return Field(field_id, name, schema, navigable, editable, operations)


def _custom(
    number: int, name: str, kind: str, plugin: str, *, items: str | None = None, editable: bool = True
) -> Field:
    schema = {"type": kind, "custom": plugin, "customId": number} | ({"items": items} if items else {})
    return Field(f"customfield_{number}", name, schema, editable=editable)


_LIST = ("add", "set", "remove")
_GREENHOPPER = "com.pyxis.greenhopper.jira"
_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes"

FIELDS: dict[str, Field] = {
    entry.id: entry
    for entry in (
        _system("statuscategorychangedate", "Status Category Changed", "datetime", editable=False),
        _system("issuetype", "Issue Type", "issuetype"),
        _system("project", "Project", "project", editable=False),
        _system("parent", "Parent", "issuelink"),
        _system("summary", "Summary", "string"),
        _system("description", "Description", "string"),
        _system("environment", "Environment", "string", editable=False),
        _system("status", "Status", "status", editable=False),
        _system("resolution", "Resolution", "resolution"),
        _system("resolutiondate", "Resolved", "datetime", editable=False),
        _system("priority", "Priority", "priority"),
        _system("assignee", "Assignee", "user"),
        _system("reporter", "Reporter", "user"),
        _system("creator", "Creator", "user", editable=False),
        _system("created", "Created", "datetime", editable=False),
        _system("updated", "Updated", "datetime", editable=False),
        _system("duedate", "Due date", "date"),
        _system(TIME_ESTIMATE, "Original estimate", "number", editable=False),
        _system(TIME_TRACKING, "Time tracking", "timetracking", navigable=False),
        _system("labels", "Labels", "array", items="string", operations=_LIST),
        _system("components", "Components", "array", items="component", operations=_LIST),
        _system("fixVersions", "Fix versions", "array", items="version", operations=_LIST),
        _system("versions", "Affects versions", "array", items="version", editable=False),
        _system("issuelinks", "Linked Issues", "array", items="issuelinks", operations=("add",)),
        _system("subtasks", "Sub-tasks", "array", items="issuelinks", editable=False),
        _system("security", "Security Level", "securitylevel"),
        _system("comment", "Comment", "comments-page", navigable=False, operations=("add",)),
        _system("attachment", "Attachment", "array", items="attachment", navigable=False, editable=False),
        _system("worklog", "Log Work", "array", items="worklog", navigable=False, editable=False),
        _custom(10011, "Epic Name", "string", f"{_GREENHOPPER}:gh-epic-label"),
        _custom(10014, "Epic Link", "any", f"{_GREENHOPPER}:gh-epic-link", editable=False),
        _custom(10015, "Start date", "date", f"{_TYPES}:datepicker"),
        _custom(10016, "Story point estimate", "number", f"{_GREENHOPPER}:jsw-story-points"),
        _custom(10020, "Sprint", "array", f"{_GREENHOPPER}:gh-sprint", items="json"),
        _custom(10030, "Horizon", "option", f"{_TYPES}:select"),
        _custom(10031, "Objective", "string", f"{_TYPES}:textfield"),
        _custom(10032, "Outcome", "string", f"{_TYPES}:textarea"),
        _custom(10021, "Flagged", "array", f"{_TYPES}:multicheckboxes", items="option", editable=False),
    )
}
MULTI_VALUED = frozenset({"comment", "attachment", "worklog", "subtasks"})
"""What narrows a bulk fetch. The description names the first three [D]; of links it says nothing [U]."""


def split(names: list[str]) -> list[str]:
    """Field lists may be given as several entries, as commas inside one, or both."""
    return [name.strip() for entry in names for name in entry.split(",") if name.strip()]


def select(names: list[str], default: str) -> list[str]:
    """The ids that a `fields` parameter asks for, in the order of FIELDS; unknown names are ignored, as Jira does."""
    wanted = set() if any(not name.startswith("-") for name in names) else _group(default)
    for name in names:
        if not name.startswith("-"):
            wanted |= _group(name)
    wanted -= {name[1:] for name in names if name.startswith("-")}
    return [field_id for field_id in FIELDS if field_id in wanted]


def _group(name: str) -> set[str]:
    if name == "*all":
        return set(FIELDS)
    if name == "*navigable":
        return {entry.id for entry in FIELDS.values() if entry.navigable}
    return {name} & FIELDS.keys()
