"""Who am I, what server is this, which repository and which issue types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.apps import BOT
from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import ApiError, not_found
from pmhub_github.simulator.limits import overview
from pmhub_github.simulator.shapes import own_user_json, repo_json, type_json

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route


def get_user(call: Call) -> Reply:
    if call.actor().endswith(BOT):
        raise ApiError(403, "Resource not accessible by integration")
    return Reply(200, own_user_json(call.world, call.world.user(call.actor())))


def get_rate_limit(call: Call) -> Reply:
    return Reply(200, overview(call.world.limits, call.login, call.world.now()))


def get_meta(call: Call) -> Reply:
    version = call.world.enterprise
    if version is not None:
        told = f"{version[0]}.{version[1]}.0"
        return Reply(200, {"verifiable_password_authentication": True, "installed_version": told})
    return Reply(200, {"verifiable_password_authentication": False, "domains": {"website": ["*.github.com"]}})


def get_repo(call: Call) -> Reply:
    repo = call.repo()
    return Reply(200, repo_json(call.world, repo, call.login))


def list_repo_types(call: Call) -> Reply:
    return Reply(200, [type_json(kind) for kind in call.world.types.get(call.repo().owner, [])])


def list_org_types(call: Call) -> Reply:
    types = call.world.types.get(call.args["org"])
    if types is None:
        raise not_found()
    return Reply(200, [type_json(kind) for kind in types])


ROUTES: list[Route] = [
    ("GET", "/user", get_user),
    ("GET", "/meta", get_meta),
    ("GET", "/rate_limit", get_rate_limit),
    ("GET", "/repos/<owner>/<repo>", get_repo),
    ("GET", "/repos/<owner>/<repo>/issue-types", list_repo_types),
    ("GET", "/orgs/<org>/issue-types", list_org_types),
]
