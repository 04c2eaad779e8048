"""Projects v2 of organisations and of people: fields, and items paged by cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pmhub_github.simulator import project_changes
from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import ApiError, not_found
from pmhub_github.simulator.paging import PAGE_LIMIT, PAGE_SIZE, positive
from pmhub_github.simulator.project_shapes import bare_item_json, field_json, item_json, project_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.project_state import Item, Project
    from pmhub_github.simulator.shapes import Json

PLACES = ("/orgs/<org>/projectsV2/<int:project_number>", "/users/<username>/projectsV2/<int:project_number>")


def project_of(call: Call) -> Project:
    """Return the project of the path; raise 404 for a person's under /orgs, and without access."""
    owner = call.args.get("org") or call.args["username"]
    found = call.world.projects.get((owner.lower(), call.args["project_number"]))
    is_organization = call.world.user(owner).kind == "Organization"
    if found is None or is_organization != ("org" in call.args) or not found.may(call.login, "read"):
        raise not_found()
    return found


def writable(call: Call) -> tuple[Project, str]:
    project, actor = project_of(call), call.actor()
    if not project.may(actor, "write"):
        raise ApiError(403, "Resource not accessible by personal access token")
    return project, actor


def list_projects(call: Call) -> Reply:
    owner = call.args.get("org") or call.args["username"]
    if (call.world.user(owner).kind == "Organization") != ("org" in call.args):
        raise not_found()
    mine = [one for one in call.world.projects.values() if one.owner.lower() == owner.lower()]
    return Reply(200, [project_json(call.world, one) for one in mine if one.may(call.login, "read")])


def list_fields(call: Call) -> Reply:
    project = project_of(call)
    found = [field_json(call.world, project, field) for field in project.fields.values()]
    return Reply(200, found[: size_of(call)])


def list_items(call: Call) -> Reply:
    project, actor = project_of(call), call.actor()
    return by_cursor(
        call, living(call, project), lambda item: item_json(call.world, project, item, actor, fields_of(call))
    )


def living(call: Call, project: Project) -> list[Item]:
    """Items of deleted issues are gone."""
    return [item for item in project.items.values() if item.issue is None or item.issue in call.world.places]


def by_cursor(call: Call, items: Sequence[Item], shape: Callable[[Item], Json]) -> Reply:
    """Answer the page behind the item that `after` names."""
    after = int(call.query.get("after") or 0)
    rest = [item for item in items if item.id > after]
    chosen = rest[: size_of(call)]
    headers = {"Link": f'<{next_url(call, chosen[-1].id)}>; rel="next"'} if len(rest) > len(chosen) else {}
    return Reply(200, [shape(item) for item in chosen], headers)


def next_url(call: Call, last: int) -> str:
    return f"{call.world.base_url}{call.path}?{urlencode({**call.query, 'after': last})}"


def size_of(call: Call) -> int:
    return min(positive(call, "per_page", PAGE_SIZE), PAGE_LIMIT)


def fields_of(call: Call) -> set[int]:
    return {int(one) for one in call.query.get("fields", "").split(",") if one.isdigit()}


def find(call: Call, project: Project) -> Item:
    item = next((one for one in living(call, project) if one.id == call.args["item_id"]), None)
    if item is None:
        raise not_found()
    return item


def get_item(call: Call) -> Reply:
    project = project_of(call)
    return Reply(200, item_json(call.world, project, find(call, project), call.actor(), fields_of(call)))


def post_item(call: Call) -> Reply:
    """Answers without the content: GitHub's description of it fits an issue and a draft alike, and so is never met."""
    project, actor = writable(call)
    repo, issue = call.world.issue_by_id(call.number("ProjectV2Item", "id"))
    if not call.world.may(repo, actor, "read"):
        raise not_found()
    item = project_changes.add_issue(call.world, project, actor, issue.id)
    return Reply(201, bare_item_json(call.world, project, item))


def patch_item(call: Call) -> Reply:
    """Answers with the title alone: what else it shows, nobody has told."""
    project, actor = writable(call)
    item = find(call, project)
    changes = [(one["id"], one["value"]) for one in call.body.get("fields", [])]
    project_changes.set_values(call.world, project, item, actor, changes)
    return Reply(200, item_json(call.world, project, item, actor, ()))


ROUTES: list[Route] = [
    ("GET", "/orgs/<org>/projectsV2", list_projects),
    ("GET", "/users/<username>/projectsV2", list_projects),
    *[
        route
        for place in PLACES
        for route in (
            ("GET", f"{place}/fields", list_fields),
            ("GET", f"{place}/items", list_items),
            ("POST", f"{place}/items", post_item),
            ("GET", f"{place}/items/<int:item_id>", get_item),
            ("PATCH", f"{place}/items/<int:item_id>", patch_item),
        )
    ],
]
