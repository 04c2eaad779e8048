"""Workspaces of one account on one server: what a tool asks of one, the others heed before they ask it themselves."""

from __future__ import annotations

import pytest
from cli_workspace import PROJECT, cli_workspace

OTHER = "other/pmhub.toml"
pytestmark = pytest.mark.flavour("an App signs in before it asks", github=("token", "enterprise"))


@pytest.fixture
def ws(tmp_path, postgres):
    """Two workspaces between the same tools."""
    with cli_workspace(tmp_path) as workspace:
        workspace.environ |= {"SHOP": postgres(), "DOCS": postgres()}
        (tmp_path / "other").mkdir()
        workspace.write(more='store = { env = "DOCS" }\n')
        (tmp_path / "pmhub.toml").rename(tmp_path / OTHER)
        workspace.write(more='store = { env = "SHOP" }\n')
        yield workspace


def test_who_comes_second_waits_without_asking(ws):
    ws.jira.user_create_issue(PROJECT, "Pay in one step")
    ws.github.secondary_limit(times=1, retry_after=600)
    assert ws.run("sync").code == 5
    asked = [each.status for each in ws.github.requests]
    assert asked.count(403) == 1, "what had left beside it may be answered"
    done = ws.run("sync", "--config", OTHER)
    assert (done.code, "the server asked to wait" in done.err) == (5, True)
    assert [each.status for each in ws.github.requests] == asked, "it was not asked again"
    assert {each.status for each in ws.jira.requests} == {200}, "the other tool was served"


def test_another_account_is_not_held_back(ws):
    ws.github.secondary_limit(times=1, retry_after=600)
    assert ws.run("sync").code == 5
    ws.github.token("fake-token-of-another", login="another")
    assert ws.run("sync", "--config", OTHER, GITHUB_TOKEN="fake-token-of-another").code != 5
    assert len(ws.github.requests) > 1
