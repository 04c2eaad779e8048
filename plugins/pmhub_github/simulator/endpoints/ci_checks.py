"""Check runs of a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import ApiError
from pmhub_github.simulator.paging import choice, paged
from pmhub_github.simulator.shapes import iso, iso_or_none, person, repo_url
from pmhub_github.simulator.state import node_id

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.ci_state import CheckRun
    from pmhub_github.simulator.state import Repo

DEFAULT_BRANCH = "main"


def list_check_runs(call: Call) -> Reply:
    repo = call.repo()
    ci, ref = call.world.ci.of(repo.id), call.args["ref"]
    sha = ci.commits[-1] if ref == DEFAULT_BRANCH and ci.commits else ref
    if sha not in ci.commits:
        raise ApiError(422, f"No commit found for SHA: {sha}")
    found = [one for one in reversed(ci.checks) if one.sha == sha]
    if choice(call, "filter", ("latest", "all")) == "latest":
        found = [one for place, one in enumerate(found) if not any(same(one, newer) for newer in found[:place])]
    page = paged(call, repo, found, lambda one: check_json(call, repo, one))
    return Reply(200, {"total_count": len(found), "check_runs": page.body}, page.headers)


def same(one: CheckRun, other: CheckRun) -> bool:
    return (one.suite, one.name) == (other.suite, other.name)


def check_json(call: Call, repo: Repo, one: CheckRun) -> dict[str, Any]:
    url = f"{repo_url(call.world, repo)}/check-runs/{one.id}"
    output = {"title": one.title, "summary": None, "text": None, "annotations_count": 0}
    return {
        "id": one.id,
        "head_sha": one.sha,
        "node_id": node_id("CR", one.id),
        "external_id": "",
        "url": url,
        "html_url": f"https://ci.example.com/{one.id}",
        "details_url": f"https://ci.example.com/{one.id}",
        "status": "in_progress" if one.conclusion is None else "completed",
        "conclusion": one.conclusion,
        "started_at": iso(one.started),
        "completed_at": iso_or_none(one.completed),
        "output": {**output, "annotations_url": f"{url}/annotations"},
        "name": one.name,
        "check_suite": {"id": one.suite},
        "app": app_json(call, one.app),
        "pull_requests": [],
    }


def app_json(call: Call, slug: str) -> dict[str, Any]:
    number = sum(slug.encode())
    shape = {"id": number, "slug": slug, "node_id": node_id("A", number), "name": slug.replace("-", " ").title()}
    times = dict.fromkeys(("created_at", "updated_at"), iso(0))
    urls = {"external_url": "https://example.com", "html_url": f"https://github.com/apps/{slug}"}
    owner = person(call.world, "octocat")
    return {**shape, **times, **urls, "owner": owner, "description": None, "permissions": {}, "events": []}


ROUTES: list[Route] = [("GET", "/repos/<owner>/<repo>/commits/<ref>/check-runs", list_check_runs)]
