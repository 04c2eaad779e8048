"""What a run may cost, in requests: the floor is set by what the two APIs allow, and the counts are part of the promise."""

from math import ceil

import pytest
from stage import PROJECT, REPO, fill_github, open_stage

OPEN, CLOSED, COMMENTS = 150, 50, 40
AT_REST = 6


@pytest.fixture(scope="module")
def synced(tmp_path_factory):
    with open_stage(tmp_path_factory.mktemp("counts")) as stage:
        fill_github(stage, opened=OPEN, closed=CLOSED, comments=COMMENTS)
        report = stage.sync()
        assert report.exit_code == 0
        stage.first = stage.requests
        yield stage


def test_a_first_sync_costs_thirty_requests_and_one_a_comment_and_a_closed_issue(synced):
    assert len(synced.jira.issues(PROJECT)) == OPEN + CLOSED
    assert synced.first <= 30 + COMMENTS + CLOSED


def test_right_after_a_bulk_write_nothing_is_written_and_only_the_overlap_is_read_again(synced):
    synced.sync()
    assert synced.writes == []
    assert synced.requests <= AT_REST + ceil((OPEN + CLOSED) / 100)


def test_at_rest_a_run_costs_six_requests(synced):
    synced.rest()
    synced.sync()
    synced.sync()
    assert synced.writes == []
    assert synced.requests <= AT_REST


@pytest.mark.parametrize("field", ["title", "body"])
def test_five_edits_on_one_side_cost_at_most_three_requests_each(synced, field):
    synced.rest()
    synced.sync()
    for number in range(1, 6):
        synced.github.user_edit_issue(REPO, number, **{field: f"A new {field} for {number}"})
    synced.sync()
    assert len(synced.writes) == 5
    assert synced.requests <= AT_REST + 5 * 3


def test_a_status_costs_at_most_five_requests_more(synced):
    synced.rest()
    synced.sync()
    synced.github.user_close(REPO, 7)
    synced.sync()
    assert len(synced.writes) == 1
    assert synced.requests <= AT_REST + 5


def test_edits_in_the_other_direction_cost_the_same(synced):
    synced.rest()
    synced.sync()
    for issue in sorted(synced.jira.issues(PROJECT), key=lambda i: i.key)[10:15]:
        synced.jira.user_edit_issue(issue.key, summary=f"Renamed {issue.key}")
    synced.sync()
    assert len(synced.writes) == 5
    assert synced.requests <= AT_REST + 5 * 3
