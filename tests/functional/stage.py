"""Both simulators over real sockets, a workspace between them, and one clock for all three."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from functional import flavours
from functional.reads_ahead import wait_for_reads_ahead

from pmhub.config import Connection, Endpoint, FieldPolicy, Sync, Workspace
from pmhub.config.workspace import NotesRules
from pmhub.engine.notes.rules import Rules
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.model.vocabulary import People, Vocabulary
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.run import run
from pmhub.testing.stepping import put_new_database
from pmhub_github.connector import GitHub
from pmhub_github.settings import GitHubScope
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.connector import JiraConnector
from pmhub_jira.settings import JiraScope
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

REPO, PROJECT = "example/shop", "SHOP"
READS_BY_POST = ("/search", "/search/jql", "/bulkfetch", "/comment/list", "/graphql", "/access_tokens")


class Clock:
    """Real time that can be moved forward."""

    def __init__(self):
        self.ahead = 0.0

    def seconds(self):
        return time.time() + self.ahead

    def ms(self):
        return int(self.seconds() * 1000)

    def advance(self, seconds):
        self.ahead += seconds


@dataclass
class Stage:
    github: GitHubSimulator
    jira: JiraSimulator
    workspace: Workspace
    clock: Clock
    options: Options = field(default_factory=Options)

    def sync(self, **more):
        """One run, as a new process would do it; the exchanges of earlier runs are forgotten first."""
        self.github.requests.clear()
        self.jira.requests.clear()
        store = Store(self.workspace.database, durable=False)
        options = replace(Options(clock=self.clock.ms, sleep=self._sleep), **more)
        try:
            with assembled(self.workspace, store, options) as hub:
                return run(hub)
        finally:
            store.close()
            wait_for_reads_ahead()

    def _sleep(self, seconds):
        self.clock.advance(seconds)

    @contextmanager
    def hub(self, **more):
        store = Store(self.workspace.database, durable=False)
        options = replace(Options(clock=self.clock.ms, sleep=self._sleep), **more)
        try:
            with assembled(self.workspace, store, options) as hub:
                yield hub
        finally:
            store.close()

    @property
    def requests(self):
        return len(self.github.requests) + len(self.jira.requests)

    @property
    def writes(self):
        exchanges = [*self.github.requests, *self.jira.requests]
        return [x for x in exchanges if x.method != "GET" and not x.path.endswith(READS_BY_POST)]

    def rest(self):
        """Long enough for every overlap window and settle time to pass."""
        self.clock.advance(1200)


@contextmanager
def open_stage(folder: Path, *, policies=None, people=None, skip=frozenset(), comments=True):
    clock = Clock()
    github, jira = flavours.github(clock.seconds, "fake-token-bot"), flavours.jira(clock.seconds, "fake-token")
    github.add_repo(REPO, private=True)
    jira.add_project(PROJECT, name="Shop")
    with ExitStack() as stack:
        g, j = stack.enter_context(serve_github(github)), stack.enter_context(serve_jira(jira))
        gh = flavours.github_settings(github, g.url, "fake-token-bot", write_interval=0)
        ji = flavours.jira_settings(j.url, "fake-token")
        names = people or {}
        places = (
            Endpoint(
                "jira", Scope(PROJECT, JiraScope(project=PROJECT), Vocabulary(people=People(names.get("jira", {}))))
            ),
            Endpoint("github", Scope(REPO, GitHubScope(repo=REPO), Vocabulary(people=People(names.get("github", {}))))),
        )
        rules = {
            name: FieldPolicy(*p) if isinstance(p, tuple) else FieldPolicy(p) for name, p in (policies or {}).items()
        }
        sync = Sync("backlog", Kind.TICKET, places, comments=comments, policies=rules, skip=skip)
        connections = {"jira": Connection("jira", JiraConnector, ji), "github": Connection("github", GitHub, gh)}
        workspace = Workspace(
            folder / "pmhub.toml", folder, folder / "pmhub.db", connections, {"backlog": sync}, fingerprint="1"
        )
        put_new_database(workspace.database)
        yield Stage(github, jira, workspace, clock)


@contextmanager
def open_plan(folder: Path, *, rules=None, **github):
    """The same with a roadmap and releases beside the backlog. `github`: settings of its roadmap's endpoint."""
    with open_stage(folder) as stage:
        words = Vocabulary()
        jira, code = Scope(PROJECT, JiraScope(PROJECT), words), Scope(REPO, GitHubScope(REPO), words)
        goals = Scope(REPO, GitHubScope(REPO, **github), words)
        notes = NotesRules("customer", None, rules or Rules())
        stage.workspace = replace(
            stage.workspace,
            syncs={
                "roadmap": Sync("roadmap", Kind.ROADMAP_ITEM, (Endpoint("jira", jira), Endpoint("github", goals))),
                "releases": Sync(
                    "releases", Kind.RELEASE, (Endpoint("jira", jira), Endpoint("github", code)), notes=notes
                ),
                **stage.workspace.syncs,
            },
        )
        yield stage


def settle(stage, most=4):
    """Runs until one has nothing to write any more, and one more."""
    quiet = 0
    for _ in range(most):
        stage.rest()
        report = stage.sync()
        quiet = 0 if stage.writes else quiet + 1
        if quiet == 2:
            break
    assert [f"{x.method} {x.path}" for x in stage.writes] == []
    return report


def fill_github(stage: Stage, *, opened, closed, comments):
    """Issues 1 to `opened` stay open, the next are closed; the first get a comment each."""
    for n in range(opened + closed):
        stage.github.user_create_issue(
            REPO, f"Issue number {n}", f"**Body** of {n}\n\n- one\n- two", labels=["backlog"]
        )
        if n >= opened:
            stage.github.user_close(REPO, n + 1)
        if n < comments:
            stage.github.user_comment(REPO, n + 1, f"What about {n}?")
