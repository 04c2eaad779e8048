"""Workflow runs, their attempts, jobs and artifacts: to be read; a runner's side is `ci_pipeline`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.ci_shapes import artifact_json, job_json, run_json
from pmhub_github.simulator.ci_storage import signed
from pmhub_github.simulator.errors import ApiError, not_found
from pmhub_github.simulator.paging import paged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.ci_state import Artifact, Attempt, RepoCi, WorkflowRun
    from pmhub_github.simulator.shapes import Json
    from pmhub_github.simulator.state import Repo

RUNS = "/repos/<owner>/<repo>/actions/runs"
RUN = f"{RUNS}/<int:run_id>"
ATTEMPT = f"{RUN}/attempts/<int:attempt_number>"
ARTIFACT = "/repos/<owner>/<repo>/actions/artifacts/<int:artifact_id>"
FILTERS = {"branch": "branch", "event": "event", "head_sha": "sha"}
MOST_FILTERED = 1000

T = TypeVar("T")


def ci_of(call: Call, repo: Repo) -> RepoCi:
    return call.world.ci.of(repo.id)


def wrapped(call: Call, repo: Repo, name: str, items: Sequence[T], shape: Callable[[T], Json]) -> Reply:
    """One page, with the count of all beside it."""
    reply = paged(call, repo, items, shape)
    reply.body = {"total_count": len(items), name: reply.body}
    return reply


def list_runs(call: Call) -> Reply:
    """Newest created first; any filter shows 1,000 at most."""
    repo = call.repo()
    found = sorted(ci_of(call, repo).runs.values(), key=lambda run: (run.created, run.id), reverse=True)
    for name in FILTERS.keys() & call.query.keys():
        found = [run for run in found if getattr(run, FILTERS[name]) == call.query[name]][:MOST_FILTERED]
    return wrapped(call, repo, "workflow_runs", found, lambda run: run_json(call.world, repo, run, run.latest))


def run_of(call: Call, repo: Repo) -> WorkflowRun:
    run = ci_of(call, repo).runs.get(call.args["run_id"])
    if run is None:
        raise not_found()
    return run


def attempt_of(call: Call, run: WorkflowRun) -> Attempt:
    attempt = next((one for one in run.attempts if one.number == call.args["attempt_number"]), None)
    if attempt is None:
        raise not_found()
    return attempt


def get_run(call: Call) -> Reply:
    repo = call.repo()
    run = run_of(call, repo)
    return Reply(200, run_json(call.world, repo, run, run.latest))


def get_attempt(call: Call) -> Reply:
    repo = call.repo()
    run = run_of(call, repo)
    return Reply(200, run_json(call.world, repo, run, attempt_of(call, run)))


def list_jobs(call: Call) -> Reply:
    """Of the latest attempt, or with `filter=all` of every one."""
    repo = call.repo()
    run = run_of(call, repo)
    attempts = run.attempts if call.query.get("filter") == "all" else [run.latest]
    found = [(attempt, job) for attempt in attempts for job in attempt.jobs]
    return wrapped(call, repo, "jobs", found, lambda pair: job_json(call.world, repo, run, *pair))


def list_attempt_jobs(call: Call) -> Reply:
    repo = call.repo()
    run = run_of(call, repo)
    attempt = attempt_of(call, run)
    return wrapped(call, repo, "jobs", attempt.jobs, lambda job: job_json(call.world, repo, run, attempt, job))


def list_artifacts(call: Call) -> Reply:
    """Of all attempts together, newest first."""
    repo = call.repo()
    run = run_of(call, repo)
    found = [one for one in ci_of(call, repo).artifacts.values() if one.run == run.id]
    found = [one for one in found if call.query.get("name", one.name) == one.name]
    found.sort(key=lambda one: one.id, reverse=True)
    return wrapped(call, repo, "artifacts", found, lambda one: artifact_json(call.world, repo, run, one))


def artifact_of(call: Call, repo: Repo) -> Artifact:
    artifact = ci_of(call, repo).artifacts.get(call.args["artifact_id"])
    if artifact is None:
        raise not_found()
    return artifact


def get_artifact(call: Call) -> Reply:
    repo = call.repo()
    artifact = artifact_of(call, repo)
    return Reply(200, artifact_json(call.world, repo, ci_of(call, repo).runs[artifact.run], artifact))


def download(call: Call) -> Reply:
    """Lead to the storage; an artifact that has expired answers 410."""
    repo = call.repo()
    artifact = artifact_of(call, repo)
    if call.args["archive_format"] != "zip":
        raise not_found()
    call.actor()
    if artifact.expires <= call.world.now():
        raise ApiError(410, "Artifact has expired")
    return Reply(302, None, {"Location": signed(call.world, artifact)})


ROUTES: list[Route] = [
    ("GET", RUNS, list_runs),
    ("GET", RUN, get_run),
    ("GET", f"{RUN}/jobs", list_jobs),
    ("GET", f"{RUN}/artifacts", list_artifacts),
    ("GET", ATTEMPT, get_attempt),
    ("GET", f"{ATTEMPT}/jobs", list_attempt_jobs),
    ("GET", ARTIFACT, get_artifact),
    ("GET", f"{ARTIFACT}/<archive_format>", download),
]
