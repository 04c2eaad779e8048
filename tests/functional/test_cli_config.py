"""`pmhub config`: what a file comes to, where each value is from, and how an old file becomes a new one."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest
from cli_workspace import ROOT, cli_workspace

from pmhub.config import VERSION, load
from pmhub.config.migration import STEPS, stepped
from pmhub.config.plugins import load as plugins_of
from pmhub.config.shape import FileTable

TEMPLATE = """
[syncs.backlog.fields]
title = { conflict = "hold" }

[templates.team]
deleted = "notice"
fields = { status = { map = "scrum" }, title = { conflict = "newest" } }
"""


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        yield workspace


def origins(hub, **environ):
    rows = hub.run("config", "show", "--format", "json", **environ).json["settings"]
    return {row["setting"]: (row["value"], row["origin"]) for row in rows}


def line(hub, text):
    lines = (hub.folder / "pmhub.toml").read_text("utf-8").splitlines()
    return f"pmhub.toml:{lines.index(text) + 1}"


def test_every_value_says_where_it_comes_from(hub):
    hub.write(fields=TEMPLATE, replace={'kind = "ticket"': 'kind = "ticket"\ntemplate = "team"'})
    found = origins(hub)
    notice = line(hub, 'deleted = "notice"')
    team = line(hub, 'fields = { status = { map = "scrum" }, title = { conflict = "newest" } }')
    assert found["syncs.backlog.kind"] == ("ticket", line(hub, 'kind = "ticket"'))
    assert found["syncs.backlog.deleted"] == ("notice", f"{notice} (template team)")
    assert found["syncs.backlog.fields.status"] == ({"map": "scrum"}, f"{team} (template team)")
    assert found["syncs.backlog.fields.title"] == ({"conflict": "hold"}, line(hub, 'title = { conflict = "hold" }'))
    assert found["syncs.backlog.new_items"] == ("everywhere", "default")
    assert found["syncs.backlog.endpoints[1].milestones"] == ("roadmap", "default")
    assert found["guards.max_changes"] == (200, "default")
    assert found["gate.max_age"] == ("1d", "default")


def test_defaults_are_told_where_they_mean_something(hub):
    releases = """
