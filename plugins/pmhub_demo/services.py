"""Both services as stand-ins on this machine, and the shop's backlog in them."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pmhub_demo.backlog import Backlog, Ticket
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_github.simulator.ci_storage import Storage
from pmhub_jira.richtext import to_adf
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

if TYPE_CHECKING:
    from collections.abc import Iterator

REPO = "demo-shop/webshop"
PROJECT = "SHOP"
BOT = "pmhub-bot"
BOT_MAIL = "pmhub-bot@example.com"
GITHUB_TOKEN = "fake-token-github"  # noqa: S105 - plainly no secret
JIRA_TOKEN = "fake-token-jira"  # noqa: S105
ANN, ANN_TOKEN = "demo-ann", "fake-token-ann"
PEOPLE = (ANN, "demo-bob", "demo-cem", "demo-dee")
STRANGERS = ("demo-guest", "demo-external")
"""One on each side who stands in no people map."""
HISTORY = 21 * 24 * 3600
"""Seconds before now in which the backlog came to be."""
PAUSE = 2.5
GITHUB_TYPES = {"bug": "Bug", "story": "Feature", "task": "Task"}


class Clock:
    """Real time, but for the past in which the backlog is written."""

    def __init__(self) -> None:
        self.past: float | None = None

    def __call__(self) -> float:
        return time.time() if self.past is None else self.past

    @contextmanager
    def history(self, steps: int) -> Iterator[float]:
        """Begin in the past; the caller moves `past` on by the seconds it is given."""
        self.past = time.time() - HISTORY
        try:
            yield HISTORY / (steps + 1)
        finally:
            self.past = None


@dataclass
class Services:
    clock: Clock = field(default_factory=Clock)
    github: GitHubSimulator = field(init=False)
    jira: JiraSimulator = field(init=False)
    github_url: str = ""
    jira_url: str = ""

    def __post_init__(self) -> None:
        self.github = GitHubSimulator(self.clock)
        self.jira = JiraSimulator(self.clock)

    @property
    def requests(self) -> int:
        return len(self.github.requests) + len(self.jira.requests)

    def account(self, person: str) -> str:
        """The Jira account of a person of the demo."""
        return f"account-{person}"


def let_time_pass() -> None:
    """GitHub tells time in whole seconds: what people do now has to be plainly later than what pmhub just did."""
    time.sleep(PAUSE)


@contextmanager
def started(backlog: Backlog) -> Iterator[Services]:
    services = Services()
    _set_up(services)
    with services.clock.history(len(backlog.github) + len(backlog.jira)) as step:
        _fill(services, backlog, step)
    with serve_github(services.github) as github, Storage(services.github), serve_jira(services.jira) as jira:
        services.github_url, services.jira_url = github.url, jira.url
        yield services


def _set_up(services: Services) -> None:
    services.github.add_repo(REPO, private=True)
    services.github.token(GITHUB_TOKEN, login=BOT)
    services.github.token(ANN_TOKEN, login=ANN)
    services.jira.add_project(PROJECT, name="Web shop")
    bot = services.jira.add_user(BOT, email=BOT_MAIL)
    services.jira.token(BOT_MAIL, JIRA_TOKEN, bot.account_id)
    for person in (*PEOPLE, *STRANGERS):
        services.github.add_user(person)
        services.jira.add_user(person, account_id=services.account(person))


def _fill(services: Services, backlog: Backlog, step: float) -> None:
    clock, keys = services.clock, dict[str, str]()
    for ticket in backlog.github:
        _on_github(services, ticket)
        clock.past = clock() + step
    for ticket in backlog.jira:
        keys[ticket.title] = _in_jira(services, ticket, keys)
        clock.past = clock() + step


def _on_github(services: Services, ticket: Ticket) -> None:
    issue = services.github.user_create_issue(
        REPO,
        ticket.title,
        ticket.text,
        user="demo-dee",
        labels=ticket.labels,
        assignees=[ticket.assignee] if ticket.assignee else [],
        type=GITHUB_TYPES[ticket.type],
    )
    for author, text in _said(ticket):
        services.github.user_comment(REPO, issue.number, text, user=author)
    if ticket.closed:
        services.github.user_close(REPO, issue.number, user="demo-dee")


def _in_jira(services: Services, ticket: Ticket, keys: dict[str, str]) -> str:
    more: dict[str, Any] = {"labels": list(ticket.labels), "priority": {"name": ticket.priority}}
    if ticket.assignee:
        more["assignee"] = {"accountId": services.account(ticket.assignee)}
    if ticket.parent:
        more["parent"] = {"key": keys[ticket.parent]}
    issue = services.jira.user_create_issue(
        PROJECT, ticket.title, _document(ticket), ticket.type.capitalize(), user=services.account("demo-dee"), **more
    )
    for author, text in _said(ticket):
        services.jira.user_comment(issue.key, to_adf(text), user=services.account(author))
    if ticket.status != "To Do":
        services.jira.user_transition(issue.key, ticket.status, user=services.account("demo-dee"))
    return issue.key


def _document(ticket: Ticket) -> Any:  # noqa: ANN401 - JSON
    if ticket.form == "adf":
        return json.loads(ticket.text)
    return to_adf(ticket.text) if ticket.text else None


def _said(ticket: Ticket) -> list[tuple[str, str]]:
    """Each comment with who made it: people take turns."""
    return [(PEOPLE[n % len(PEOPLE)], text) for n, text in enumerate(ticket.comments)]
