"""Repositories of the caller, who can be assigned in one, and public profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import not_found
from pmhub_github.simulator.paging import paged
from pmhub_github.simulator.shapes import own_user_json, repo_json, user_json

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route


def list_own_repos(call: Call) -> Reply:
    world = call.world
    mine = [repo for repo in world.repos.values() if world.may(repo, call.login, "read")]
    return Reply(200, [repo_json(world, repo, call.login) for repo in mine])


def list_assignees(call: Call) -> Reply:
    """Everybody with access to the repository."""
    repo, world = call.repo(), call.world
    people = [user for user in world.users.values() if user.kind == "User" and world.may(repo, user.login, "triage")]
    return paged(call, repo, people, lambda user: user_json(world, user))


def get_profile(call: Call) -> Reply:
    user = call.world.users.get(call.args["username"].lower())
    if user is None:
        raise not_found()
    return Reply(200, own_user_json(call.world, user))


ROUTES: list[Route] = [
    ("GET", "/user/repos", list_own_repos),
    ("GET", "/repos/<owner>/<repo>/assignees", list_assignees),
    ("GET", "/users/<username>", get_profile),
]
