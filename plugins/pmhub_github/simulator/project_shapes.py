"""Projects v2 as GitHub's REST API writes them: fields, and items with their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .issue_shapes import issue_json
from .shapes import Json, iso, person
from .state import node_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from .project_state import Field, Item, Option, Project, Value
    from .world import World


def project_url(world: World, project: Project) -> str:
    kind = "orgs" if world.user(project.owner).kind == "Organization" else "users"
    return f"{world.base_url}/{kind}/{project.owner}/projectsV2/{project.number}"


def project_json(world: World, project: Project) -> Json:
    shape: Json = {"id": project.id, "node_id": node_id("PVT", project.id), "number": project.number, "public": False}
    people = {"owner": person(world, project.owner), "creator": person(world, project.owner), "deleted_by": None}
    empty = dict.fromkeys(("description", "short_description", "closed_at", "deleted_at"))
    times = dict.fromkeys(("created_at", "updated_at"), iso(world.now()))
    return {**shape, **people, **empty, **times, "title": f"Project {project.number}"}


def text(words: str) -> Json:
    return {"raw": words, "html": words}


def field_json(world: World, project: Project, field: Field) -> Json:
    shape: Json = {
        "id": field.id,
        "node_id": node_id("PVTF", field.id),
        "project_url": project_url(world, project),
        "name": field.name,
        "data_type": field.data_type,
        "created_at": iso(field.created),
        "updated_at": iso(field.created),
    }
    if field.data_type == "single_select":
        shape["options"] = [choice_json(option) for option in field.options]
    if field.data_type == "iteration":
        iterations = [{**iteration_json(option), "completed": False} for option in field.options]
        shape["configuration"] = {"start_day": 1, "duration": 14, "iterations": iterations}
    return shape


def choice_json(option: Option) -> Json:
    return {"id": option.id, "name": text(option.name), "description": text(""), "color": "GRAY"}


def iteration_json(option: Option) -> Json:
    return {"id": option.id, "title": text(option.name), "start_date": "2026-11-02", "duration": 14}


def item_json(world: World, project: Project, item: Item, login: str, fields: Collection[int]) -> Json:
    """`fields` are ids; none of them is the title alone."""
    shown = [field for field in project.fields.values() if field.id in fields or (not fields and field.name == "Title")]
    return {
        **bare_item_json(world, project, item),
        "content": content_json(world, item, login),
        "fields": [
            {
                "id": field.id,
                "name": field.name,
                "data_type": field.data_type,
                "value": value_json(world, item, field),
            }
            for field in shown
        ],
    }


def bare_item_json(world: World, project: Project, item: Item) -> Json:
    url = project_url(world, project)
    return {
        "id": item.id,
        "node_id": node_id("PVTI", item.id),
        "project_url": url,
        "content_type": content_type(world, item),
        "creator": person(world, item.creator),
        "created_at": iso(item.created),
        "updated_at": iso(item.updated),
        "archived_at": None,
        "item_url": f"{url}/items/{item.id}",
    }


def content_type(world: World, item: Item) -> str:
    if item.issue is None:
        return "DraftIssue"
    return "PullRequest" if world.issue_by_id(item.issue)[1].is_pull else "Issue"


def content_json(world: World, item: Item, login: str) -> Json | None:
    """Return what the item is about, None where the caller may not see it."""
    if item.issue is None:
        return draft_json(world, item)
    repo, issue = world.issue_by_id(item.issue)
    return issue_json(world, repo, issue) if world.may(repo, login, "read") else None


def draft_json(world: World, item: Item) -> Json:
    return {
        "id": item.id,
        "node_id": node_id("DI", item.id),
        "title": item.title,
        "body": None,
        "user": person(world, item.creator),
        "created_at": iso(item.created),
        "updated_at": iso(item.updated),
    }


def value_json(world: World, item: Item, field: Field) -> Json | Value:
    if field.data_type == "title":
        return text(item.title if item.issue is None else world.issue_by_id(item.issue)[1].title)
    value = item.values.get(field.id)
    if value is None:
        return None
    option = field.option(value)
    if option is None:
        return value
    return choice_json(option) if field.data_type == "single_select" else iteration_json(option)
