"""What docs/operations.md says of restores: a database that has forgotten creates nothing twice and loses no edit."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest
from stage import PROJECT, REPO, open_stage


@pytest.fixture
def stage(tmp_path):
    """Synced, backed up, and worked on since: a new ticket and a comment on one side, a new ticket on the other, an edit."""
    with open_stage(tmp_path) as stage:
        for number in range(4):
            stage.github.user_create_issue(REPO, f"Before the backup {number}", "text")
        stage.sync()
        shutil.copy(database(stage), backup(stage))
        stage.rest()
        stage.github.user_create_issue(REPO, "After the backup", "**text**")
        stage.github.user_comment(REPO, 2, "a late comment")
        stage.github.user_edit_issue(REPO, 1, title="Renamed after the backup")
        stage.jira.user_create_issue(PROJECT, "Also after the backup")
        assert stage.sync().exit_code == 0
        yield stage


def database(stage):
    return stage.workspace.database


def backup(stage):
    return database(stage).with_suffix(".backup")


def forget(stage, *suffixes):
    for suffix in suffixes:
        database(stage).with_suffix(suffix).unlink(missing_ok=True)


def content(stage):
    issues = stage.jira.issues(PROJECT)
    here = Counter((one.title, len(one.comments)) for one in stage.github.issues(REPO).values())
    return here, Counter((one.summary, len(one.comments)) for one in issues)


def test_after_a_restore_nothing_is_created_twice(stage):
    before = content(stage)
    forget(stage, ".db-wal", ".db-shm", ".generation")
    shutil.copy(backup(stage), database(stage))
    assert stage.sync().exit_code == 0
    assert stage.writes == []
    assert content(stage) == before
    assert before[0] == before[1]


def test_after_the_loss_of_the_database_nothing_is_created_twice(stage):
    before = content(stage)
    forget(stage, ".db", ".db-wal", ".db-shm", ".generation")
    assert stage.sync().exit_code == 0
    assert stage.writes == []
    assert content(stage) == before
