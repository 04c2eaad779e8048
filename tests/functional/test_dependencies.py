"""What blocks what, kept equal between a Jira project and a GitHub repository, and what that costs."""

import pytest
from stage import PROJECT, REPO, open_stage, settle

from pmhub.store import Store

TICKETS = 4


@pytest.fixture
def stage(tmp_path):
    """Issue 1 is blocked by issue 2; all are on both sides."""
    with open_stage(tmp_path, comments=False) as stage:
        for number in range(1, TICKETS + 1):
            stage.github.user_create_issue(REPO, f"Ticket {number}")
        stage.github.user_block(REPO, 1, 2)
        settle(stage)
        yield stage


def key(stage, number):
    return next(issue.key for issue in stage.jira.issues(PROJECT) if issue.summary == f"Ticket {number}")


def jira_links(stage, *kinds):
    """(type, source, target) by the numbers of the tickets."""
    titles = {issue.id: int(issue.summary.split()[1]) for issue in stage.jira.issues(PROJECT)}
    found = stage.jira.state.links.values()
    return sorted(
        (x.type.name, titles[x.source], titles[x.target]) for x in found if x.type.name in (kinds or {x.type.name})
    )


def github_links(stage):
    issues = [stage.github.issue(REPO, number) for number in range(1, TICKETS + 1)]
    numbers = {issue.id: issue.number for issue in issues}
    return sorted((issue.number, numbers[other]) for issue in issues for other in issue.blocked_by)


def held(stage):
    store = Store(stage.workspace.database)
    try:
        return [store.items.get(id_).record["links"] for id_ in store.items.ids()]
    finally:
        store.close()


def test_what_blocks_on_one_side_blocks_on_the_other_also_where_both_tickets_are_new_there(stage):
    assert jira_links(stage) == [("Blocks", 2, 1)]


def test_a_link_follows_in_both_directions_when_it_comes_and_when_it_goes(stage):
    stage.jira.user_link("Blocks", key(stage, 3), key(stage, 1))
    settle(stage)
    assert github_links(stage) == [(1, 2), (1, 3)]
    stage.jira.user_unlink("Blocks", key(stage, 2), key(stage, 1))
    stage.github.user_block(REPO, 4, 1)
    settle(stage)
    assert github_links(stage) == [(1, 3), (4, 1)]
    assert jira_links(stage) == [("Blocks", 1, 4), ("Blocks", 3, 1)]


def test_a_link_that_github_cannot_hold_stays_in_jira_and_echoes_nowhere(stage):
    stage.jira.user_link("Relates", key(stage, 1), key(stage, 3))
    stage.jira.user_link("Duplicate", key(stage, 4), key(stage, 3))
    stage.jira.user_link("Cloners", key(stage, 4), key(stage, 3))
    settle(stage)
    assert sorted(len(links) for links in held(stage)) == [0, 0, 1, 2]
    stage.github.user_block(REPO, 1, 2, off=True)
    stage.github.user_edit_issue(REPO, 1, title="Ticket 1")
    settle(stage)
    assert jira_links(stage) == [("Cloners", 4, 3), ("Duplicate", 4, 3), ("Relates", 1, 3)]


def test_links_to_what_is_not_mapped_stay_on_their_side(stage):
    stage.jira.add_project("ELSE", name="Elsewhere")
    strange = stage.jira.user_create_issue("ELSE", "Ticket 9")
    stage.github.add_repo("example/other", private=True)
    stage.github.user_create_issue("example/other", "Strange")
    stage.jira.user_link("Blocks", strange.key, key(stage, 1))
    stage.github.user_block(REPO, 1, 1, by_in="example/other")
    settle(stage)
    stage.github.user_block(REPO, 1, 2, off=True)
    settle(stage)
    assert len(stage.github.issue(REPO, 1).blocked_by) == len(stage.jira.state.links) == 1
    assert [links for links in held(stage) if links] == []


@pytest.mark.flavour("an App asks for its own token and its installation", github=("token", "enterprise"))
def test_a_new_link_costs_five_requests_more_into_jira_and_seven_into_github(stage):
    stage.rest()
    stage.sync()
    at_rest = stage.requests
    stage.github.user_block(REPO, 3, 4)
    stage.rest()
    stage.sync()
    into_jira = [
        x.path.rpartition("/")[2] for x in stage.jira.requests if x.path.endswith(("issueLink", "issueLinkType"))
    ]
    assert into_jira == ["issueLink"]
    assert stage.requests <= at_rest + 5
    settle(stage)
    stage.jira.user_link("Blocks", key(stage, 2), key(stage, 3))
    stage.rest()
    stage.sync()
    assert len(stage.writes) == 1
    assert stage.requests <= at_rest + 7
    settle(stage)
    stage.sync()
    assert stage.requests == at_rest


@pytest.mark.flavour("an App asks for its own token and its installation", github=("token", "enterprise"))
def test_links_of_tickets_cost_nothing_at_rest(stage):
    stage.rest()
    stage.sync()
    blocked = stage.requests
    stage.github.user_block(REPO, 1, 2, off=True)
    settle(stage)
    stage.rest()
    stage.sync()
    assert stage.requests == blocked
