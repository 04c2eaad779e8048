"""What the same runs cost on Jira Cloud and on a Data Center, which has no bulk read: requests to Jira alone."""

from __future__ import annotations

import pytest
from server_stage import open_server_plan
from stage import PROJECT, REPO, fill_github, open_plan

ISSUES, COMMENTS, EDITS = 40, 10, 5
ALWAYS = 3
"""Who we are, the versions, and one search."""

COSTS = {
    "cloud": {
        "first sync": 13 + COMMENTS,
        "at rest": ALWAYS,
        "edits there": ALWAYS + 2 + EDITS,
        "edits from there": ALWAYS,
        "a status": ALWAYS + 6,
    },
    "data center": {
        "first sync": 13 + COMMENTS + ISSUES,
        "at rest": ALWAYS,
        "edits there": ALWAYS + 3 * EDITS,
        "edits from there": ALWAYS,
        "a status": ALWAYS + 6,
    },
}
OPEN = {"cloud": open_plan, "data center": open_server_plan}


@pytest.fixture(scope="module", params=COSTS)
def costs(request, tmp_path_factory):
    """By what was done, how many requests Jira got."""
    with OPEN[request.param](tmp_path_factory.mktemp("counts")) as stage:
        found = {name: act(stage) for name, act in ACTS.items()}
        print(f"{request.param}: {found}")  # noqa: T201 - the figures are what this is for
        yield request.param, found


def first(stage):
    fill_github(stage, opened=ISSUES, closed=0, comments=COMMENTS)
    return cost(stage)


def rest(stage):
    cost_at_rest(stage)
    return cost_at_rest(stage)


def edits_there(stage):
    for number in range(1, EDITS + 1):
        stage.github.user_edit_issue(REPO, number, title=f"Another title {number}")
    return cost(stage)


def edits_from_there(stage):
    cost_at_rest(stage)
    for issue in sorted(stage.jira.issues(PROJECT), key=lambda issue: issue.id)[10 : 10 + EDITS]:
        stage.jira.user_edit_issue(issue.key, summary=f"Renamed {issue.key}")
    return cost(stage)


def a_status(stage):
    cost_at_rest(stage)
    stage.github.user_close(REPO, 7)
    return cost(stage)


ACTS = {
    "first sync": first,
    "at rest": rest,
    "edits there": edits_there,
    "edits from there": edits_from_there,
    "a status": a_status,
}


def cost(stage):
    report = stage.sync()
    assert (report.exit_code, report.down) == (0, {})
    return len(stage.jira.requests)


def cost_at_rest(stage):
    stage.rest()
    return cost(stage)


@pytest.mark.parametrize("name", ACTS)
def test_a_run_costs_no_more_than_is_promised(costs, name):
    flavour, found = costs
    assert found[name] <= COSTS[flavour][name]
