"""Merged pull requests in the notes of a release, and work and tickets that lost each other."""

from __future__ import annotations

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

RELEASES = f"""
[syncs.releases]
kind = "release"
endpoints = [{{ connection = "jira", project = "{PROJECT}" }}, {{ connection = "github", repo = "{REPO}", tag = "v{{version}}" }}]
notes = {{ template = "developer", pull_requests = true }}

[gate]
pull_requests = false
"""


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.write(fields=RELEASES)
        workspace.jira.add_version(PROJECT, "1.0")
        for number in (1, 2):
            workspace.jira.user_create_issue(PROJECT, f"Story {number}", type="Story", fixVersions=[{"name": "1.0"}])
            for status in ("In Progress", "Done"):
                workspace.jira.user_transition(f"{PROJECT}-{number}", status)
        yield workspace


def merged(hub, title, **more):
    return hub.github.user_merge_pull(REPO, hub.github.user_create_pull(REPO, title, **more).number)


def asked_for_pulls(hub):
    return [x.status for x in hub.github.requests if x.path.endswith("/pulls")]


def published(hub):
    return hub.run("show", "SHOP@1.0", "--format", "json").json["fields"]["notes"]


def test_notes_for_developers_name_what_was_merged_and_stay_silent_after(hub):
    pull = merged(hub, "SHOP-1: pay by card")
    hub.sync()
    assert f"/pull/{pull.number})" in published(hub)
    assert hub.run("notes", "1.0").out.strip() == published(hub)
    assert "nothing to do" in hub.run("plan").out


def test_what_is_merged_later_comes_into_the_notes_of_the_next_run(hub):
    hub.sync()
    assert "pull" not in published(hub)
    pull = merged(hub, "Pay by invoice", branch="SHOP-2-invoice")
    hub.sync()
    assert f"/pull/{pull.number}" in published(hub)
    assert "nothing to do" in hub.run("plan").out


def test_work_without_a_ticket_and_tickets_without_work_are_told_to_the_person(hub):
    merged(hub, "SHOP-1: pay by card")
    alone = merged(hub, "Raise the version", labels=["release/1.0"])
    merged(hub, "Of nothing we know")
    hub.sync()
    done = hub.run("notes", "1.0")
    assert "done, and no pull request brought it: SHOP-2 Story 2\n" in done.err
    assert f"merged, and no ticket has it: {REPO}#{alone.number} Raise the version\n" in done.err
    assert done.err.count("merged, and no ticket") == 1
    assert "Raise the version" not in done.out


@pytest.mark.flavour("an App asks for its own token and its installation", github=("token", "enterprise"))
def test_at_rest_the_list_costs_one_request_that_is_free_and_none_where_nobody_asks(hub):
    merged(hub, "SHOP-1: pay by card")
    hub.sync()
    hub.sync()
    hub.github.requests.clear()
    hub.sync()
    assert asked_for_pulls(hub) == [304]
    hub.write(fields=RELEASES.replace(", pull_requests = true", ""))
    hub.github.requests.clear()
    hub.sync()
    assert asked_for_pulls(hub) == []
    assert "pull" not in published(hub)
    assert "no pull request" not in hub.run("notes", "1.0").err
