"""A backfill of 2,000 beside a workspace that needs little, over one token: whole runs, on a clock that only waiting moves."""

from __future__ import annotations

import logging
import math
from bisect import bisect_left
from contextlib import ExitStack

import pytest
from cli_workspace import CANARY, TOML
from functional import flavours

from pmhub.config import fetch_secrets, load, plugins
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.report import TEMPORARY
from pmhub.sync.run import run
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import serve as serve_jira

pytestmark = [pytest.mark.soak, pytest.mark.flavour("its limits are others", github=("token",))]
MANY, EVERY = 2000, 300.0
MINUTE, HOUR = 60.0, 3600.0
PER_MINUTE, PER_HOUR = 80, 500
CREATED, NOT_MODIFIED = 201, 304
SECRETS = {"JIRA_TOKEN": CANARY, "GITHUB_TOKEN": CANARY}


log = logging.getLogger(__name__)


class Time:
    """Seconds since the epoch. Whoever sleeps lets the ticks of the other workspace pass, at each of which that one runs."""

    def __init__(self):
        self.now = 1_780_000_000.0
        self.ticks = None
        self.next = math.inf

    def __call__(self):
        return self.now

    def ms(self):
        return round(self.now * 1000)

    def sleep(self, seconds):
        end = self.now + seconds
        while self.next <= end:
            self.now, tick = max(self.now, self.next), self.next
            self.next = math.inf
            self.ticks()
            self.next = tick + EVERY
        self.now = max(self.now, end)


class Place:
    """A workspace between a project and a repository of its own; its store is on the server."""

    def __init__(self, folder, store, urls, project, repo, time):
        self.file, self.store, self.time = folder / f"{project}.toml", store, time
        accounts = {"jira_account": flavours.jira_toml(), "github_account": 'token = { env = "GITHUB_TOKEN" }'}
        text = TOML.format(**urls, **accounts, more="", fields="comments = false", project=project, repo=repo)
        self.file.write_text(text.replace("write_interval = 0.0", "write_interval = 1.0"), "utf-8")

    def sync(self):
        workspace = fetch_secrets(load(self.file, plugins.load(), SECRETS), SECRETS)
        store = Store(self.file.with_suffix(".db"), durable=False, server=self.store)
        try:
            options = Options(clock=self.time.ms, sleep=self.time.sleep)
            with assembled(workspace, store, options) as hub:
                return run(hub)
        finally:
            store.close()


@pytest.fixture
def world(tmp_path, postgres):
    time = Time()
    github, jira = flavours.github(time, CANARY), flavours.jira(time, CANARY)
    with ExitStack() as stack:
        urls = {
            "github": stack.enter_context(serve_github(github)).url,
            "jira": stack.enter_context(serve_jira(jira)).url,
        }
        places = []
        for project, repo in (("SHOP", "example/shop"), ("DOCS", "example/docs")):
            github.add_repo(repo, private=True)
            jira.add_project(project, name=project)
            places.append(Place(tmp_path, postgres(), urls, project, repo, time))
        yield time, github, jira, *places


def most(moments, span):
    """In any window of so many seconds."""
    return max(at - bisect_left(moments, moment - span + 1e-6) + 1 for at, moment in enumerate(moments))


def floor(pieces):
    """Seconds until the last of them may be made."""
    hours, rest = divmod(pieces - 1, PER_HOUR)
    return hours * HOUR + rest // PER_MINUTE * MINUTE


def test_two_new_tickets_every_five_minutes_go_out_with_the_next_run_and_the_backfill_keeps_its_pace(world):
    time, github, jira, backfill, little = world
    asked = {}

    def tick():
        for title in (f"{time.now:.0f} one", f"{time.now:.0f} two"):
            jira.user_create_issue("DOCS", title)
            asked[title] = time.now
        little.sync()

    for n in range(MANY):
        jira.user_create_issue("SHOP", f"Ticket {n}")
    time.sleep(2 * HOUR)
    begin = time.now
    little.sync()
    time.ticks, time.next = tick, begin + EVERY
    while (report := backfill.sync()).exit_code == TEMPORARY:
        time.sleep(max(MINUTE, (report.retry_at or 0) / 1000 - time.now))
    time.ticks = little.sync
    time.sleep(HOUR)

    issues = {issue.title: issue.created for issue in github.issues("example/docs").values()}
    waits = [issues[title] - moment for title, moment in asked.items()]
    sent = [x for x in github.requests if x.status != NOT_MODIFIED]
    made = [x.received for x in sent if x.method == "POST" and x.path.endswith("/issues") and x.status == CREATED]
    pace = floor(len(made)) / (made[-1] - begin)
    requests = most([x.received for x in sent], HOUR)
    log.info("waits at most %d s; pace %.3f; requests in an hour at most %d", max(waits), pace, requests)
    assert len(github.issues("example/shop")) == MANY
    assert (most(made, MINUTE) <= PER_MINUTE, most(made, HOUR)) == (True, PER_HOUR)
    assert max(waits) <= MINUTE
    assert pace >= 0.95
