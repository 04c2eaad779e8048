"""Workflow runs, jobs, artifacts and commit statuses as GitHub's REST API writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ci_archive import archive
from .shapes import WEB, Json, iso, person, repo_json, repo_url
from .state import node_id

if TYPE_CHECKING:
    from .ci_state import Artifact, Attempt, Job, Status, Step, WorkflowRun
    from .state import Repo
    from .world import World


def run_json(world: World, repo: Repo, run: WorkflowRun, attempt: Attempt) -> Json:
    """One attempt. An earlier one is asked for by its own address and then says when it was made itself."""
    base = repo_url(world, repo)
    url, is_latest = f"{base}/actions/runs/{run.id}", attempt is run.latest
    earlier = f"{url}/attempts/{attempt.number - 1}" if attempt.number > 1 else None
    whole = repo_json(world, repo, None)
    return {
        "id": run.id,
        "name": run.workflow,
        "node_id": node_id("WFR", run.id),
        "head_branch": run.branch,
        "head_sha": run.sha,
        "path": f".github/workflows/{run.file}",
        "display_title": run.title,
        "run_number": run.number,
        "run_attempt": attempt.number,
        "event": run.event,
        "status": "in_progress" if attempt.conclusion is None else "completed",
        "conclusion": attempt.conclusion,
        "workflow_id": sum(run.file.encode()),
        "check_suite_id": run.id,
        "check_suite_node_id": node_id("CS", run.id),
        "url": url,
        "html_url": f"{WEB}/{repo.full_name}/actions/runs/{run.id}",
        "pull_requests": [],
        "created_at": iso(run.created if is_latest else attempt.started),
        "updated_at": iso(attempt.updated),
        "run_started_at": iso(attempt.started),
        "actor": person(world, run.actor),
        "triggering_actor": person(world, run.actor),
        "previous_attempt_url": earlier,
        **{f"{part}_url": f"{url}/{part}" for part in ("jobs", "logs", "artifacts", "cancel", "rerun")},
        "check_suite_url": f"{base}/check-suites/{run.id}",
        "workflow_url": f"{base}/actions/workflows/{sum(run.file.encode())}",
        "head_commit": commit_json(run),
        "repository": whole,
        "head_repository": whole,
    }


def commit_json(run: WorkflowRun) -> Json:
    someone = {"name": run.actor, "email": f"{run.actor}@example.com"}
    return {
        "id": run.sha,
        "tree_id": run.sha[::-1],
        "message": run.message,
        "timestamp": iso(run.created),
        "author": someone,
        "committer": someone,
    }


def job_json(world: World, repo: Repo, run: WorkflowRun, attempt: Attempt, job: Job) -> Json:
    base, web = repo_url(world, repo), f"{WEB}/{repo.full_name}/actions/runs/{run.id}"
    ended = iso(attempt.started + job.seconds)
    steps = [step_json(place, step) for place, step in enumerate(job.steps, 1)]
    return {
        "id": job.id,
        "run_id": run.id,
        "workflow_name": run.workflow,
        "head_branch": run.branch,
        "run_url": f"{base}/actions/runs/{run.id}",
        "run_attempt": attempt.number,
        "node_id": node_id("CR", job.id),
        "head_sha": run.sha,
        "url": f"{base}/actions/jobs/{job.id}",
        "html_url": f"{web}/job/{job.id}",
        "status": "completed",
        "conclusion": job.conclusion,
        "created_at": iso(attempt.started),
        "started_at": iso(attempt.started),
        "completed_at": ended,
        "name": job.name,
        "steps": [{**step, "started_at": iso(attempt.started), "completed_at": ended} for step in steps],
        "check_run_url": f"{base}/check-runs/{job.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1,
        "runner_name": "GitHub Actions 1",
        "runner_group_id": 0,
        "runner_group_name": "GitHub Actions",
    }


def step_json(place: int, step: Step) -> Json:
    return {"name": step.name, "status": "completed", "conclusion": step.conclusion, "number": place}


def artifact_json(world: World, repo: Repo, run: WorkflowRun, artifact: Artifact) -> Json:
    url = f"{repo_url(world, repo)}/actions/artifacts/{artifact.id}"
    return {
        "id": artifact.id,
        "node_id": node_id("A", artifact.id),
        "name": artifact.name,
        "size_in_bytes": len(archive(artifact.files)),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": artifact.expires <= world.now(),
        "digest": None,
        "created_at": iso(artifact.created),
        "updated_at": iso(artifact.created),
        "expires_at": iso(artifact.expires),
        "workflow_run": {
            "id": run.id,
            "repository_id": repo.id,
            "head_repository_id": repo.id,
            "head_branch": run.branch or "",
            "head_sha": run.sha,
        },
    }


def simple_status_json(world: World, repo: Repo, status: Status) -> Json:
    avatar = (person(world, status.creator) or {})["avatar_url"]
    return {
        "url": f"{repo_url(world, repo)}/statuses/{status.sha}",
        "avatar_url": avatar,
        "id": status.id,
        "node_id": node_id("SC", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": iso(status.created),
        "updated_at": iso(status.created),
    }


def status_json(world: World, repo: Repo, status: Status) -> Json:
    return {**simple_status_json(world, repo, status), "creator": person(world, status.creator)}
