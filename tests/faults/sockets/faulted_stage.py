"""One small workspace between the two simulators: a busy run with a fault in it, and the runs that must heal it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from pathlib import Path

from both_sides import PROJECT, SIDES, BothSides, Side, other
from fault_cells import Cell
from fault_rows import ROWS
from stage import Stage, open_stage
from watched import Aim, Counting, Watch, watched

from pmhub.config.workspace import Guards, MaxClose
from pmhub.sync.report import Report
from pmhub.sync.run import run

TICKETS, COMMENTS, EDITS, RUNS = 6, 3, 3, 4
MORE = {"create": "born", "update": "renamed", "transition": "moved_on", "comment": "said"}
"""What people do more of, for enough calls of a kind."""


@dataclass
class Faulted:
    stage: Stage
    sides: BothSides
    watch: Watch

    def busy(self, side: Side, call: str) -> None:
        """People do a little of everything, and enough on the other side for three calls of this kind on this one."""
        there = other(side)
        wanted = Counter(born=1, renamed=1, moved_on=1, said=1)
        wanted[more_of(call)] = EDITS
        for act, times in wanted.items():
            for _ in range(times):
                getattr(self.sides, act)(there)
        self.sides.renamed(side)
        self.sides.said(side)

    def run(self, *, deep: bool = False) -> Report:
        self.sides.forget_requests()
        self.watch.begin()
        with self.stage.hub() as hub:
            if deep:
                hub.pace = replace(hub.pace, deep_every=1)
            return run(hub)

    def settled(self) -> str:
        """Runs until one writes nothing; what is wrong then, a line each."""
        for _ in range(RUNS):
            self.stage.rest()
            report = self.run()
            if not self.sides.writes:
                break
        wrong = self.sides.violations(self.stage.workspace.database)
        if self.sides.writes:
            wrong.append(f"run {RUNS} after the fault still writes: {[(x.method, x.path) for x in self.sides.writes]}")
        if report.exit_code:
            wrong.append(f"the last run ends with {report.exit_code}: {report}")
        return "\n".join(wrong)

    def counted(self, side: Side, call: str) -> Counter[str]:
        """How many requests of each kind a run that is busy for this one makes on this side: the less of two runs, as the
        first looks up more.
        """
        simulator, found = getattr(self.sides, side), []
        for _ in range(2):
            simulator.faults.append(Counting(self.watch))
            self.busy(side, call)
            self.run(deep=is_deep(call))
            simulator.faults.clear()
            found.append(self.watch.counts.copy())
            wrong = self.settled()
            assert not wrong, f"without any fault: {wrong}"
        return reduce(and_, found)


def more_of(call: str) -> str:
    return MORE.get(call, "renamed")


def is_deep(call: str) -> bool:
    return call in {"sweep", "read"}


@contextmanager
def faulted(folder: Path, tickets: int = TICKETS) -> Iterator[Faulted]:
    """A settled workspace with so many tickets born on each side."""
    watch = Watch()
    folder.mkdir(exist_ok=True)
    with open_stage(folder) as stage:
        for connection in ("github", "jira"):
            old = stage.workspace.connections[connection]
            stage.workspace.connections[connection] = replace(old, connector=watched(old.connector, watch))
        stage.workspace = replace(stage.workspace, guards=Guards(max_close=MaxClose(percent=100)))
        stage.github.add_repo("example/elsewhere", private=True)
        stage.jira.add_project("ELSE", name="Elsewhere")
        world = Faulted(stage, BothSides(stage.github, stage.jira), watch)
        for _ in range(tickets):
            for side in SIDES:
                world.sides.born(side)
        for n in range(COMMENTS):
            world.sides.said(SIDES[n % 2])
        wrong = world.settled()
        assert not wrong, f"the first run: {wrong}"
        assert len(stage.jira.issues(PROJECT)) == 2 * tickets
        yield world


def nth_of(cell: Cell, count: int) -> int:
    return {"first": 1, "middle": (count + 1) // 2, "last": count}[cell.position]


def suffer(world: Faulted, cell: Cell, count: int) -> str:
    """A busy run with this fault in it, then peace. What is wrong in the end, empty if nothing; raises if nothing struck."""
    row = ROWS[cell.row]
    world.busy(cell.side, cell.call)
    aim = Aim(world.watch, cell.call, nth_of(cell, count))
    lift = row.arm(world.sides, cell.side, aim)
    try:
        report = world.run(deep=is_deep(cell.call))
    finally:
        lift()
    assert aim.struck, f"{cell}: the fault fell on nothing: {count} requests counted, {aim.seen} seen"
    wrong = world.settled()
    if report.exit_code not in row.codes:
        wrong += f"\nthe faulted run ended with {report.exit_code}, not one of {sorted(row.codes)}: {report}"
    return wrong
