"""What an App asks for itself: who it is, where it is installed, and a token of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmhub_github.simulator.apps import HOUR, App, AppToken, Installation
from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import ApiError, not_found
from pmhub_github.simulator.shapes import iso, iso_or_none, person, repo_json
from pmhub_github.simulator.state import node_id

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route

PERMISSIONS = {
    "issues": "write",
    "metadata": "read",
    "contents": "write",
    "statuses": "write",
    "checks": "read",
    "actions": "read",
}


def get_app(call: Call) -> Reply:
    app = call.signed()
    return Reply(200, app_json(call, app))


def app_json(call: Call, app: App) -> dict[str, Any]:
    mine = [one for one in call.world.apps.installations.values() if one.app == app.id]
    return {
        "id": app.id,
        "slug": app.slug,
        "node_id": node_id("A", app.id),
        "client_id": f"Iv1.{app.id:016x}",
        "owner": person(call.world, "octocat"),
        "name": app.name,
        "description": None,
        "external_url": "https://example.com",
        "html_url": f"{call.world.web}/apps/{app.slug}",
        "created_at": iso(app.created),
        "updated_at": iso(app.created),
        "permissions": dict(PERMISSIONS),
        "events": [],
        "installations_count": len(mine),
    }


def list_installations(call: Call) -> Reply:
    app = call.signed()
    mine = [one for one in call.world.apps.installations.values() if one.app == app.id]
    return Reply(200, [installation_json(call, one) for one in mine])


def get_repo_installation(call: Call) -> Reply:
    app = call.signed()
    repo = call.world.repo(f"{call.args['owner']}/{call.args['repo']}")
    for one in call.world.apps.installations.values():
        if one.app == app.id and one.account == repo.owner:
            return Reply(200, installation_json(call, one))
    raise not_found()


def installation_json(call: Call, one: Installation) -> dict[str, Any]:
    url = f"{call.world.base_url}/app/installations/{one.id}"
    return {
        "id": one.id,
        "account": person(call.world, one.account),
        "repository_selection": "all",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{call.world.base_url}/installation/repositories",
        "html_url": f"{call.world.web}/organizations/{one.account}/settings/installations/{one.id}",
        "app_id": one.app,
        "target_id": call.world.user(one.account).id,
        "target_type": call.world.user(one.account).kind,
        "permissions": dict(PERMISSIONS),
        "events": [],
        "created_at": iso(one.created),
        "updated_at": iso(one.created),
        "single_file_name": None,
        "app_slug": call.world.apps.apps[one.app].slug,
        "suspended_by": None if one.suspended is None else person(call.world, "octocat"),
        "suspended_at": iso_or_none(one.suspended),
    }


def post_access_token(call: Call) -> Reply:
    app, world = call.signed(), call.world
    one = world.apps.installations.get(call.args["installation_id"])
    if one is None or one.app != app.id:
        raise not_found()
    if one.suspended is not None:
        raise ApiError(403, "This installation has been suspended")
    token = f"fake-installation-token-{world.new_id()}"
    world.apps.tokens[token] = AppToken(one.id, world.now() + HOUR)
    body = {"token": token, "expires_at": iso(world.now() + HOUR), "permissions": {**PERMISSIONS, **one.permissions}}
    return Reply(201, {**body, "repository_selection": "all"})


def list_repositories(call: Call) -> Reply:
    login = call.actor()
    mine = [repo for repo in call.world.repos.values() if call.world.apps.opens(login, repo)]
    repos = [repo_json(call.world, repo, login) for repo in mine]
    return Reply(200, {"total_count": len(repos), "repository_selection": "all", "repositories": repos})


ROUTES: list[Route] = [
    ("GET", "/app", get_app),
    ("GET", "/app/installations", list_installations),
    ("POST", "/app/installations/<int:installation_id>/access_tokens", post_access_token),
    ("GET", "/installation/repositories", list_repositories),
    ("GET", "/repos/<owner>/<repo>/installation", get_repo_installation),
]
