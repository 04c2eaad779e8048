"""What a run may cost, in requests: the floor is set by what the two APIs allow, and the counts are part of the promise."""

from math import ceil

import pytest
from stage import PROJECT, REPO, fill_github, open_plan, open_stage, settle

from pmhub.sync.run import begin, look

pytestmark = pytest.mark.flavour(
    "a Data Center's and an App's counts are held by tests of their own", jira=("cloud",), github=("token",)
)

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


def at_rest(folder, opened, goals=0):
    """Exchanges of a run in which nothing moved for long."""
    with open_plan(folder) as stage:
        fill_github(stage, opened=opened, closed=0, comments=opened // 5)
        for number in range(goals):
            stage.github.user_create_milestone(REPO, f"Goal {number}")
            stage.github.user_create_release(REPO, f"v1.{number}")
        settle(stage)
        stage.sync()
        return [*stage.github.requests, *stage.jira.requests]


def test_at_rest_four_kinds_cost_twelve_requests_of_which_four_count_and_that_at_any_size(tmp_path):
    small, large = at_rest(tmp_path / "small", 10, goals=2), at_rest(tmp_path / "large", 230, goals=6)
    assert len(small) == len(large) <= 12
    assert sum(x.status != 304 for x in large) <= 4


def test_a_full_read_costs_a_request_a_hundred_issues_and_a_hundred_comments_and_four_more(tmp_path):
    issues, comments = 720, 310
    with open_stage(tmp_path) as stage:
        fill_github(stage, opened=issues, closed=0, comments=comments)
        for number, issue in stage.github.issues(REPO).items():
            issue.created -= issues - number
        with stage.hub() as hub:
            begin(hub)
            look(hub)
        assert hub.report.seen == issues + comments
    assert len(stage.github.requests) <= ceil(issues / 100) + ceil(comments / 100) + 4


def test_a_full_read_of_jira_costs_a_search_a_hundred_issues_with_their_comments_and_one_for_all_their_ids(tmp_path):
    issues = 230
    with open_stage(tmp_path) as stage:
        for number in range(issues):
            stage.jira.user_create_issue(PROJECT, f"Ticket {number}")
        with stage.hub() as hub:
            begin(hub)
            look(hub)
        assert hub.report.seen == issues
    assert sum(x.path.endswith("/search/jql") for x in stage.jira.requests) == ceil(issues / 100) + 1


@pytest.mark.parametrize(("wide", "reads"), [(True, 1), (False, 4)])  # one to learn that 1,000 are too many
def test_open_tickets_go_into_an_empty_project_fifty_a_request(tmp_path, wide, reads):
    tickets = 240
    with open_stage(tmp_path, comments=False) as stage:
        stage.jira.wide_bulkfetch = wide
        fill_github(stage, opened=tickets, closed=0, comments=0)
        stage.sync()
    asked = [x.path.rpartition("/api/3/")[2] for x in stage.jira.requests]
    assert asked.count("issue/bulk") == ceil(tickets / 50)
    assert asked.count("issue/bulkfetch") == reads
    assert len(asked) <= ceil(tickets / 50) + reads + 12
