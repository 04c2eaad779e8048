"""The tests that speak of an item, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.opening import Opened
from pmhub.cli.plain import line
from pmhub.cli.telling import moment
from pmhub.engine.result_history import Verdict
from pmhub.model.ci import State
from pmhub.sync.naming import name_of
from pmhub.sync.standing import Tested, standing


def tests_of(opened: Opened, item: str) -> dict[str, Any]:
    found = standing(opened.hub, item)
    return {"state": str(found.state), "results": [_row(opened, tested) for tested in found.tests]}


def _row(opened: Opened, tested: Tested) -> dict[str, Any]:
    result, run = tested.result, tested.result.run.run
    finished = run.finished or run.started or result.run.at
    return {
        "test": result.test.name if result.test else None,
        "suite": result.test.suite if result.test else run.suite,
        "outcome": str(result.outcome),
        "flaky": result.flaky,
        "environment": run.environment,
        "message": result.message,
        "run": run.run,
        "attempt": run.attempt,
        "commit": run.commit,
        "branch": run.branch,
        "url": run.url,
        "finished": moment(finished),
        "of": name_of(opened.hub, tested.item),
        "verdict": str(tested.health.verdict),
        "failures": tested.health.failures,
        "runs": tested.health.runs,
        "reasons": list(result.reasons),
    }


def text_of_tests(tests: dict[str, Any] | None, *, reasons: bool = False) -> Iterator[str]:
    if tests is None or tests["state"] == State.UNCOVERED:
        return
    yield f"  {click.style('tests', bold=True)}: {tests['state']}"
    for row in tests["results"]:
        name = row["test"] or f"run {row['run']}"
        where = f" on {row['environment']}" if row["environment"] else ""
        yield f"    {line(name)}{line(where)}: {row['outcome']}{_verdict(row)}  ({row['finished']})"
        yield from (f"      {line(reason)}" for reason in row["reasons"] if reasons)


def _verdict(row: dict[str, Any]) -> str:
    if row["verdict"] == Verdict.FLAKY:
        return f", flaky: failed in {row['failures']} of {row['runs']} runs"
    return ", flaky in this run" if row["flaky"] else ""
