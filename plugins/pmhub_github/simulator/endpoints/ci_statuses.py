"""Commit statuses: the latest of a context is what stands, whatever the case of its letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.ci_shapes import simple_status_json, status_json
from pmhub_github.simulator.ci_state import Status
from pmhub_github.simulator.errors import ApiError, check_length, invalid
from pmhub_github.simulator.paging import paged
from pmhub_github.simulator.shapes import repo_json, repo_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Repo

COMMIT = "/repos/<owner>/<repo>/commits/<ref>"
STATES = ("error", "failure", "pending", "success")
MOST = 1000
LONGEST_CONTEXT, LONGEST_DESCRIPTION = 255, 140


def statuses_of(call: Call, repo: Repo, sha: str) -> list[Status]:
    """Newest first."""
    return [one for one in reversed(call.world.ci.of(repo.id).statuses) if one.sha == sha]


def latest(statuses: Sequence[Status]) -> list[Status]:
    """One of each context, of newest first."""
    by_context: dict[str, Status] = {}
    for one in statuses:
        by_context.setdefault(one.context.lower(), one)
    return list(by_context.values())


def known_commit(call: Call, repo: Repo, sha: str) -> str:
    """Raise 404 for a read, 422 for a write of a commit that is not there."""
    if sha not in call.world.ci.of(repo.id).commits:
        raise ApiError(404 if call.method == "GET" else 422, f"No commit found for SHA: {sha}")
    return sha


def combined(call: Call) -> Reply:
    repo = call.repo()
    sha = known_commit(call, repo, call.args["ref"])
    found = latest(statuses_of(call, repo, sha))
    page = paged(call, repo, found, lambda one: simple_status_json(call.world, repo, one))
    url = f"{repo_url(call.world, repo)}/commits/{sha}"
    body = {
        "state": summed({one.state for one in found}),
        "statuses": page.body,
        "sha": sha,
        "total_count": len(found),
        "repository": repo_json(call.world, repo, call.login),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return Reply(200, body, page.headers)


def summed(states: set[str]) -> str:
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def list_statuses(call: Call) -> Reply:
    repo = call.repo()
    found = statuses_of(call, repo, known_commit(call, repo, call.args["ref"]))
    return paged(call, repo, found, lambda one: status_json(call.world, repo, one))


def post_status(call: Call) -> Reply:
    """Add a status; whoever may read only is told that there is nothing."""
    repo = call.repo()
    actor = call.writable(repo, "write")
    sha = known_commit(call, repo, call.args["sha"])
    status = new_status(call, sha, actor)
    before = [one for one in statuses_of(call, repo, sha) if one.context.lower() == status.context.lower()]
    if len(before) >= MOST:
        message = "This SHA and context has reached the maximum number of statuses."
        raise invalid("Status", "base", "custom", message=message)
    call.world.ci.of(repo.id).statuses.append(status)
    shape = status_json(call.world, repo, status)
    return Reply(201, shape, {"Location": shape["url"]})


def new_status(call: Call, sha: str, actor: str) -> Status:
    body = call.body
    state, context = body.get("state"), str(body.get("context") or "default")
    if state not in STATES:
        raise invalid("Status", "state", "custom", message="state is not included in the list")
    check_length("Status", "context", context, LONGEST_CONTEXT)
    check_length("Status", "description", body.get("description") or "", LONGEST_DESCRIPTION)
    url = body.get("target_url")
    if url and not str(url).startswith(("http://", "https://")):
        raise invalid("Status", "target_url", "custom", message="target_url must use http(s) scheme")
    world = call.world
    creator = world.user(actor).login
    return Status(world.new_id(), sha, context, str(state), body.get("description"), url, creator, world.now())


ROUTES: list[Route] = [
    ("GET", f"{COMMIT}/status", combined),
    ("GET", f"{COMMIT}/statuses", list_statuses),
    ("POST", "/repos/<owner>/<repo>/statuses/<sha>", post_status),
]
