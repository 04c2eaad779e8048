"""Every write to a Data Center, and every way its answer gets lost: nothing is doubled, nothing is lost."""

from __future__ import annotations

import pytest
from server_stage import open_server_plan
from stage import PROJECT, REPO, settle

from pmhub_jira.simulator import Fault

WRITES = {
    "issue": ("POST", "/issue/bulk$"),
    "edit": ("PUT", r"/issue/\d+$"),
    "transition": ("POST", "/transitions$"),
    "comment": ("POST", "/comment$"),
    "edited comment": ("PUT", r"/comment/\d+$"),
    "version": ("POST", "/version$"),
    "edited version": ("PUT", "/version/"),
}
READS = {
    "search": ("POST", "/search$"),
    "issue read": ("GET", r"/issue/\d+$"),
    "mark": ("GET", "/properties/pmhub$"),
    "fields": ("GET", "/field$"),
}
FORGOTTEN = {"mark", "fields"}
FAULTS = [
    "drop_after",
    *(pytest.param(each, marks=pytest.mark.soak) for each in ("drop_before", "truncate", "status", "status_after")),
]


@pytest.fixture
def plan(tmp_path):
    with open_server_plan(tmp_path) as stage:
        yield stage


def people_work(plan):
    """Something new, and something edited, that takes every write there is."""
    said = plan.github.comments(REPO)
    plan.github.user_create_issue(REPO, "Second", "text", labels=["release/2.0"])
    plan.github.user_edit_issue(REPO, 1, title="First, renamed", body="**other** text")
    plan.github.user_close(REPO, 1)
    plan.github.user_comment(REPO, 1, "Another word")
    plan.github.user_edit_comment(REPO, next(iter(said)), "Another first word")
    (release,) = (number for number, each in plan.github.releases(REPO).items() if each.tag == "v1.0")
    plan.github.user_edit_release(REPO, release, draft=False)
    plan.jira.user_edit_issue(on_jira(plan, "From Jira").key, summary="From Jira, renamed")


def begin(plan):
    plan.github.user_create_issue(REPO, "First", "text")
    plan.github.user_comment(REPO, 1, "A word")
    plan.jira.add_version(PROJECT, "1.0")
    plan.jira.user_create_issue(PROJECT, "From Jira", "text", fixVersions=[{"name": "1.0"}])
    settle(plan)


def on_jira(plan, summary):
    return next(issue for issue in plan.jira.issues(PROJECT) if issue.summary == summary)


def prove_agreement(plan):
    jira = {issue.summary: issue for issue in plan.jira.issues(PROJECT)}
    github = {issue.title: issue for issue in plan.github.issues(REPO).values()}
    assert len(jira) == len(plan.jira.issues(PROJECT))
    assert jira.keys() == github.keys()
    assert sum(len(issue.comments) for issue in jira.values()) == len(plan.github.comments(REPO)) == 2
    for title, issue in github.items():
        assert (issue.state == "closed") is (plan.jira.status_name(jira[title].key) == "Done"), title
    assert [each.name for each in plan.jira.state.versions.values()].count("2.0") == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", [*WRITES, *READS])
def test_a_fault_at_a_call_doubles_and_loses_nothing(plan, call, fault):
    begin(plan)
    method, path = (WRITES | READS)[call]
    if call in FORGOTTEN:
        forget(plan)
    struck = plan.jira.fault(Fault(fault, method, path, status=502))
    people_work(plan)
    plan.sync()
    settle(plan)
    assert struck.seen
    prove_agreement(plan)


def forget(plan):
    """What the connector remembers, it may lose at any time."""
    with plan.hub() as hub, hub.store.transaction():
        hub.store.database.write("DELETE FROM memory", [])
