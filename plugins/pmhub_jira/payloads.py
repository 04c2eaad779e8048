"""What is sent: a record as the fields of a new issue, changes as an edit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pmhub.model.markdown import text_key
from pmhub.sdk import (
    Changes,
    Kind,
    Observation,
    Refused,
    RoadmapItem,
    Scope,
    SetChange,
    Ticket,
    Value,
    kind_of,
    record,
    values,
)
from pmhub_jira import files, fitting, labels, lossy, texts, words
from pmhub_jira.flavours import Flavour
from pmhub_jira.natives import PROPERTY, issue_property

Json = dict[str, Any]
_EITHER: Final = {"summary": "title", "description": "body", "issuetype": "type", "comment": "body"}
OURS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.TICKET: {
        **_EITHER,
        "assignee": "assignees",
        "fixVersions": "releases",
        "duedate": "due",
        "timetracking": "time_estimate",
    },
    Kind.ROADMAP_ITEM: {**_EITHER, "assignee": "owner", "duedate": "target"},
}


def our_field(scope: Scope | None, native: str, kind: Kind = Kind.TICKET) -> str:
    """Our word for the field that Jira complains about; its own where we have none."""
    customs = {theirs: ours for ours, theirs in scope.vocabulary.fields.items()} if scope else {}
    return customs.get(native) or OURS[kind].get(native, native)


def properties(marker: str, author: str = "", said: str = "") -> list[Json]:
    told = {name: value for name, value in (("author", author), ("said", said)) if value}
    return [{"key": PROPERTY, "value": {"marker": marker} | told}]


def new_issue(flavour: Flavour, scope: Scope, given: Ticket | RoadmapItem, issue_type: Json, marker: str) -> Json:
    """One entry of a bulk create. `issue_type` is as the project names it. Raises Refused for what cannot be an issue."""
    kind, present = kind_of(given), values(fitting.fit(flavour, scope, given).record)
    if "title" not in present:
        raise Refused("an issue without a title cannot be created in Jira", field="title", hint="Give it a title.")
    if kind is Kind.TICKET:
        check_parent(present.get("parent"), issue_type)
    fields: Json = {"project": {"key": scope.settings.project}, "issuetype": {"id": issue_type["id"]}}
    if "body" in present:
        body = given.body if isinstance(given.body, str) else None
        fields["description"] = texts.document(body, scope.vocabulary.people, form=flavour.form)
    for name, value in present.items():
        if name in WRITERS and name != "type":
            fields |= WRITERS[name](scope, value)
    return {
        "fields": {name: value for name, value in fields.items() if value is not None},
        "properties": [{"key": PROPERTY, "value": issue_property(marker, kind)}],
    }


def edit(flavour: Flavour, scope: Scope, over: Observation, changes: Changes) -> Json:
    """`{"fields": …, "update": …}` with what differs from `over`; empty when nothing is left to send but a status."""
    fields: Json = {}
    update: Json = {}
    for name, value in changes.items():
        if name == "links":
            continue  # made and taken off one by one
        if name == "assignees":
            fields |= _assignees(scope, _members(over, value) if isinstance(value, SetChange) else value)
        elif isinstance(value, SetChange):
            update |= _operations(name, value)
        elif name == "parent" and value is None:
            update["parent"] = [{"set": {"none": True}}]  # [D] "may be removed by setting update.parent.set.none"
        elif name == "body":
            fields |= {} if _is_same_text(flavour, scope, value, over) else _body(flavour, scope, value, over)
        elif name in WRITERS:
            fields |= WRITERS[name](scope, _fitted(flavour, scope, over.ref.kind, name, value))
    return {key: part for key, part in (("fields", fields), ("update", update)) if part}


def check_parent(parent: Value | SetChange, issue_type: Mapping[str, Any]) -> None:
    """Raises Refused(field="parent") where an issue of that type has no such place."""
    is_ticket = isinstance(parent, str) and parent.startswith(f"{Kind.TICKET}:")
    if issue_type.get("subtask") and not is_ticket:
        raise Refused(
            "a sub-task needs a ticket that it belongs to", field="parent", hint="Set its parent, or its type."
        )
    if is_ticket and not issue_type.get("subtask"):
        raise Refused(
            f"a {issue_type['name']} cannot belong to another ticket in Jira",
            field="parent",
            hint="Only a sub-task can: make it one in Jira, or let it be.",
        )


def _is_same_text(flavour: Flavour, scope: Scope, value: Any, over: Observation) -> bool:  # noqa: ANN401 - a value of the model
    """A document is never replaced by one that says the same: it may hold what Markdown cannot say."""
    there = values(over.record).get("body")
    shown = texts.shown(value, scope.vocabulary.people, form=flavour.form)[0]
    return isinstance(there, str) and text_key(there) == text_key(shown)


def _body(flavour: Flavour, scope: Scope, value: Any, over: Observation) -> Json:  # noqa: ANN401 - a value of the model
    """In its own words: what they become in Jira is for comparing. Raises Refused for a loss that waits for a person."""
    return {"description": lossy.allowed(scope, *_rewritten(flavour, scope, value, over))}


def losses(flavour: Flavour, scope: Scope, over: Observation, changes: Changes) -> tuple[str, ...]:
    """What `edit` with these changes takes away of the text that stands there."""
    if "body" not in changes or _is_same_text(flavour, scope, changes["body"], over):
        return ()
    return lossy.told(scope, *_rewritten(flavour, scope, changes["body"], over))


def _rewritten(flavour: Flavour, scope: Scope, value: Any, over: Observation) -> tuple[Any, texts.Body | None]:  # noqa: ANN401
    """What stands there, and what is to."""
    there = (over.native.get("fields") or {}).get("description")
    home = files.home(scope, over.ref)
    written = texts.rewritten(files.linked(there, home), value, scope.vocabulary.people, form=flavour.form)
    return there, files.unlinked(written, home)


def _fitted(flavour: Flavour, scope: Scope, kind: Kind, name: str, value: Value) -> Value:
    present = values(fitting.fit(flavour, scope, record(kind, {name: value})).record)
    if name not in present:
        raise Refused(f"Jira has no way to say {name} = {value!r}", field=name, hint="Map it in the configuration.")
    return present[name]


def _members(over: Observation, change: SetChange) -> tuple[str, ...]:
    """The set after the change; who is added comes first, as only one can be assigned."""
    there = values(over.record).get("assignees")
    staying = (name for name in (there if isinstance(there, tuple) else ()) if name not in change.remove)
    return (*change.add, *staying)


def _operations(name: str, change: SetChange) -> Json:
    native, element = ELEMENTS[name]
    operations = [{"remove": element(each)} for each in change.remove] + [{"add": element(each)} for each in change.add]
    return {native: operations} if operations else {}


def _assignees(scope: Scope, names: Any) -> Json:  # noqa: ANN401 - a value of the model
    accounts = (scope.vocabulary.people.lower(name) for name in names)
    found = next((each for each in accounts if each), None)
    if names and not found:
        raise Refused(
            f"no Jira account is known for {', '.join(names)}", field="assignees", hint="Add them to [people]."
        )
    return {"assignee": {"accountId": found} if found else None}


def _parent(_: Scope, value: Any) -> Json:  # noqa: ANN401
    return {"parent": {"id": value.partition(":")[2]} if value else None}


def _owner(scope: Scope, value: Any) -> Json:  # noqa: ANN401
    return _assignees(scope, (value,) if value else ())


def _horizon(scope: Scope, value: Any) -> Json:  # noqa: ANN401
    return {scope.vocabulary.fields["horizon"]: words.horizon_name(scope.vocabulary, value) if value else None}


def _custom(name: str) -> Callable[[Scope, Any], Json]:
    return lambda scope, value: {scope.vocabulary.fields[name]: value}


def _named(field: str, names: Any) -> Json:  # noqa: ANN401
    return {field: [{"name": each} for each in names]}


def _name(value: str) -> Json:
    return {"name": value}


WRITERS: Final[Mapping[str, Callable[[Scope, Any], Json]]] = {
    "title": lambda _, value: {"summary": value},
    "type": lambda scope, value: {"issuetype": {"name": words.type_name(scope, value)}},
    "priority": lambda scope, value: {"priority": {"name": words.priority_name(scope.vocabulary, value)}},
    "assignees": _assignees,
    "labels": lambda _, value: {"labels": [labels.lower(each) for each in value]},
    "components": lambda _, value: _named("components", value),
    "estimate": _custom("estimate"),
    "due": lambda _, value: {"duedate": value},
    "iteration": _custom("iteration"),
    "time_estimate": lambda _, value: {"timetracking": {"originalEstimate": f"{value // 60}m"}},
    "owner": _owner,
    "horizon": _horizon,
    "objective": _custom("objective"),
    "start": _custom("start"),
    "target": lambda _, value: {"duedate": value},
    "releases": lambda _, value: _named("fixVersions", value),
    "parent": _parent,
}
ELEMENTS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "labels": ("labels", labels.lower),
    "components": ("components", _name),
    "releases": ("fixVersions", _name),
}
