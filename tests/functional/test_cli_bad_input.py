"""Everything that people and machines get wrong: what, where, what to do, the right exit code; and nothing is written."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess

import pytest
from cli_workspace import PROJECT, cli_workspace

from pmhub.cli.explained import ERRORS
from pmhub.store import SCHEMA_VERSION
from pmhub.sync.lock import locked


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        yield workspace
        assert workspace.writes == []
        assert not any("Traceback" in text for text in workspace.outputs)


def fails(hub, code, *texts, args=("sync",), **environ):
    return failed(hub.run(*args, **environ), code, *texts)


def failed(done, code, *texts):
    assert (done.code, done.out) == (code, ""), done.err
    assert re.match(r"error\[(PM\d{3})\]: ", done.err)[1] in ERRORS
    assert "hint: " in done.err
    for text in texts:
        assert text in done.err
    return done


def test_an_unknown_key(hub):
    hub.write(more="gaurds = 1")
    fails(hub, 1, "pmhub.toml:2: gaurds: unknown key", "did you mean `guards`?")


@pytest.mark.flavour(
    "what stands in the file of a token, and what it is told", jira=("cloud",), github=("token", "enterprise")
)
def test_a_value_of_the_wrong_type(hub):
    hub.write(replace={"write_interval = 0.0": 'write_interval = "soon"'})
    fails(hub, 1, "pmhub.toml:13: connections.github.write_interval: must be a number")


@pytest.mark.flavour(
    "what stands in the file of a token, and what it is told", jira=("cloud",), github=("token", "enterprise")
)
def test_two_errors_are_told_at_once(hub):
    hub.write(more="gaurds = 1", replace={"write_interval = 0.0": 'write_interval = "soon"'})
    fails(hub, 1, "2 problems", "pmhub.toml:2: ", "pmhub.toml:13: ")


@pytest.mark.flavour(
    "what stands in the file of a token, and what it is told", jira=("cloud",), github=("token", "enterprise")
)
def test_a_secret_that_is_not_there(hub):
    del hub.environ["JIRA_TOKEN"]
    fails(hub, 1, "pmhub.toml:7: connections.jira.token: the environment has no variable JIRA_TOKEN")


def test_a_host_that_does_not_answer(hub):
    hub.write(replace={hub.urls["jira"]: "http://127.0.0.1:9"})
    fails(hub, 5, "jira: ", "127.0.0.1", args=("sync", "--max-time", "0.5"))  # no second try fits in


@pytest.mark.flavour(
    "what stands in the file of a token, and what it is told", jira=("cloud",), github=("token", "enterprise")
)
@pytest.mark.parametrize("name", ["JIRA_TOKEN", "GITHUB_TOKEN"])
def test_a_wrong_token(hub, name):
    fails(
        hub, 4, f"error[PM071]: {name.partition('_')[0].lower()}: ", args=("plan", "-q"), **{name: "fake-token-wrong"}
    )


def test_a_wrong_token_that_is_answered_as_a_stranger(hub):
    hub.jira.anonymous_on_bad_token = True
    fails(hub, 4, "error[PM071]: jira: ", JIRA_TOKEN="fake-token-wrong")


def test_a_project_nobody_knows(hub):
    hub.write(replace={'project = "SHOP"': 'project = "NOPE"'})
    fails(hub, 4, "jira: no project NOPE can be seen")


@pytest.mark.flavour(
    "what stands in the file of a token, and what it is told", jira=("cloud",), github=("token", "enterprise")
)
def test_a_repository_nobody_knows(hub):
    hub.write(replace={'repo = "example/shop"': 'repo = "example/nope"'})
    done = hub.run("plan", "-q")
    assert done.code == 4
    assert "example/nope cannot be seen" in done.err


def test_no_configuration_at_all(hub):
    (hub.folder / "pmhub.toml").unlink()
    fails(hub, 1, f"no pmhub.toml in {hub.folder} or any folder above it")


def test_a_configuration_that_is_named_and_not_there(hub):
    fails(hub, 1, "--config names", "elsewhere.toml", args=("sync", "--config", "elsewhere.toml"))


def test_a_workspace_that_another_run_holds(hub):
    with locked(hub.database, wait=0, now=0):
        failed(hub.child("sync"), 7, "another run holds this workspace (process ", "--wait SECONDS")


def test_a_locked_workspace_can_still_be_read(hub):
    with locked(hub.database, wait=0, now=0):
        assert hub.run("status").code == 0


def test_a_wait_that_is_long_enough_ends_well(hub):
    with locked(hub.database, wait=0, now=0):
        child = hub.start("plan", "-q", "--wait", "60")
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=1.0)
    child.communicate(timeout=60)
    assert child.returncode == 0


@pytest.mark.parametrize("verb", [["sync"], ["status"], ["show", "SHOP-1"]])
def test_a_database_of_a_newer_version(hub, verb):
    database = sqlite3.connect(hub.database)
    database.execute("PRAGMA user_version = 99")
    database.close()
    fails(
        hub, 1, f"was written by a newer pmhub (schema 99, this one knows {SCHEMA_VERSION})", "Upgrade pmhub", args=verb
    )


def test_a_database_that_is_none(hub):
    hub.database.write_bytes(b"not a database " * 500)
    fails(hub, 1, str(hub.database), "Restore a backup")


def test_a_plan_file_of_another_configuration(hub):
    hub.run("plan", "-o", "plan.json")
    hub.write(fields='[syncs.backlog.fields]\ntitle = { conflict = "jira" }')
    fails(hub, 1, "the configuration changed since this plan was made", args=("apply", "plan.json"))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"schema_version": 1, "rows": [1]}', '{"schema_version": 1, "rows": [{}]}', "\x00"]
)
def test_a_file_that_is_no_plan(hub, text):
    (hub.folder / "plan.json").write_text(text)
    fails(hub, 1, "plan.json is not a plan file", "pmhub plan -o FILE", args=("apply", "plan.json"))


def test_a_plan_file_of_another_version(hub):
    hub.run("plan", "-o", "plan.json")
    plan = json.loads((hub.folder / "plan.json").read_text())
    (hub.folder / "plan.json").write_text(json.dumps(plan | {"schema_version": 99}))
    fails(hub, 1, "not a plan file of this version", args=("apply", "plan.json"))


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["plan", "nosuch"], "there is no sync named 'nosuch'"),
        (["plan", "--prefer", "nosuch"], "--prefer names no connection of this workspace: 'nosuch'"),
        (["plan", "--kind", "nosuch"], "there is no kind 'nosuch'"),
        (["plan", "--only", "NOPE-1"], "no item is known as NOPE-1"),
        (["show", "NOPE-1"], "no item is known as NOPE-1"),
        (["why", "NOPE-1"], "no item is known as NOPE-1"),
        (["apply", "nosuch.json"], "nosuch.json cannot be read"),
        (["conflicts", "resolve", "7", "--take", "ours"], "there is no conflict 7"),
        (["errors", "retry", "7"], "there is no error 7"),
        (["errors", "ignore", "7"], "there is no error 7"),
    ],
)
def test_a_name_nobody_knows(hub, args, text):
    fails(hub, 1, text, args=args)


@pytest.mark.parametrize(
    "args",
    [
        ["snyc"],
        ["plan", "--nosuch"],
        ["plan", "--max-changes", "-1"],
        ["sync", "--wait", "soon"],
        ["status", "--max-age", "long"],
        ["conflicts", "resolve", "1"],
        ["conflicts", "resolve", "1", "--take", "ours", "--value", "x"],
        ["errors", "retry"],
        ["errors", "retry", "1", "--all"],
        ["apply"],
    ],
)
def test_wrong_usage_exits_with_2(hub, args):
    done = hub.run(*args)
    assert (done.code, done.out) == (2, "")
    assert "error[PM002]: " in done.err


def test_a_misspelt_verb_gets_the_right_one_named(hub):
    assert "Did you mean `sync`?" in hub.run("snyc").err


@pytest.mark.parametrize("group", ["config", "plugins", "errors", "conflicts", "discover"])
def test_a_group_without_a_command_shows_its_page(hub, group):
    done = hub.run(group)
    assert (done.code, done.out) == (2, "")
    assert done.err == hub.run(group, "--help").out


@pytest.mark.parametrize("verb", ["plan", "sync"])
def test_a_sync_that_is_none_is_told_before_a_secret_that_is_missing(hub, verb):
    del hub.environ["JIRA_TOKEN"]
    fails(hub, 1, "error[PM010]: there is no sync named 'backlgo'", args=(verb, "backlgo"))


def test_a_connection_that_is_none_is_told_before_a_secret_that_is_missing(hub):
    del hub.environ["JIRA_TOKEN"]
    fails(hub, 1, "error[PM010]: there is no connection 'jria'", args=("doctor", "--connection", "jria"))


def test_a_plan_that_cannot_be_kept_is_told_before_anything_is_read(hub):
    fails(hub, 1, "nowhere/plan.json cannot be written", args=("plan", "-o", "nowhere/plan.json"))
    assert hub.jira.requests == []
