"""A run that is killed, or whose answer is lost, at the worst moment: nothing doubled, nothing lost. Real sockets, a real file."""

import signal

import pytest
from functional.cli_workspace import PROJECT, REPO, cli_workspace

from pmhub.store import Store
from pmhub_github.simulator import Fault as GitHubFault
from pmhub_jira.simulator import Fault as JiraFault

COUNT = 10
TITLES = [f"Issue {n}" for n in range(COUNT)]


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


@pytest.fixture
def ws(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        yield workspace


def titles(ws):
    """In Jira, on GitHub."""
    there = sorted(issue.title for issue in ws.github.issues(REPO).values())
    return sorted(issue.summary for issue in ws.jira.issues(PROJECT)), there


def fill_jira(ws):
    for title in TITLES:
        ws.jira.user_create_issue(PROJECT, title)


def fill_github(ws):
    for title in TITLES:
        ws.github.user_create_issue(REPO, title, "text")


def journaled(ws, op, field):
    """The values that the journal says were written."""
    store = Store(ws.database)
    try:
        sql = "SELECT after FROM journal WHERE op = ? AND field = ? AND result = 'done' ORDER BY id"
        return [row["after"] for row in store.database.rows(sql, [op, field])]
    finally:
        store.close()


def test_a_lost_answer_to_the_fifth_create_makes_no_second_one(ws):
    fill_jira(ws)
    ws.github.fault(GitHubFault(kind="drop_after", method="POST", path=r"/issues$", nth=5))
    ws.run("sync")
    ws.sync()
    assert titles(ws) == (TITLES, TITLES)
    assert sorted(journaled(ws, "create", "title")) == [f'"{title}"' for title in TITLES]


def test_a_process_killed_right_after_the_fifth_create_makes_no_second_one(ws):
    fill_jira(ws)
    ws.github.requests = Trap(5, "/issues")
    process = ws.start("sync")
    ws.github.requests.victim = process
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len(ws.github.issues(REPO)) == 5
    ws.sync()
    ws.sync()
    assert titles(ws) == (TITLES, TITLES)


def test_a_bulk_create_whose_answer_is_lost_is_found_again(ws):
    fill_github(ws)
    ws.jira.fault(JiraFault(kind="drop_after", method="POST", path=r"/issue/bulk$", nth=1))
    ws.run("sync")
    ws.sync()
    assert titles(ws) == (TITLES, TITLES)


def test_what_an_index_does_not_show_yet_is_not_made_again(ws):
    fill_github(ws)
    ws.jira.fault(JiraFault(kind="drop_after", method="POST", path=r"/issue/bulk$", nth=1))
    ws.jira.index_lag = 3600
    ws.run("sync")
    ws.run("sync")
    assert titles(ws)[0] == TITLES
    ws.jira.index_lag = 0
    ws.sync()
    assert titles(ws) == (TITLES, TITLES)


def test_a_lost_answer_to_a_comment_makes_no_second_one(ws):
    fill_github(ws)
    ws.github.user_comment(REPO, 3, "once only")
    ws.jira.fault(JiraFault(kind="drop_after", method="POST", path=r"/comment$", nth=1))
    for _ in range(3):
        ws.run("sync")
    assert titles(ws) == (TITLES, TITLES)
    assert sum(len(ws.jira.comments(issue.key)) for issue in ws.jira.issues(PROJECT)) == 1
    assert len(ws.github.comments(REPO)) == 1


def test_an_edit_whose_answer_is_lost_arrives_once_and_is_no_conflict(ws):
    fill_jira(ws)
    ws.sync()
    ws.jira.user_edit_issue("SHOP-4", summary="Renamed")
    ws.github.fault(GitHubFault(kind="drop_after", method="PATCH", path=r"/issues/\d+$", nth=1))
    ws.run("sync")
    ws.sync()
    assert titles(ws)[0] == titles(ws)[1]
    assert "Renamed" in titles(ws)[1]
    assert journaled(ws, "update", "title") == ['"Renamed"']
