"""Values of issue fields: checked against the field, set and emptied, and as REST writes them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .errors import invalid
from .shapes import Json
from .state import node_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .state import Issue, IssueField, Repo
    from .world import World

COLORS = ("gray", "blue", "green", "yellow", "orange", "red", "pink", "purple")


def fields_of(world: World, repo: Repo) -> dict[int, IssueField]:
    return {one.id: one for one in world.issue_fields.get(repo.owner, ())}


def checked(world: World, repo: Repo, told: Iterable[Any]) -> list[tuple[IssueField, Any]]:
    """What a request sets; raise 422 for a field that is none of the organisation's, and for a value it cannot hold."""
    known = fields_of(world, repo)
    found = [(known.get(one.get("field_id")), one.get("value")) for one in told]
    for field, value in found:
        if field is None or not suits(field, value):
            raise invalid("Issue", "issue_field_values", "invalid", value=value)
    return [(field, value) for field, value in found if field is not None]


def suits(field: IssueField, value: Any) -> bool:  # noqa: ANN401
    if field.data_type == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if field.data_type == "single_select":
        return value in field.options
    return isinstance(value, str) and (field.data_type != "date" or is_day(value))


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def set_value(world: World, repo: Repo, issue: Issue, actor: str, field: IssueField, value: Any) -> None:  # noqa: ANN401
    if issue.fields.get(field.id) == value:
        return
    if value is None:
        del issue.fields[field.id]
    else:
        issue.fields[field.id] = value
    world.record(repo, issue, "issue_field_changed", world.user(actor).login)


def values_json(world: World, repo: Repo, issue: Issue) -> list[Json]:
    return [
        value_json(field, issue.fields[field.id])
        for field in fields_of(world, repo).values()
        if field.id in issue.fields
    ]


def value_json(field: IssueField, value: Any) -> Json:  # noqa: ANN401
    shape: Json = {
        "issue_field_id": field.id,
        "issue_field_name": field.name,
        "node_id": node_id("IFV", field.id),
        "data_type": field.data_type,
        "value": value,
    }
    if field.data_type == "single_select":
        shape["single_select_option"] = {"id": field.options.index(value) + 1, "name": value, "color": "gray"}
    return shape


def field_json(field: IssueField) -> Json:
    options = [
        {"id": place + 1, "name": name, "description": None, "color": COLORS[place % len(COLORS)], "priority": place}
        for place, name in enumerate(field.options)
    ]
    shape: Json = {"id": field.id, "node_id": node_id("IF", field.id), "name": field.name, "data_type": field.data_type}
    return {**shape, "description": None, "visibility": "all", **({"options": options} if options else {})}


def value_nodes(world: World, repo: Repo, issue: Issue) -> list[Json]:
    """As GraphQL has them."""
    known = fields_of(world, repo)
    return [value_node(known[number], value) for number, value in issue.fields.items()]


def value_node(field: IssueField, value: Any) -> Json:  # noqa: ANN401
    kind = {"number": "Number", "date": "Date", "text": "Text", "single_select": "SingleSelect"}[field.data_type]
    of: Json = {"__typename": f"IssueField{kind}", "id": node_id("IF", field.id), "name": field.name}
    return {
        "__typename": f"IssueField{kind}Value",
        "id": node_id("IFV", field.id),
        "value": value,
        "name": value,
        "field": of,
    }
