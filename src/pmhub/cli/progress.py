"""How far a run is: a bar on a terminal, a line every half minute elsewhere, nothing when that is asked for."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any

from pmhub.cli.plain import line
from pmhub.cli.session import Session, nothing
from pmhub.cli.telling import age
from pmhub.model.lean import dataclass
from pmhub.sync.hub import Hub
from pmhub.sync.naming import name_of
from pmhub.sync.steps import Step

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE, EVERY = 1.0, 30.0
"""Seconds: before a bar appears, and between two lines."""
Clock = Callable[[], float]


@contextmanager
def with_progress(session: Session, hub: Hub) -> Iterator[None]:
    """Whoever speaks meanwhile puts the bar away first; it comes back with the next step."""
    if session.quiet:
        yield
        return
    pace = Pace(lambda where: _named(hub, where))
    if not session.has_terminal:
        hub.watch = Lines(pace)
        yield
        return
    hub.watch = bar = Bar(pace, colored=session.colored)
    session.before_speaking = bar.clear
    handlers = logging.getLogger("pmhub").handlers
    for handler in handlers:
        handler.addFilter(bar.give_way)
    try:
        yield
    finally:
        bar.clear()
        session.before_speaking = nothing
        for handler in handlers:
            handler.removeFilter(bar.give_way)


def _named(hub: Hub, where: str) -> str:
    connection, _, item = where.partition(": ")
    return f"{name_of(hub, item) if item else connection} on {connection}"


@dataclass
class Pace:
    """How long the rest of a phase will take, by what it took so far. `name`: where a refusal was, for people."""

    name: Callable[[str], str]
    clock: Clock = time.monotonic
    phase: tuple[object, ...] = ()
    began: float = 0.0
    first: int = 0

    def told(self, step: Step) -> str:
        """`340 of 2000, about 12 minutes left`"""
        if self.phase != (step.doing, step.connection, step.total):
            self.phase = (step.doing, step.connection, step.total)
            self.began, self.first = self.clock(), step.done
        parts = [self._count(step), self._left(step), self._refused(step)]
        return ", ".join(part for part in parts if part)

    def _count(self, step: Step) -> str:
        return f"{step.done} of {step.total}" if step.total else f"{step.done} so far" if step.done else ""

    def _left(self, step: Step) -> str:
        done = step.done - self.first
        if not step.total or done <= 0:
            return ""
        seconds = (self.clock() - self.began) * (step.total - step.done) / done
        return f"about {age(seconds)} left"

    def _refused(self, step: Step) -> str:
        return f"{step.refused} refused, last {line(self.name(step.last))}" if step.refused else ""


def label(step: Step) -> str:
    return f"{step.doing} {step.connection}".strip()


@dataclass
class Lines:
    """Through the log, so that each is JSON where the log is."""

    pace: Pace
    every: float = field(default_factory=lambda: EVERY)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("pmhub.progress"))
    last: float = 0.0

    def __post_init__(self) -> None:
        self.last = self.pace.clock()
        self.log.setLevel(logging.INFO)

    def __call__(self, step: Step) -> None:
        told = self.pace.told(step)
        if self.pace.clock() - self.last >= self.every:
            self.last = self.pace.clock()
            self.log.info("%s", f"{label(step)}: {told}" if told else label(step))


@dataclass
class Bar:
    """`colored` None: as the terminal can. Nothing is drawn by a run that is done before anybody wonders."""

    pace: Pace
    colored: bool | None = None
    patience: float = PATIENCE
    began: float = 0.0
    drawn: Progress | None = None
    phase: str = ""

    def __post_init__(self) -> None:
        self.began = self.pace.clock()

    def __call__(self, step: Step) -> None:
        told = self.pace.told(step)
        if self.pace.clock() - self.began < self.patience:
            return
        if self.drawn is None:
            self.drawn = self._bar()
            self.drawn.add_task("")
        [task] = self.drawn.task_ids
        if self.phase != label(step):
            self.phase = label(step)
            self.drawn.reset(task, start=True, total=step.total)
        self.drawn.update(task, description=label(step), total=step.total, completed=step.done, told=told)
        self.drawn.start()

    def _bar(self) -> Progress:
        from rich.console import Console  # noqa: PLC0415 - slow to import, and only for a terminal
        from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

        console = Console(file=sys.stderr, no_color=True if self.colored is False else None, highlight=False)
        what, told = (TextColumn(f"{{task.{part}}}", markup=False) for part in ("description", "fields[told]"))
        return Progress(
            what,
            BarColumn(24, complete_style="green"),
            told,
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def clear(self) -> None:
        if self.drawn:
            self.drawn.stop()
            self.drawn, self.phase = None, ""

    def give_way(self, record: Any) -> bool:  # noqa: ANN401 - a filter of a log's handler
        del record
        self.clear()
        return True