[syncs.releases]
kind = "release"
new_items = "match"
endpoints = [{ connection = "jira", project = "SHOP" }, { connection = "github", repo = "example/shop" }]
notes = { other = "Else" }
"""
    hub.write(fields=releases)
    found = origins(hub)
    assert found["syncs.releases.notes.template"] == ("customer", "default")
    assert found["syncs.releases.match_days"] == (30, "default")
    assert "syncs.backlog.match_days" not in found


def test_a_variable_that_comes_before_the_file_is_named(hub):
    assert origins(hub)["database"] == (str(hub.folder / "pmhub.db"), "default")
    assert origins(hub, PMHUB_DATABASE="/tmp/other.db")["database"] == ("/tmp/other.db", "environment PMHUB_DATABASE")


@pytest.mark.flavour("it replaces the token in the file", github=("token", "enterprise"))
def test_a_secret_is_hidden_and_its_place_is_told(hub):
    place = line(hub, 'token = { env = "JIRA_TOKEN" }')
    assert origins(hub)["connections.jira.token"] == ("***", f"{place} (env JIRA_TOKEN)")
    hub.write(replace={'{ env = "JIRA_TOKEN" }': '{ command = ["echo", "fake-token-in-a-command"] }'})
    assert origins(hub)["connections.jira.token"] == ("***", f"{place} (command)")
    assert "fake-token" not in hub.run("config", "show", "--origin").out


@pytest.mark.parametrize("url", ['"https://watch.example/ping/fake-token"', '{ env = "PING" }'])
def test_an_address_to_ping_is_hidden_too(hub, url):
    hub.write(fields=f"[heartbeat]\nurl = {url}\n")
    done = hub.run("config", "show", "--origin", PING="https://watch.example/ping/fake-token")
    assert (done.code, "fake-token" in done.out) == (0, False)
    assert 'url = "***"' in done.out


def test_what_is_pasted_for_a_variables_name_is_not_shown(hub):
    hub.write(replace={'{ env = "JIRA_TOKEN" }': '{ env = "fake-token-pasted" }'})
    assert "fake-token-pasted" not in hub.run("config", "show", "--origin").out


def test_what_is_shown_is_the_same_configuration(hub):
    example = (ROOT / "config" / "pmhub.example.toml").read_text("utf-8")
    (hub.folder / "pmhub.toml").write_text(example, "utf-8")
    shown = hub.run("config", "show").out.replace('"***"', '{ env = "SOME_TOKEN" }')
    assert {field.name for field in dataclasses.fields(FileTable)} - {"templates", "store"} <= set(tomllib.loads(shown))
    other = hub.folder / "other.toml"
    other.write_text(shown, "utf-8")
    one, two = (load(path, plugins_of(), {}) for path in (hub.folder / "pmhub.toml", other))
    assert two.syncs == one.syncs
    assert (two.guards, two.gate, two.flows, two.emails) == (one.guards, one.gate, one.flows, one.emails)


def test_origins_stand_behind_the_values_as_comments(hub):
    plain, told = hub.run("config", "show").out, hub.run("config", "show", "--origin").out
    assert tomllib.loads(told) == tomllib.loads(plain)
    assert "# default" in told
    assert "#" not in plain


def test_a_file_of_this_version_needs_no_migration(hub):
    before = (hub.folder / "pmhub.toml").read_bytes()
    done = hub.run("config", "migrate")
    assert (done.code, done.out) == (0, "")
    assert "is of version 1, the newest: nothing to do" in done.err
    assert hub.run("config", "migrate", "--check").code == 0
    assert (hub.folder / "pmhub.toml").read_bytes() == before
    assert [path.name for path in hub.folder.glob("*.toml*")] == ["pmhub.toml"]


@pytest.mark.parametrize("verb", [["config", "migrate"], ["config", "check"], ["sync"]])
def test_a_file_of_a_newer_version_is_told_from_a_wrong_one(hub, verb):
    hub.write(replace={"version = 1": "version = 7"})
    done = hub.run(*verb)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error[PM023]: ")
    assert "pmhub.toml:1: version: must be 1: what 7 means only a newer pmhub knows. hint: update pmhub" in done.err


def test_an_older_file_is_brought_up_to_date_and_kept(hub, monkeypatch):
    """As it will be when there is a second version."""
    for name in ("pmhub.cli.config.VERSION", "pmhub.config.migration.VERSION"):
        monkeypatch.setattr(name, 2)
    monkeypatch.setattr("pmhub.config.migration.STEPS", [lambda document: document.add("added", True)])
    file = hub.folder / "pmhub.toml"
    before = file.read_text("utf-8")
    file.chmod(0o640)
    assert hub.run("config", "migrate", "--check").code == 1
    assert file.read_text("utf-8") == before
    done = hub.run("config", "migrate")
    assert (done.code, done.out) == (0, "")
    assert (hub.folder / "pmhub.toml.v1.backup").read_text("utf-8") == before
    assert tomllib.loads(file.read_text("utf-8")) == {**tomllib.loads(before), "version": 2, "added": True}
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_step_is_taken_once_and_comments_stay():
    def rename(document):
        document["keep_away"] = document.pop("block")

    text = 'version = 1  # the form\n\n# what stays out\nblock = ["a"]  # for now\n'
    assert stepped(text, 1, [rename]) == 'version = 2  # the form\n\n# what stays out\nkeep_away = ["a"]  # for now\n'
    assert stepped(text.replace("= 1", "= 2"), 2, [rename]) == text.replace("= 1", "= 2")


def test_there_is_a_step_from_every_version_to_the_next():
    assert len(STEPS) == VERSION - 1
