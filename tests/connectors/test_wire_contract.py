"""Whole runs between both connectors, and every exchange of them held against what the vendors describe."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from connectors.github import github_spec
from connectors.jira import jira_spec
from functional.stage import PROJECT, REPO, Stage, open_stage

from pmhub_github.simulator.endpoints import ROUTES
from pmhub_jira.richtext import to_adf
from pmhub_jira.simulator.routes import OPERATIONS

ANN = {"github": {"ann": "Ann"}, "jira": {"ann": "Ann"}}
BODY = (
    "# Why\n\nIt is **slow**, see `pay()`.\n\n- one\n- two\n\n```python\npay()\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"
)


@dataclass
class Log:
    """What was asked and answered in all runs."""

    stage: Stage
    github: list[Any] = field(default_factory=list)
    jira: list[Any] = field(default_factory=list)

    def run(self) -> None:
        """One sync at rest; nothing may be refused."""
        self.stage.rest()
        report = self.stage.sync()
        surprises = report.refused
        assert (report.down, surprises, report.stopped) == ({}, [], "")
        self.github += self.stage.github.requests
        self.jira += self.stage.jira.requests

    def key_of(self, title: str) -> str:
        return next(issue.key for issue in self.stage.jira.issues(PROJECT) if issue.summary == title)

    def github_operations(self) -> set[tuple[str, str]]:
        return {(one.method, one.template or one.full_path) for one in self.github if one.full_path != "/graphql"}

    def jira_operations(self) -> set[tuple[str, str]]:
        return {jira_spec.operation_of(one.method, one.path) or (one.method, one.path) for one in self.jira}


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Iterator[Log]:
    with open_stage(tmp_path_factory.mktemp("wire"), people=ANN) as stage:
        log = Log(stage)
        for act in (begin, edit_both, change_statuses, say_things, disagree, let_go):
            act(log)
            log.run()
        log.run()
        yield log


def begin(log: Log) -> None:
    """Items on both sides, with everything an item may have."""
    github, jira = log.stage.github, log.stage.jira
    github.add_user("ann")
    jira.add_user("Ann", email="ann@example.com", account_id="ann")
    jira.add_version(PROJECT, "1.0")
    jira.add_component(PROJECT, "Cart")
    github.user_create_issue(REPO, "From GitHub", BODY, labels=["bug", "release/1.0"], assignees=["ann"])
    github.user_create_issue(REPO, "Closed at GitHub", None)
    github.user_close(REPO, 2, reason="not_planned")
    github.user_create_issue(REPO, "Part of it", "Text.")
    github.user_add_sub_issue(REPO, 1, 3)
    github.user_create_pull(REPO, "A change")
    github.user_comment(REPO, 1, "Said at GitHub, @ann")
    epic = jira.user_create_issue(PROJECT, "An epic", type="Epic")
    fields = {"labels": ["checkout"], "components": [{"name": "Cart"}], "duedate": "2026-12-24"}
    made = jira.user_create_issue(
        PROJECT, "From Jira", to_adf(BODY), "Bug", assignee={"accountId": "ann"}, parent={"key": epic.key}, **fields
    )
    jira.user_create_issue(PROJECT, "Done in Jira", to_adf("Text."), fixVersions=[{"name": "1.0"}])
    jira.user_transition(log.key_of("Done in Jira"), "Done")
    jira.user_comment(made.key, to_adf("Said in Jira"))


def edit_both(log: Log) -> None:
    github, jira = log.stage.github, log.stage.jira
    github.user_edit_issue(
        REPO, 1, title="From GitHub, renamed", body=f"{BODY}\n\nMore.", labels=["cart"], assignees=[]
    )
    github.user_edit_issue(REPO, 3, labels=["part", "release/2.0"])
    key = log.key_of("From Jira")
    jira.user_edit_issue(
        key, summary="From Jira, renamed", description=to_adf("Less."), labels=["cart", "pay"], assignee=None
    )


def change_statuses(log: Log) -> None:
    github, jira = log.stage.github, log.stage.jira
    github.user_close(REPO, 1)
    github.user_reopen(REPO, 2)
    jira.user_transition(log.key_of("From Jira, renamed"), "Done")
    jira.user_transition(log.key_of("Part of it"), "In Progress")
    jira.user_transition(log.key_of("Done in Jira"), "To Do")


def say_things(log: Log) -> None:
    """New comments and other words in old ones, on both sides."""
    github, jira = log.stage.github, log.stage.jira
    github.user_comment(REPO, 3, "Another one")
    for comment in [one for one in github.comments(REPO).values() if one.author != "pmhub-bot"]:
        github.user_edit_comment(REPO, comment.id, f"{comment.body}, and more")
    key = log.key_of("From Jira, renamed")
    jira.user_edit_comment(key, jira.comments(key)[0].id, to_adf("Said again in Jira"))
    jira.user_comment(key, to_adf("And another"))


def disagree(log: Log) -> None:
    """One title and one body changed on both sides."""
    github, jira = log.stage.github, log.stage.jira
    key = log.key_of("Part of it")
    github.user_edit_issue(REPO, 3, title="Part of it, says GitHub", body="Text by GitHub.")
    log.stage.clock.advance(30)
    jira.user_edit_issue(key, summary="Part of it, says Jira", description=to_adf("Text by Jira."))


def let_go(log: Log) -> None:
    """What is deleted on one side is closed on the other."""
    log.stage.github.user_delete_issue(REPO, 2)
    log.stage.jira.user_delete_issue(log.key_of("Done in Jira"))


def test_every_exchange_with_github_is_as_described(log) -> None:
    assert github_spec.rest_violations(log.github) == []
    assert github_spec.graphql_violations(log.github) == []


def test_every_exchange_with_jira_is_as_described(log) -> None:
    asked = ((one.method, one.path, one.query, one.request_json, one.status, one.response_json) for one in log.jira)
    assert [problem for one in asked for problem in jira_spec.check_exchange(*one)] == []


def test_the_runs_have_used_the_operations_that_matter(log) -> None:
    """A scenario that no longer writes would find nothing wrong."""
    issue, comment = "/repos/{owner}/{repo}/issues/{issue_number}", "/repos/{owner}/{repo}/issues/comments/{comment_id}"
    assert log.github_operations() >= {
        ("GET", "/user"),
        ("GET", "/repos/{owner}/{repo}"),
        ("GET", "/repos/{owner}/{repo}/issues"),
        ("GET", "/repos/{owner}/{repo}/issues/comments"),
        ("POST", "/repos/{owner}/{repo}/issues"),
        ("PATCH", issue),
        ("POST", f"{issue}/comments"),
        ("PATCH", comment),
    }
    assert any(one.full_path == "/graphql" for one in log.github)
    api = "/rest/api/3"
    assert log.jira_operations() >= {
        ("GET", f"{api}/myself"),
        ("POST", f"{api}/search/jql"),
        ("POST", f"{api}/issue/bulk"),
        ("PUT", f"{api}/issue/{{issueIdOrKey}}"),
        ("POST", f"{api}/issue/{{issueIdOrKey}}/transitions"),
        ("POST", f"{api}/issue/{{issueIdOrKey}}/comment"),
        ("PUT", f"{api}/issue/{{issueIdOrKey}}/comment/{{id}}"),
    }


def test_only_the_listed_operations_are_described_nowhere(log, repository) -> None:
    github = {*log.github_operations(), *((method, placeholders(path)) for method, path, _ in ROUTES)}
    jira = {(one.method, one.path) for one in log.jira} | {
        (method, f"/rest/api/3/{re.sub(r'<[^>]+>', '1', path)}") for method, path in OPERATIONS
    }
    undescribed = {("github", *operation) for operation in github - github_spec.operations()}
    undescribed |= {("jira", *operation) for operation in jira if jira_spec.operation_of(*operation) is None}
    listed = tomllib.loads((repository / "tests" / "unverified_operations.toml").read_text("utf-8"))["operation"]
    assert all(entry["source"] for entry in listed)
    assert {(entry["connector"], entry["method"], entry["path"]) for entry in listed} == undescribed


def placeholders(path: str) -> str:
    """`/repos/<owner>/<int:issue_number>` as GitHub's description writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
