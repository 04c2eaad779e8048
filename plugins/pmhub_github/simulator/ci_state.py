"""What the simulator remembers of CI: runs with their attempts, artifacts, statuses of commits."""

from __future__ import annotations

from dataclasses import dataclass, field

from .pictures import Picture


@dataclass(slots=True)
class Step:
    name: str
    conclusion: str = "success"


@dataclass(slots=True)
class Job:
    """`seconds`: how long it took, from the start of the attempt it first ran in."""

    id: int
    name: str
    conclusion: str
    seconds: int
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Attempt:
    """`conclusion` None: it is still running."""

    number: int
    started: int
    updated: int
    conclusion: str | None = None
    jobs: list[Job] = field(default_factory=list)


@dataclass(slots=True)
class WorkflowRun:
    """`created` stays when it is re-run; `attempts` holds at least one."""

    id: int
    number: int
    workflow: str
    file: str
    created: int
    actor: str
    event: str
    sha: str
    branch: str | None
    message: str
    title: str
    attempts: list[Attempt]

    @property
    def latest(self) -> Attempt:
        return self.attempts[-1]


@dataclass(slots=True)
class Artifact:
    """`files`: name → text. It expires at `expires`."""

    id: int
    run: int
    name: str
    created: int
    expires: int
    files: dict[str, str]


@dataclass(slots=True)
class Status:
    id: int
    sha: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: str
    created: int


@dataclass(slots=True)
class CheckRun:
    """What an App says of a commit; `suite` is one for all of an App on a commit. `conclusion` None: it is still running."""

    id: int
    sha: str
    name: str
    app: str
    suite: int
    started: int
    conclusion: str | None = None
    completed: int | None = None
    title: str | None = None


@dataclass(slots=True)
class RepoCi:
    """`commits`: those that exist, beside the ones that runs are of."""

    runs: dict[int, WorkflowRun] = field(default_factory=dict)
    artifacts: dict[int, Artifact] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    checks: list[CheckRun] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Ci:
    """By repository id. `storage_url`: where artifacts lie, another origin than the API; `pictures` by asset lie there, too."""

    repos: dict[int, RepoCi] = field(default_factory=dict)
    storage_url: str = ""
    pictures: dict[str, Picture] = field(default_factory=dict)

    def of(self, repo: int) -> RepoCi:
        return self.repos.setdefault(repo, RepoCi())
