"""From method and path to an endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from .endpoints import ROUTES
from .errors import ApiError, not_found
from .graphql import execute

if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Call, Reply, Route
    from .world import World

GRAPHQL: Route = ("POST", "/graphql", execute)
RULES = [Rule(path, methods=[method], endpoint=serve) for method, path, serve in (*ROUTES, GRAPHQL)]
MAP = Map(RULES, strict_slashes=False, merge_slashes=False, redirect_defaults=False)
REPOSITORY = re.compile(r"/repositories/(\d+)(?=/|$)")


def canonical(world: World, path: str) -> str:
    """Write `/repositories/{id}` as `/repos/{owner}/{repo}`; an unknown id stays and is not found."""
    found = REPOSITORY.match(path)
    repo = world.repos.get(int(found[1])) if found else None
    return path if found is None or repo is None else f"/repos/{repo.full_name}{path[found.end() :]}"


def match(method: str, path: str) -> tuple[Callable[[Call], Reply], str, dict[str, Any]]:
    """Return the endpoint, its template and its path variables; raise 404 where GitHub has, or we serve, nothing."""
    try:
        rule, args = MAP.bind("localhost").match(path, method, return_rule=True)
    except HTTPException:
        raise not_found() from None
    return rule.endpoint, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), dict(args)


def template_of(method: str, path: str) -> str | None:
    try:
        return match(method, path)[1]
    except ApiError:
        return None
