"""The stage with a Jira Data Center in Cloud's place: a personal access token, wiki markup, user names."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields, replace

from stage import PROJECT, Stage, open_plan

from pmhub.config import Connection, Endpoint
from pmhub.model.exchange import Scope
from pmhub.model.vocabulary import People, Vocabulary
from pmhub.sdk import Secret
from pmhub_github.settings import GitHubScope
from pmhub_jira.connector import JiraConnector
from pmhub_jira.settings import JiraScope, JiraSettings
from pmhub_jira.simulator import JiraSimulator, serve

PAT = "fake-personal-access-token"


@contextmanager
def open_server_plan(folder, *, github_people=None, jira_people=None, **scope):
    """Roadmap, backlog with comments, and releases between a Data Center and GitHub. `scope`: of the backlog's project."""
    with open_plan(folder) as stage:
        jira = data_center(stage)
        with serve(jira) as server:
            settings = JiraSettings(server.url, Secret({"env": "X"}, PAT))
            connections = {**stage.workspace.connections, "jira": Connection("jira", JiraConnector, settings)}
            backlog = (
                Endpoint("jira", Scope(PROJECT, JiraScope(PROJECT, **scope), words(jira_people))),
                Endpoint("github", Scope("example/shop", GitHubScope("example/shop"), words(github_people))),
            )
            syncs = {**stage.workspace.syncs, "backlog": replace(stage.workspace.syncs["backlog"], endpoints=backlog)}
            given = {each.name: getattr(stage, each.name) for each in fields(Stage)}
            workspace = replace(stage.workspace, connections=connections, syncs=syncs)
            yield Stage(**given | {"jira": jira, "workspace": workspace})


def words(people):
    return Vocabulary(people=People(people or {}))


def data_center(stage):
    jira = JiraSimulator(clock=stage.clock.seconds, data_center=True)
    jira.add_project(PROJECT, name="Shop")
    jira.want_epic_names(PROJECT)
    jira.add_user("pmhub bot", email="bot@example.com", account_id="pmhub-bot")
    jira.token("", PAT, "pmhub-bot")
    return jira
