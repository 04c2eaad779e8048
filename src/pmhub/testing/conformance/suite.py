"""The test class an author subclasses. Its checks are functions; the class only runs them, one a kind, and skips by need."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import pytest

from pmhub.sdk import Kind
from pmhub.testing.choke import Choke
from pmhub.testing.conformance import (
    changelog,
    declaring,
    failing,
    fitting,
    linking,
    listing,
    reading,
    ring,
    secrecy,
    table,
    writing,
)
from pmhub.testing.conformance.bench import Bench, Clock
from pmhub.testing.conformance.expectation import Unmet
from pmhub.testing.conformance.rules import Check, Skipped
from pmhub.testing.conformance.transport import Weather
from pmhub.testing.conformance.trial import START, Trial

_MODULES: tuple[ModuleType, ...] = (
    declaring,
    fitting,
    listing,
    reading,
    writing,
    linking,
    changelog,
    failing,
    secrecy,
)
CHECKS: tuple[Check, ...] = tuple(
    found for module in _MODULES for found in vars(module).values() if isinstance(found, Check)
)


def trial_of(bench: type[Bench], kind: Kind) -> Trial:
    """A new remote with a new connector on it. Close it when done."""
    choke = Choke(tick=0, now=START)
    return Trial(bench(Clock(choke)), kind, choke, Weather(choke))


def verdict(check: Check, bench: type[Bench], kind: Kind) -> Unmet | Skipped | None:
    """What is wrong, why it does not apply, or None."""
    trial = trial_of(bench, kind)
    try:
        check.run(trial)
    except (Unmet, Skipped) as found:
        return found
    finally:
        trial.close()
    return None


class ConnectorConformance:
    """`bench`: yours. `crashes`, `storms`: how many times the ring is killed, and how many times it is run with faults.

    `known`: what is not met yet and why, by check or check and kind (`texts_come_back`, `texts_come_back-comment`).
    """

    bench: ClassVar[type[Bench]]
    known: ClassVar[Mapping[str, str]] = {}
    crashes: ClassVar[int] = 20
    storms: ClassVar[int] = 3

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        cls: Any = metafunc.cls
        table.show_at_the_end(metafunc.config)
        if "check" in metafunc.fixturenames:
            kinds = cls.bench.checked_kinds()
            cases = [(check, kind) for check in CHECKS for kind in (kinds[:1] if check.once else kinds)]
            metafunc.parametrize(("check", "kind"), cases, ids=[f"{c.name}-{k}" for c, k in cases])
        if "crash" in metafunc.fixturenames:
            metafunc.parametrize("crash", range(cls.crashes + 1))
        if "storm" in metafunc.fixturenames:
            metafunc.parametrize("storm", range(cls.storms))

    def test_rule(self, check: Check, kind: Kind, record_property: Any) -> None:  # noqa: ANN401 - pytest's
        record_property(table.PROPERTY, [check.method, check.name, str(kind)])
        __tracebackhide__ = True
        found = verdict(check, self.bench, kind)
        if isinstance(found, Skipped):
            pytest.skip(str(found))
        why = self.known.get(f"{check.name}-{kind}", self.known.get(check.name, ""))
        if found is not None and why:
            pytest.xfail(why)
        if found is not None or why:
            pytest.fail(str(found or f"{check.name} is met: take it out of `known`"), pytrace=False)

    def test_nothing_is_doubled_or_lost_when_killed(self, crash: int, record_property: Any) -> None:  # noqa: ANN401
        """The first is not killed at all; the others at steps spread over the whole."""
        record_property(table.PROPERTY, ["ring", "killed", "ring"])
        self._ring_needs_tickets()
        at = None if crash == 0 else 1 + (self._steps() * (crash - 1)) // self.crashes
        _tell(ring.killed(self.bench, 0, at), f"killed at step {at}" if at else "not killed")

    def test_nothing_is_doubled_or_lost_when_requests_fail(self, storm: int, record_property: Any) -> None:  # noqa: ANN401
        record_property(table.PROPERTY, ["ring", "failing requests", "ring"])
        self._ring_needs_tickets()
        _tell(ring.battered(self.bench, storm), f"storm {storm}")

    def _ring_needs_tickets(self) -> None:
        if Kind.TICKET not in self.bench.checked_kinds():
            pytest.skip("the ring is about tickets and their comments")

    @classmethod
    def _steps(cls) -> int:
        """Counted once a process."""
        if "_counted" not in vars(cls):
            cls._counted = ring.steps_of(cls.bench, 0)
        return cls._counted

    _counted: ClassVar[int]


def _tell(found: list[str], where: str) -> None:
    __tracebackhide__ = True
    if found:
        lines = "\n  ".join(found[:12])
        pytest.fail(f"in a ring with two memory remotes, {where}, at rest again:\n  {lines}", pytrace=False)
