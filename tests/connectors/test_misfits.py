"""Two syncs over one container must not take one thing for two: the configuration says so before anything runs."""

from __future__ import annotations

import pytest

from pmhub.config import load
from pmhub.config import plugins as plugin_loading
from pmhub.errors import ConfigError
from pmhub.sdk import Kind
from pmhub_github.misfits import misfits as on_github
from pmhub_github.settings import GitHubScope
from pmhub_jira.misfits import misfits as in_jira
from pmhub_jira.settings import JiraScope

REPO = "example/shop"
TOML = """\
version = 1
[connections.jira]
connector = "jira"
url = "https://example.atlassian.net"
user = "bot@example.com"
token = { env = "JIRA_TOKEN" }
[connections.github]
connector = "github"
token = { env = "GITHUB_TOKEN" }
[syncs.roadmap]
kind = "roadmap_item"
endpoints = [ { connection = "jira", project = "SHOP" }, { connection = "github", repo = "example/shop" } ]
[syncs.backlog]
kind = "ticket"
endpoints = [ { connection = "jira", project = "SHOP" }, { connection = "github", repo = "example/shop", milestones = "release" } ]
"""


def github(goal, **ticket):
    return list(on_github([(Kind.ROADMAP_ITEM, GitHubScope(REPO, **goal)), (Kind.TICKET, GitHubScope(REPO, **ticket))]))


def jira(goal, ticket):
    return list(in_jira([(Kind.ROADMAP_ITEM, JiraScope("SHOP", goal)), (Kind.TICKET, JiraScope("SHOP", ticket))]))


@pytest.mark.parametrize(
    ("goal", "ticket"),
    [
        ({}, {}),
        ({"as_": "issue", "types": ("Epic",)}, {"milestones": "release", "without_types": ("Epic",)}),
        ({"as_": "issue", "labels": ("epic",)}, {"without_labels": ("epic",)}),
        ({"as_": "issue", "types": ("Epic",)}, {"types": ("Bug",)}),
    ],
)
def test_a_repository_whose_roadmap_and_tickets_are_told_apart(goal, ticket):
    assert github(goal, **ticket) == []


def test_milestones_play_one_role():
    (told,) = github({}, milestones="release")
    assert told.startswith("milestones of example/shop are the roadmap in one sync and releases in another")


def test_an_issue_is_a_roadmap_item_or_a_ticket():
    (told,) = github({"as_": "issue", "types": ("Epic",)})
    assert told.endswith("hint: give the tickets without_types = ['Epic']")


def test_what_other_repositories_do_does_not_matter():
    scopes = [(Kind.ROADMAP_ITEM, GitHubScope(REPO)), (Kind.TICKET, GitHubScope("example/other", milestones="release"))]
    assert list(on_github(scopes)) == []


@pytest.mark.parametrize(
    ("goal", "ticket"), [((), ()), (("Epic",), ()), (("Epic",), ("Story", "Bug")), ((), ("Story",))]
)
def test_a_project_whose_roadmap_and_tickets_are_told_apart(goal, ticket):
    assert jira(goal, ticket) == []


@pytest.mark.parametrize(
    ("goal", "ticket"), [(("Story",), ()), (("Epic", "Story"), ("story",)), ((), ("Epic", "Story"))]
)
def test_a_project_that_takes_one_issue_for_two_things(goal, ticket):
    (told,) = jira(goal, ticket)
    assert "would be roadmap items and tickets at once" in told


def test_the_configuration_tells_of_it(tmp_path):
    (tmp_path / "pmhub.toml").write_text(TOML)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "pmhub.toml", plugin_loading.load(), {})
    assert "milestones of example/shop are the roadmap in one sync" in str(caught.value.problems)
