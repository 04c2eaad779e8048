"""What init, discover, doctor and adoption ask of both vendors, held against the vendors' own descriptions."""

from __future__ import annotations

import pytest
from connectors.github import github_spec
from connectors.jira import jira_spec
from functional.cli_workspace import PROJECT, REPO, cli_workspace

FIELDS = 'new_items = "match"\n[syncs.backlog.fields]\nestimate = { jira = "customfield_10016" }\n'


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("wire")) as hub:
        hub.write(more='[people]\nann = { email = "ann@example.com" }\n', fields=FIELDS)
        hub.github.add_user("ann-x").email = "ann@example.com"
        hub.jira.add_user("Ann Example", email="ann@example.com", account_id="jira-ann")
        hub.jira.user_create_issue(PROJECT, "Pay in one step")
        hub.github.user_create_issue(REPO, "Pay in one step", assignees=["ann-x"])
        hub.jira.user_create_issue(PROJECT, "Only here")
        for words in (
            ["discover", "projects"],
            ["discover", "people"],
            ["discover", "fields"],
            ["discover", "statuses"],
        ):
            assert hub.run(*words).code == 0
        assert hub.run("doctor").code == 0
        hub.sync()
        yield hub


def test_every_exchange_is_as_the_vendors_describe_it(asked) -> None:
    assert github_spec.rest_violations(asked.github.requests) == []
    told = ((x.method, x.path, x.query, x.request_json, x.status, x.response_json) for x in asked.jira.requests)
    assert [problem for one in told for problem in jira_spec.check_exchange(*one)] == []


def test_what_was_asked_is_what_these_commands_are_about(asked) -> None:
    paths = {x.path for x in (*asked.github.requests, *asked.jira.requests)}
    assert {"/user/repos", f"/repos/{REPO}/assignees", "/users/ann-x"} <= paths
    assert {f"/rest/api/3/{each}" for each in ("project/search", "user/assignable/search", "field")} <= paths
    assert any(path.endswith("/remotelink") for path in paths)
    assert any(path.endswith("/properties/pmhub") for path in paths)
