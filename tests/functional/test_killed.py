"""A real process on a real file, killed or cut off at the worst moment: nothing doubled, nothing lost."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from pmhub.store import Store
from pmhub_github.simulator import Fault as GitHubFault
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import Fault as JiraFault
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

REPO, PROJECT, COUNT = "example/shop", "SHOP", 10
CONFIG = """
version = 1

[connections.jira]
connector = "jira"
url = "{jira}"
user = "bot@example.com"
token = {{ env = "JIRA_TOKEN" }}

[connections.github]
connector = "github"
url = "{github}"
token = {{ env = "GITHUB_TOKEN" }}
write_interval = 0

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "jira", project = "SHOP" }},
  {{ connection = "github", repo = "example/shop" }},
]
"""


class Trap(list):
    """The record of exchanges; at the nth creating one it kills the process that asked for it."""

    def __init__(self, nth, path):
        super().__init__()
        self.left, self.path, self.victim = nth, path, None

    def append(self, exchange):
        super().append(exchange)
        if exchange.method == "POST" and exchange.path.endswith(self.path):
            self.left -= 1
            if self.left == 0:
                self.victim.send_signal(signal.SIGKILL)


class Site:
    def __init__(self, folder, github, jira, urls):
        self.folder, self.github, self.jira = folder, github, jira
        (folder / "pmhub.toml").write_text(CONFIG.format(**urls))

    def start(self):
        env = {**os.environ, "JIRA_TOKEN": "fake-token", "GITHUB_TOKEN": "fake-token-bot"}
        command = [sys.executable, "-m", "pmhub", "sync", "--config", str(self.folder / "pmhub.toml")]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def sync(self):
        process = self.start()
        said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def titles(self):
        there = sorted(issue.title for issue in self.github.issues(REPO).values())
        return sorted(issue.summary for issue in self.jira.issues(PROJECT)), there


@contextmanager
def open_site(folder):
    github, jira = GitHubSimulator(), JiraSimulator()
    github.add_repo(REPO, private=True)
    github.token("fake-token-bot", login="pmhub-bot")
    jira.add_project(PROJECT, name="Shop")
    bot = jira.add_user("pmhub bot", email="bot@example.com")
    jira.token("bot@example.com", "fake-token", getattr(bot, "account_id", bot))
    with ExitStack() as stack:
        g, j = stack.enter_context(serve_github(github)), stack.enter_context(serve_jira(jira))
        yield Site(folder, github, jira, {"github": g.url, "jira": j.url})


@pytest.fixture
def site(tmp_path):
    with open_site(tmp_path) as site:
        yield site


def in_step(site):
    ours, theirs = site.titles()
    assert ours == theirs == [f"Issue {n}" for n in range(COUNT)]


def fill_jira(site):
    for n in range(COUNT):
        site.jira.user_create_issue(PROJECT, f"Issue {n}")


def fill_github(site):
    for n in range(COUNT):
        site.github.user_create_issue(REPO, f"Issue {n}", "text")


def test_a_lost_answer_to_the_fifth_create_makes_no_second_one(site):
    fill_jira(site)
    site.github.fault(GitHubFault(kind="drop_after", method="POST", path=r"/issues$", nth=5))
    site.sync()
    assert site.sync()[0] == 0
    in_step(site)
    assert sorted(journaled(site, "create", "title")) == sorted(f'"Issue {n}"' for n in range(COUNT))


def test_a_process_killed_right_after_the_fifth_create_makes_no_second_one(site):
    fill_jira(site)
    site.github.requests = Trap(5, "/issues")
    process = site.start()
    site.github.requests.victim = process
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len(site.github.issues(REPO)) == 5
    for _ in range(2):
        code, said = site.sync()
        assert code == 0, said
    in_step(site)


def test_a_bulk_create_whose_answer_is_lost_is_found_again(site):
    fill_github(site)
    site.jira.fault(JiraFault(kind="drop_after", method="POST", path=r"/issue/bulk$", nth=1))
    site.sync()
    assert site.sync()[0] == 0
    in_step(site)


def test_what_an_index_does_not_show_yet_is_not_made_again(site):
    fill_github(site)
    site.jira.fault(JiraFault(kind="drop_after", method="POST", path=r"/issue/bulk$", nth=1))
    site.jira.index_lag = 3600
    site.sync()
    site.sync()
    assert len(site.jira.issues(PROJECT)) == COUNT
    site.jira.index_lag = 0
    assert site.sync()[0] == 0
    in_step(site)


def test_a_lost_answer_to_a_comment_makes_no_second_one(site):
    fill_github(site)
    site.github.user_comment(REPO, 3, "once only")
    site.jira.fault(JiraFault(kind="drop_after", method="POST", path=r"/comment$", nth=1))
    for _ in range(3):
        site.sync()
    in_step(site)
    assert sum(len(site.jira.comments(issue.key)) for issue in site.jira.issues(PROJECT)) == 1
    assert len(site.github.comments(REPO)) == 1


def test_an_edit_whose_answer_is_lost_arrives_once_and_is_no_conflict(site):
    fill_jira(site)
    site.sync()
    site.jira.user_edit_issue("SHOP-4", summary="Renamed")
    site.github.fault(GitHubFault(kind="drop_after", method="PATCH", path=r"/issues/\d+$", nth=1))
    for _ in range(3):
        code, said = site.sync()
    assert code == 0, said
    assert sorted(site.titles()[1]) == sorted(site.titles()[0])
    assert "Renamed" in site.titles()[1]
    assert journaled(site, "update", "title") == ['"Renamed"']


def journaled(site, op, field):
    """The values that the journal says were written."""
    store = Store(site.folder / "pmhub.db")
    try:
        sql = "SELECT after FROM journal WHERE op = ? AND field = ? AND result = 'done' ORDER BY id"
        return [row["after"] for row in store.database.rows(sql, [op, field])]
    finally:
        store.close()
