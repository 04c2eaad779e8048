"""The shop's CI: two runs of its tests, which speak of a ticket by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_demo import people
from pmhub_demo.services import REPO
from pmhub_github.simulator.ci_pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pmhub_demo.services import Services

REPORT = """\
<testsuite name="shop">
  <testcase classname="checkout" name="pays with a card" time="0.8"/>
  <testcase classname="checkout" name="pays with a gift card and a card" time="1.1">{}</testcase>
  <testcase classname="checkout" name="shows what is left to pay" time="0.2"/>
</testsuite>
"""
FAILURE = '<failure message="expected 12.50, got -2.50"/>'


def work(services: Services) -> Iterator[str]:
    """The tests fail on the branch where somebody begins to mend."""
    key = people.in_jira(services, people.SHARED).key
    _run(services, f"{key} show that it fails", "failure", REPORT.format(FAILURE))
    yield f"CI      the tests of a commit that names {key} run: 2 passed, 1 failed"


def mend(services: Services) -> Iterator[str]:
    key = people.in_jira(services, people.SHARED).key
    _run(services, f"{key} use the gift card up first", "success", REPORT.format(""))
    yield f"CI      the next commit for {key}: 3 passed"


def _run(services: Services, message: str, conclusion: str, report: str) -> None:
    pipeline = Pipeline(services.github, REPO)
    begun = pipeline.start(message, branch="gift-cards")
    pipeline.job(begun, "test", conclusion)
    pipeline.upload(begun, "junit", {"report.xml": report})
    pipeline.end(begun, conclusion)


def shown(services: Services) -> str:
    """What a person sees on the ticket in Jira: the link that says how its tests stand."""
    (link,) = people.in_jira(services, people.SHARED).remote_links
    return f"{link.object['title']}: {link.object['summary']}"
