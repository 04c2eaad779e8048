"""status, show, why, plugins, config: what can be asked without network, lock or secrets."""

from __future__ import annotations

import json

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("reading")) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step", labels=["shop"])
        workspace.jira.user_create_issue(PROJECT, "Another \x1b]0;owned\x07\u202e title")
        workspace.sync()
        workspace.jira.user_edit_issue("SHOP-1", summary="Pay in two steps")
        workspace.sync()
        workspace.jira.requests.clear()
        workspace.github.requests.clear()
        for name in ("JIRA_TOKEN", "GITHUB_TOKEN"):
            del workspace.environ[name]
        yield workspace
        assert workspace.jira.requests == workspace.github.requests == []


def test_status_tells_runs_and_what_waits(hub):
    done = hub.run("status")
    assert done.code == 0
    assert "last complete run: " in done.out
    assert "backlog: 2 tickets" in done.out
    assert "exit 0: 1 updated ticket" in done.out


def test_status_in_json_can_be_watched(hub):
    document = hub.run("status", "--format", "json").json
    assert document["schema_version"] == 1
    assert document["seconds_since_complete"] >= 0
    assert all(sync.pop("seconds_since_complete") >= 0 for sync in document["syncs"])
    assert document["syncs"] == [
        {"sync": "backlog", "items": {"ticket": 2}, "conflicts_open": 0, "dead_letters": 0, "unknown_writes": 0}
    ]
    assert [run["exit_code"] for run in document["runs"]] == [0, 0]


@pytest.mark.parametrize(("max_age", "code"), [("1d", 0), ("0s", 1)])
def test_a_status_that_is_too_old_exits_with_1(hub, max_age, code):
    done = hub.run("status", "-q", "--max-age", max_age)
    assert (done.code, done.out) == (code, "")


def test_looking_makes_no_database(hub, tmp_path):
    (tmp_path / "pmhub.toml").write_text((hub.folder / "pmhub.toml").read_text())
    done = hub.run("status", "--max-age", "1d", "--config", str(tmp_path / "pmhub.toml"))
    assert done.code == 1
    assert "no run was complete yet" in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["pmhub.toml"]


def test_show_tells_fields_counterparts_and_the_remotes_own_words(hub):
    done = hub.run("show", "SHOP-1")
    assert done.code == 0
    assert "SHOP-1 = example/shop#1  Pay in two steps" in done.out
    assert f"jira: SHOP-1 {hub.urls['jira']}/browse/SHOP-1" in done.out
    assert "labels: shop" in done.out
    assert "status: To Do" in done.out
    assert "status: todo" in done.out


@pytest.mark.parametrize(
    "name", ["SHOP-1", "shop-1", "example/shop#1", "{jira}/browse/SHOP-1", "{jira}/browse/SHOP-1?x=1#y"]
)
def test_an_item_goes_by_every_name_people_have_for_it(hub, name):
    expected = hub.run("show", "SHOP-1", "--format", "json").json["id"]
    assert hub.run("show", name.format(**hub.urls), "--format", "json").json["id"] == expected


def test_an_item_goes_by_our_id_and_by_its_beginning(hub):
    document = hub.run("show", "SHOP-1", "--format", "json").json
    for name in (document["id"], document["id"][:8]):
        assert hub.run("show", name, "--format", "json").json == document


def test_an_item_goes_by_the_address_of_its_issue(hub):
    document = hub.run("show", "example/shop#1", "--format", "json").json
    [url] = [each["url"] for each in document["counterparts"] if each["connection"] == "github"]
    assert hub.run("show", f"{url}?from=mail#top", "--format", "json").json == document


def test_why_tells_who_set_a_field_and_what_every_run_did_to_it(hub):
    done = hub.run("why", "SHOP-1", "title")
    assert "title: Pay in two steps\n  set on jira, " in done.out
    assert "created on github: Pay in one step" in done.out
    assert "taken from jira: Pay in one step → Pay in two steps" in done.out
    assert "written to github: Pay in one step → Pay in two steps" in done.out


def test_why_of_a_whole_item_has_a_row_for_every_field(hub):
    rows = hub.run("why", "SHOP-1", "--format", "json").json["fields"]
    assert {"title", "labels", "status"} <= {row["field"] for row in rows}
    assert all(row["set_on"] == "jira" for row in rows)


def test_why_of_a_field_that_is_none(hub):
    done = hub.run("why", "SHOP-1", "colour")
    assert done.code == 1
    assert "a ticket has no field 'colour'" in done.err
    assert "title" in done.err


@pytest.mark.parametrize("verb", ["show", "why"])
@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "md"])
def test_a_title_cannot_take_over_the_terminal(hub, verb, format_):
    out = hub.run(verb, "SHOP-2", "--format", format_).out
    assert "Another" in out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_plugins_are_listed_with_what_they_bring(hub):
    rows = {row["name"]: row for row in hub.run("plugins", "list", "--format", "json").json["plugins"]}
    assert rows["jira"]["connectors"] == ["jira"]
    assert rows["github"]["connectors"] == ["github"]


def test_a_configuration_without_its_secrets_is_checked_on_request(hub):
    assert hub.run("config", "check").code == 1
    done = hub.run("config", "check", "--no-secrets")
    assert done.code == 0
    assert "2 connections, 1 sync, no problem found" in done.out


def test_the_path_of_the_configuration_can_be_asked_for(hub):
    assert hub.run("config", "path").out == f"{hub.folder / 'pmhub.toml'}\n"


def test_the_schema_of_the_configuration_knows_the_connectors(hub):
    schema = hub.run("config", "schema").json
    assert {"connection-jira", "connection-github"} <= set(schema["$defs"])


def test_lists_of_nothing_are_empty(hub):
    for verb in ("conflicts", "errors"):
        assert hub.run(verb, "list").out == ""
        assert hub.run(verb, "list", "--format", "json").json == {
            "schema_version": 1,
            "document": verb,
            "count": 0,
            verb: [],
        }


def test_json_can_be_read_whatever_stands_in_it(hub):
    assert json.loads(hub.run("show", "SHOP-2", "--format", "json").out)["title"].endswith("title")


def test_the_other_side_has_what_was_shown(hub):
    assert hub.github.issue(REPO, 1).title == "Pay in two steps"
