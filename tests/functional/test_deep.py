"""What a cursor misses, a deep run finds: changes that move no time stamp, and deletions."""

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.sync.preview import preview


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.github.user_create_issue(REPO, "Checkout is slow", "text", labels=["shop"])
        stage.sync()
        stage.rest()
        for number in range(3):  # from here on the cursor stands behind the first
            stage.github.user_create_issue(REPO, f"Another {number}", "text")
        stage.sync()
        stage.rest()
        yield stage


def labels(stage):
    (issue,) = (one for one in stage.jira.issues(PROJECT) if one.summary == "Checkout is slow")
    return list(issue.labels)


def test_a_renamed_label_moves_no_time_stamp_and_arrives_with_a_deep_run(stage):
    stage.github.user_rename_label(REPO, "shop", "checkout")
    stage.sync()
    assert labels(stage) == ["shop"]
    stage.rest()
    stage.sync(deep=True)
    assert labels(stage) == ["checkout"]


def test_after_a_deep_run_all_is_settled(stage):
    stage.github.user_rename_label(REPO, "shop", "checkout")
    for deep in (True, True, False):
        stage.rest()
        stage.sync(deep=deep)
    assert stage.writes == []
    assert labels(stage) == ["checkout"]


def test_a_deep_run_notices_a_deletion_and_the_next_run_confirms_it(stage):
    stage.github.user_delete_issue(REPO, 1)
    stage.sync()
    assert statuses(stage) == ["To Do"] * 4
    for deep in (True, False):
        stage.rest()
        stage.sync(deep=deep)
    assert statuses(stage) == ["Done", "To Do", "To Do", "To Do"]


def statuses(stage):
    return sorted(stage.jira.status_name(issue.key) for issue in stage.jira.issues(PROJECT))


@pytest.mark.flavour("a Data Center has no bulk read", jira=("cloud",))
def test_a_deep_run_reads_in_bulk(stage):
    """A request for each place and each hundred things, not for each thing."""
    for number in range(60):
        stage.github.user_create_issue(REPO, f"Many {number}", "text")
    stage.sync()
    stage.rest()
    stage.sync()
    idle = stage.requests
    stage.rest()
    stage.sync(deep=True)
    assert stage.requests <= idle + 12


def test_a_deep_plan_shows_what_a_deep_run_would_do(stage):
    stage.github.user_rename_label(REPO, "shop", "checkout")
    with stage.hub(deep=True) as hub:
        rows = preview(hub).rows
    assert [(row.connection, row.after) for row in rows] == [("jira", {"labels": ("checkout",)})]
    assert labels(stage) == ["shop"]
