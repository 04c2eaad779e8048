"""A GitHub of one flavour and a Jira between which the hub itself keeps tickets in step, over real sockets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from github_connector import REPO, Flavour, add_bot, private_key

from pmhub.config import Connection, Endpoint, Sync, Workspace
from pmhub.sdk import Kind, Scope, Secret, Vocabulary
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.report import Report
from pmhub.sync.run import run
from pmhub_github.connector import GitHub
from pmhub_github.settings import App, GitHubScope, GitHubSettings
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.connector import JiraConnector
from pmhub_jira.settings import JiraScope, JiraSettings
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

PROJECT = "SHOP"
READS_BY_POST = ("/search/jql", "/bulkfetch", "/comment/list", "/graphql", "/access_tokens")
VERSIONS = {Flavour.ENTERPRISE: (3, 14)}


@dataclass
class Stage:
    github: GitHubSimulator
    jira: JiraSimulator
    workspace: Workspace
    ahead: list[float] = field(repr=False)

    def sync(self, **more: Any) -> Report:
        """Long after the last one, as a new process would do it."""
        self.wait(1200)
        self.github.requests.clear()
        self.jira.requests.clear()
        store = Store(self.workspace.database, durable=False)
        options = Options(clock=lambda: int((time.time() + self.ahead[0]) * 1000), sleep=self.wait, **more)
        try:
            with assembled(self.workspace, store, options) as hub:
                return run(hub)
        finally:
            store.close()

    def wait(self, seconds: float) -> None:
        self.ahead[0] += seconds

    def settle(self) -> Report:
        for _ in range(4):
            report = self.sync()
        assert self.writes() == []
        return report

    def writes(self) -> list[str]:
        every = [*self.github.requests, *self.jira.requests]
        return [f"{x.method} {x.path}" for x in every if x.method != "GET" and not x.path.endswith(READS_BY_POST)]

    def only(self) -> Any:
        [issue] = self.jira.issues(PROJECT)
        return issue


def settings_of(github: GitHubSimulator, flavour: Flavour, url: str) -> GitHubSettings:
    if flavour is not Flavour.APP:
        return GitHubSettings(Secret({"env": "X"}, "fake-token-bot"), url=url, write_interval=0)
    [app] = github.world.apps.apps
    return GitHubSettings(app=App(app, Secret({"env": "X"}, private_key())), url=url, write_interval=0)


def jira_settings(url: str) -> JiraSettings:
    return JiraSettings(url=url, user="bot@example.com", token=Secret({"env": "X"}, "fake-token"))


@contextmanager
def open_stage(
    folder: Path, flavour: Flavour = Flavour.TOKEN, vocabulary: Vocabulary | None = None, **github: Any
) -> Iterator[Stage]:
    """`vocabulary`: of the GitHub. `github`: settings of its endpoint; `repos`: names of them, instead of the usual one;
    `jira_words`: the vocabulary of the Jira.
    """
    ahead = [0.0]

    def clock() -> float:
        return time.time() + ahead[0]

    code, jira = GitHubSimulator(clock, VERSIONS.get(flavour)), JiraSimulator(clock=clock)
    repos, jira_words = github.pop("repos", (REPO,)), github.pop("jira_words", Vocabulary())
    for repo in repos:
        code.add_repo(repo, private=True)
    code.token("fake-token-bot", login="pmhub-bot")
    add_bot(code)
    jira.add_project(PROJECT, name="Shop")
    bot = jira.add_user("pmhub bot", email="bot@example.com")
    jira.token("bot@example.com", "fake-token", getattr(bot, "account_id", bot))
    with ExitStack() as stack:
        g, j = stack.enter_context(serve_github(code)), stack.enter_context(serve_jira(jira))
        connections = {
            "jira": Connection("jira", JiraConnector, jira_settings(j.url)),
            "github": Connection("github", GitHub, settings_of(code, flavour, g.url)),
        }
        words = vocabulary or Vocabulary()
        places = (
            Endpoint("jira", Scope(PROJECT, JiraScope(project=PROJECT), jira_words)),
            *(Endpoint("github", Scope(repo, GitHubScope(repo, **github), words)) for repo in repos),
        )
        syncs = {"backlog": Sync("backlog", Kind.TICKET, places, comments=True)}
        files = (folder / "pmhub.toml", folder, folder / "pmhub.db")
        yield Stage(code, jira, Workspace(*files, connections, syncs, fingerprint="1"), ahead)
