"""What docs/operations.md says of another host, another token and an older version: the next run has nothing to do, or says why."""

from __future__ import annotations

import shutil

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

from pmhub.store import SCHEMA_VERSION, Store

KEPT = ("pmhub.toml", "pmhub.db", "pmhub.conflicts.jsonl", "pmhub.generation")
OTHER = "fake-token-of-the-year-after"


@pytest.fixture
def hub(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    with cli_workspace(here) as workspace:
        workspace.github.user_create_issue(REPO, "Checkout is slow", "text")
        workspace.sync()
        workspace.sync()
        workspace.github.requests.clear()
        workspace.jira.requests.clear()
        yield workspace


@pytest.mark.parametrize("left_behind", [(), ("pmhub.generation",)], ids=["all of it", "without its generation"])
def test_on_another_host_the_next_run_has_nothing_to_do(hub, tmp_path, left_behind):
    there = tmp_path / "there"
    there.mkdir()
    for name in set(KEPT) - set(left_behind):
        if (hub.folder / name).exists():
            shutil.copy(hub.folder / name, there / name)
    hub.folder = there
    assert "nothing to do" in hub.run("plan").out
    hub.sync()
    assert hub.writes == []
    assert len(hub.jira.issues(PROJECT)) == len(hub.github.issues(REPO)) == 1


def test_another_token_of_the_same_account_changes_nothing(hub):
    hub.github.token(OTHER, login="pmhub-bot")
    assert hub.run("doctor", GITHUB_TOKEN=OTHER).code == 0
    assert hub.run("sync", GITHUB_TOKEN=OTHER).code == 0
    assert hub.writes == []


def test_a_database_of_a_newer_version_is_refused_and_stays_as_it_is(hub):
    store = Store(hub.database)
    store.database.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    store.close()
    done = hub.run("sync")
    assert done.code == 1
    assert "was written by a newer pmhub" in done.err
    assert hub.writes == []
