"""The tests that speak of an item, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.opening import Opened
from pmhub.cli.plain import line
from pmhub.cli.telling import moment
from pmhub.model.ci import State
from pmhub.store.results import Result
from pmhub.sync.standing import standing


def tests_of(opened: Opened, item: str) -> dict[str, Any]:
    found = standing(opened.hub, item)
    return {"state": str(found.state), "results": [_row(result) for result in found.results]}


def _row(result: Result) -> dict[str, Any]:
    run = result.run.run
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
        "reasons": list(result.reasons),
    }


def text_of_tests(tests: dict[str, Any] | None, *, reasons: bool = False) -> Iterator[str]:
    if tests is None or tests["state"] == State.UNCOVERED:
        return
    yield f"  {click.style('tests', bold=True)}: {tests['state']}"
    for row in tests["results"]:
        name = row["test"] or f"run {row['run']}"
        where = f" on {row['environment']}" if row["environment"] else ""
        flaky = ", flaky" if row["flaky"] else ""
        yield f"    {line(name)}{line(where)}: {row['outcome']}{flaky}  ({row['finished']})"
        yield from (f"      {line(reason)}" for reason in row["reasons"] if reasons)
