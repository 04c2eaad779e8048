"""The one choke point of all I/O: here a run is killed, a call fails, people act, and time goes on."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from pmhub.errors import Ambiguous, Limited, Unavailable
from pmhub.model.codec import dump

Answer = TypeVar("Answer")
SECOND = 1000
START = 1_000_000 * SECOND


class Crash(BaseException):
    """The process is killed here. Nothing may catch it but the harness."""


class Fault(StrEnum):
    BEFORE = "before"
    """Nothing reached the server."""
    AFTER = "after"
    """The server did it; the answer was lost."""
    LIMITED = "limited"
    """The server answered, did nothing, and asks to wait."""


@dataclass
class Choke:
    """Every transaction edge and every edge of a remote call is one `step`.

    `fault`, `agitation`: probabilities of a failing call and of people acting at a step. `tick`: milliseconds a step
    takes. `forced`: call number → fault. `agitate`: people acting inside a run. `log`: every call with its arguments,
    the same bytes for the same seed. `writing`: a transaction is open.
    """

    seed: int = 0
    fault: float = 0.0
    agitation: float = 0.0
    tick: int = SECOND
    now: int = START
    steps: int = 0
    calls: int = 0
    crash_at: int | None = None
    forced: dict[int, Fault] = field(default_factory=dict)
    agitate: Callable[[], None] | None = None
    log: list[str] = field(default_factory=list)
    writing: bool = False
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def clock(self) -> int:
        return self.now

    def step(self) -> None:
        self.steps += 1
        self.now += self.tick
        if self.agitate and self.agitation and self.rng.random() < self.agitation:
            self.agitate()
        if self.crash_at is not None and self.steps >= self.crash_at:
            self.crash_at = None
            raise Crash

    def call(
        self, remote: str, name: str, arguments: object, effect: Callable[[], Answer], *, write: bool, down: bool
    ) -> Answer:
        """One call to a server. A crash at its first step leaves it unsent, at its second applied but unanswered."""
        self.calls += 1
        self.log.append(f"{self.calls} {remote} {name} {dump(arguments)}")
        self.step()
        fault = self._fault(down=down)
        if fault is Fault.LIMITED:
            raise Limited(f"{remote}: too many requests", retry_at=self.now + SECOND)
        if fault is Fault.BEFORE:
            raise _broken(remote, write=write)
        answer = effect()
        self.step()
        if fault is Fault.AFTER:
            raise _broken(remote, write=write)
        return answer

    def _fault(self, *, down: bool) -> Fault | None:
        forced = self.forced.pop(self.calls, None)
        if down:
            return Fault.BEFORE
        if forced is None and self.fault and self.rng.random() < self.fault:
            return self.rng.choice(tuple(Fault))
        return forced

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing happens by chance in here, and nobody is killed."""
        before = self.fault, self.agitation, self.crash_at
        self.fault, self.agitation, self.crash_at = 0.0, 0.0, None
        try:
            yield
        finally:
            self.fault, self.agitation, self.crash_at = before


def _broken(remote: str, *, write: bool) -> Ambiguous | Unavailable:
    return Ambiguous(f"{remote}: no answer to a write") if write else Unavailable(f"{remote}: no answer")
