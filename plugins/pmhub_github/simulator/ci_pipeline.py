"""What runners do in a repository: run workflows, again where someone asks for it, and keep artifacts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .ci_state import Artifact, Attempt, CheckRun, Job, WorkflowRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .ci_state import RepoCi, Step
    from .simulator import GitHubSimulator

RETENTION = 90 * 24 * 3600
REDO = frozenset({"failure", "timed_out", "cancelled", "startup_failure"})


@dataclass(frozen=True)
class Pipeline:
    """The CI of one repository. Times are the server's: whole seconds."""

    simulator: GitHubSimulator
    repo: str

    @property
    def ci(self) -> RepoCi:
        return self.simulator.world.ci.of(self.simulator.repo(self.repo).id)

    def push(self, message: str) -> str:
        """Return the id of a new commit."""
        with self.simulator.lock:
            sha = hashlib.sha256(f"{self.repo} {len(self.ci.commits)} {message}".encode()).hexdigest()[:40]
            self.ci.commits.append(sha)
            return sha

    def check(self, sha: str, name: str, *, app: str = "other-ci") -> CheckRun:
        """Let an App begin to check a commit; a check of the same name is run again."""
        world = self.simulator.world
        with self.simulator.lock:
            suites = {one.suite for one in self.ci.checks if (one.sha, one.app) == (sha, app)}
            suite = suites.pop() if suites else world.new_id()
            found = CheckRun(world.new_id(), sha, name, app, suite, world.now())
            self.ci.checks.append(found)
            return found

    def conclude(self, check: CheckRun, conclusion: str = "success", title: str | None = None) -> None:
        with self.simulator.lock:
            check.conclusion, check.completed, check.title = conclusion, self.simulator.world.now(), title

    def start(
        self,
        message: str,
        *,
        file: str = "ci.yml",
        workflow: str = "CI",
        event: str = "push",
        branch: str | None = "main",
        title: str = "",
        actor: str = "octocat",
    ) -> WorkflowRun:
        """Push a commit and begin a run for it; without a `title` the message's first line is shown."""
        world = self.simulator.world
        with self.simulator.lock:
            now, sha = world.now(), self.push(message)
            title = title or message.partition("\n")[0]
            run = WorkflowRun(
                id=world.new_id(),
                number=len(self.ci.runs) + 1,
                workflow=workflow,
                file=file,
                created=now,
                actor=world.user(actor).login,
                event=event,
                sha=sha,
                branch=branch,
                message=message,
                title=title,
                attempts=[Attempt(1, now, now)],
            )
            self.ci.runs[run.id] = run
            return run

    def job(
        self, run: WorkflowRun, name: str, conclusion: str = "success", *, seconds: int = 60, steps: Sequence[Step] = ()
    ) -> Job:
        """Let a job of the running attempt end."""
        with self.simulator.lock:
            job = Job(self.simulator.world.new_id(), name, conclusion, seconds, list(steps))
            run.latest.jobs = [*(other for other in run.latest.jobs if other.name != name), job]
            return job

    def upload(self, run: WorkflowRun, name: str, files: Mapping[str, str]) -> Artifact:
        with self.simulator.lock:
            now = self.simulator.world.now()
            artifact = Artifact(self.simulator.world.new_id(), run.id, name, now, now + RETENTION, dict(files))
            self.ci.artifacts[artifact.id] = artifact
            return artifact

    def end(self, run: WorkflowRun, conclusion: str = "success") -> None:
        with self.simulator.lock:
            run.latest.conclusion, run.latest.updated = conclusion, self.simulator.world.now()

    def rerun(self, run: WorkflowRun, *, failed_only: bool = False) -> None:
        """Begin another attempt: the id and the time of creation stay. Jobs that are not run again are taken over."""
        with self.simulator.lock:
            now = self.simulator.world.now()
            kept = [replace(job) for job in run.latest.jobs if failed_only and job.conclusion not in REDO]
            run.attempts.append(Attempt(len(run.attempts) + 1, now, now, jobs=kept))

    def expire(self, artifact: Artifact) -> None:
        artifact.expires = self.simulator.world.now()

    def delete(self, run: WorkflowRun) -> None:
        with self.simulator.lock:
            del self.ci.runs[run.id]
