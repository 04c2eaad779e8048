"""Pull requests: the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.paging import choice, paged
from pmhub_github.simulator.pull_shapes import pull_json

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route


def list_pulls(call: Call) -> Reply:
    repo, state = call.repo(), choice(call, "state", ("open", "closed", "all"))
    found = [one for one in repo.issues.values() if one.is_pull and state in ("all", one.state)]
    newest = choice(call, "direction", ("desc", "asc")) == "desc"
    by = "updated" if choice(call, "sort", ("created", "updated")) == "updated" else "created"
    found.sort(key=lambda one: (getattr(one, by), one.number), reverse=newest)
    return paged(call, repo, found, lambda one: pull_json(call.world, repo, one, call.login))


ROUTES: list[Route] = [("GET", "/repos/<owner>/<repo>/pulls", list_pulls)]
