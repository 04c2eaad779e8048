"""Of plans, runs and how the workspace stands; and an error."""

from __future__ import annotations

from pmhub.cli.shapes.values import Counts
from pmhub.model.lean import dataclass
from pmhub.sync.cost import Cost
from pmhub.sync.preview import Clashing, Row


@dataclass
class Match:
    """Things that are taken for one. `by`: why."""

    names: list[str]
    by: str


@dataclass
class Doubt:
    """Things that may be one: a person says."""

    names: list[str]
    why: str


@dataclass
class Choice:
    """The options that the plan was made with."""

    syncs: list[str]
    only: list[str]
    kinds: list[str]
    prefer: str | None
    max_changes: int | None
    allow_public: bool
    deep: bool


@dataclass
class Plan:
    """`pmhub plan`. `made_at`: milliseconds since the epoch. `counts`: connection → verb → writes. `stopped`: the guard's reason."""

    made_at: int
    meaning: str
    clashes: list[Clashing]
    costs: list[Cost]
    matches: list[Match]
    doubts: list[Doubt]
    choice: Choice
    counts: dict[str, Counts]
    stopped: str
    rows: list[Row]


@dataclass
class Problem:
    """`code`: see docs/errors.md. `field`: the one it is about, or empty. `new`: no earlier run told of it."""

    where: str
    message: str
    hint: str
    code: str
    field: str
    new: bool


@dataclass
class Run:
    """`pmhub sync`, `apply`, `undo --yes`. `connections`: connection → what happened there → to how many items."""

    run: int
    exit_code: int
    connections: dict[str, Counts]
    stopped: str
    conflicts_settled: int
    conflicts_held: int
    dead_letters: int
    unknown_writes: int
    left_out: Counts
    matches: int
    doubts: list[Doubt]
    problems: list[Problem]
    recovered: list[str]


@dataclass
class Ended:
    """A run that was. `ended` None: it did not end. `done`: what → how often."""

    run: int
    started: str
    ended: str | None
    exit_code: int | None
    done: Counts


@dataclass
class SyncState:
    """`items`: kind → how many. What waits for a person is not told `--as-of` a day: nobody wrote it down."""

    sync: str
    seconds_since_complete: float | None
    items: Counts
    conflicts_open: int = 0
    dead_letters: int = 0
    unknown_writes: int = 0


@dataclass
class Status:
    """`pmhub status`. `seconds_since_complete` None: no run was."""

    database: str
    seconds_since_complete: float | None
    syncs: list[SyncState]
    runs: list[Ended]
    as_of: str = ""


@dataclass
class Error:
    """On stderr, one a line, with `--format json` or `jsonl`. `problems`: of a configuration, each with its line."""

    type: str
    code: str
    message: str
    problems: list[str]
    hint: str


@dataclass
class CarriedOut:
    """A run by a worker, whatever became of it. `seconds`: how long it took, with the start of its process."""

    began: str
    ended: str
    seconds: float
    exit_code: int
    worker: str


@dataclass
class Turns:
    """`sync`, `deep`: cron's five words, in UTC; empty for never. `waiting` to `failed` are counts of runs, the last two of three
    days. `next`: when the schedule next asks for one. `overdue`: one that it asked for must have ended by now, and none went well.
    """

    workspace: str
    sync: str
    deep: str
    waiting: int
    running: int
    done: int
    failed: int
    last_run: CarriedOut | None
    next: str | None
    overdue: bool


@dataclass
class Worker:
    """`running`: workspaces. `alive`: it gave a heartbeat lately."""

    worker: str
    version: str
    alive: bool
    heartbeat_age_seconds: float
    slots: int
    running: list[str]


@dataclass
class Schedule:
    """`pmhub schedule show`. `workers`: all of the queue, whatever they serve."""

    workers: list[Worker]
    workspaces: list[Turns]


@dataclass
class Asked:
    """`new` false: one like it waited already."""

    workspace: str
    new: bool


@dataclass
class Scheduled:
    """`pmhub schedule now`."""

    workspaces: list[Asked]
