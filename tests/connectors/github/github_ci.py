"""CI as the connector sees it: a pipeline to drive, a storage on another port, and what was read of it."""

from __future__ import annotations

from typing import Any

from github_connector import Rig, scope

from pmhub.sdk import CiRun, Report
from pmhub_github.simulator.ci_pipeline import Pipeline
from pmhub_github.simulator.ci_state import WorkflowRun

PASSED = '<testsuite name="unit"><testcase name="adds"/></testsuite>'
FAILED = '<testsuite name="unit"><testcase name="adds"><failure/></testcase></testsuite>'
MINUTE = 60
DAY = 24 * 3600


def wait(rig: Rig, seconds: float) -> None:
    rig.sleep(seconds)


def ended(rig: Rig, pipeline: Pipeline, conclusion: str = "success", report: str = PASSED, **about: Any) -> WorkflowRun:
    """A run of a minute that leaves a report behind."""
    run = pipeline.start(about.pop("message", "a change"), **about)
    wait(rig, MINUTE)
    pipeline.job(run, "test", conclusion)
    pipeline.upload(run, "junit-linux", {"report.xml": report})
    pipeline.end(run, conclusion)
    return run


def runs(rig: Rig, since: int = 0, **settings: Any) -> list[CiRun]:
    """As a new process reads them."""
    return list(rig.run().test_runs(scope(**settings), since))


def keys(found: list[CiRun]) -> list[tuple[str, int]]:
    return [one.run.key for one in found]


def content(report: Report) -> bytes:
    with report.open() as stream:
        return stream.read()
