"""The simulator's CI, held against GitHub's own description, and its storage on another port."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from connectors.github.github_spec import answer_violations, rest_violations

from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator.ci_pipeline import Pipeline
from pmhub_github.simulator.ci_state import Step, WorkflowRun
from pmhub_github.simulator.ci_storage import Storage
from pmhub_github.simulator.snapshot import dump, load
from pmhub_github.simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP = "/repos/example/shop"


@pytest.fixture
def storage(simulator: GitHubSimulator) -> Iterator[Storage]:
    with Storage(simulator) as found:
        yield found


@pytest.fixture
def pipeline(simulator: GitHubSimulator) -> Pipeline:
    return Pipeline(simulator, "example/shop")


@pytest.fixture
def run(pipeline: Pipeline) -> WorkflowRun:
    """Run twice, with something in every list."""
    found = pipeline.start("a change", branch=None)
    pipeline.job(found, "lint")
    pipeline.job(found, "test", "failure", steps=[Step("Run tests", "failure")])
    pipeline.upload(found, "junit", {"report.xml": "<testsuite/>"})
    pipeline.end(found, "failure")
    pipeline.rerun(found, failed_only=True)
    pipeline.job(found, "test")
    return found


def artifact_of(pipeline: Pipeline) -> int:
    return next(iter(pipeline.ci.artifacts))


def test_every_read_of_ci_answers_as_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, pipeline: Pipeline, run: WorkflowRun
) -> None:
    api.post(f"{SHOP}/statuses/{run.sha}", json={"state": "pending", "context": "pmhub"}).raise_for_status()
    one, artifact = f"{SHOP}/actions/runs/{run.id}", artifact_of(pipeline)
    paths = [
        f"{SHOP}/actions/runs?exclude_pull_requests=true&per_page=100",
        f"{SHOP}/actions/runs?branch=main&event=push&head_sha={run.sha}",
        one,
        f"{one}/attempts/1",
        f"{one}/attempts/2/jobs?per_page=100",
        f"{one}/jobs?filter=all",
        f"{one}/artifacts?name=junit",
        f"{SHOP}/actions/artifacts/{artifact}",
        f"{SHOP}/commits/{run.sha}/status?per_page=100",
        f"{SHOP}/commits/{run.sha}/statuses",
    ]
    answers = [api.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    assert api.get(f"{SHOP}/actions/artifacts/{artifact}/zip").status_code == 302
    assert rest_violations(simulator.requests) == []


def test_every_refusal_of_ci_has_the_shape_github_describes(
    api: httpx.Client, simulator: GitHubSimulator, pipeline: Pipeline, run: WorkflowRun
) -> None:
    pipeline.expire(pipeline.ci.artifacts[artifact_of(pipeline)])
    status = {"state": "success", "target_url": "ftp://example.com"}
    refusals: list[tuple[str, str, object, int]] = [
        ("GET", "/actions/runs/1", None, 404),
        ("GET", f"/actions/runs/{run.id}/attempts/3", None, 404),
        ("GET", f"/actions/artifacts/{artifact_of(pipeline)}/zip", None, 410),
        ("GET", "/commits/main/status", None, 404),
        ("POST", f"/statuses/{'0' * 40}", {"state": "success"}, 422),
        ("POST", f"/statuses/{run.sha}", {"state": "success", "description": "d" * 141}, 422),
        ("POST", f"/statuses/{run.sha}", status, 422),
    ]
    for method, path, body, expected in refusals:
        assert api.request(method, SHOP + path, json=body).status_code == expected, (method, path)
    assert answer_violations(simulator.requests) == []


def test_a_re_run_keeps_the_id_and_the_place_in_the_list(
    api: httpx.Client, pipeline: Pipeline, run: WorkflowRun
) -> None:
    pipeline.start("a newer change")
    listed = api.get(f"{SHOP}/actions/runs").json()
    assert listed["total_count"] == 2
    assert [(one["id"], one["run_attempt"], one["status"]) for one in listed["workflow_runs"]][1:] == [
        (run.id, 2, "in_progress")
    ]
    first = api.get(f"{SHOP}/actions/runs/{run.id}/attempts/1").json()
    assert (first["run_attempt"], first["conclusion"]) == (1, "failure")
    jobs = api.get(f"{SHOP}/actions/runs/{run.id}/jobs").json()["jobs"]
    assert [(one["name"], one["conclusion"]) for one in jobs] == [("lint", "success"), ("test", "success")]


def test_the_storage_takes_its_own_address_for_a_minute_and_no_credentials(
    api: httpx.Client, simulator: GitHubSimulator, storage: Storage, pipeline: Pipeline, run: WorkflowRun
) -> None:
    location = api.get(f"{SHOP}/actions/artifacts/{artifact_of(pipeline)}/zip").headers["Location"]
    assert urlsplit(location).netloc != urlsplit(str(api.base_url)).netloc
    with httpx.Client(trust_env=False) as anybody:
        assert anybody.get(location).content[:2] == b"PK"
        assert anybody.get(location, headers={"Authorization": "Bearer fake-token"}).status_code == 400
        assert anybody.get(location.partition("?")[0]).status_code == 403
        simulator.clock_skew += 61
        assert anybody.get(location).status_code == 403


def test_ci_survives_in_a_snapshot(simulator: GitHubSimulator, run: WorkflowRun) -> None:
    other = World(simulator.world.clock)
    load(other, dump(simulator.world))
    assert other.ci == simulator.world.ci
