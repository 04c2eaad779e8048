"""What starts must start fast: cron runs it every few minutes, and a shell asks it at every press of the tab key."""

import os
import re
import subprocess
import sys

import pytest

HEAVY = (
    "httpx",
    "jira",
    "github",
    "asyncio",
    "jinja2",
    "markdown_it",
    "pydantic",
    "procrastinate",
    "psycopg",
    "pydantic_core",
    "rich",
    "sqlite_utils",
    "tenacity",
    "yaml",
)
PROGRAM = "import sys; from pmhub.cli.main import main; main(sys.argv[1:])"
COMPLETING = {"_PMHUB_COMPLETE": "bash_complete", "COMP_CWORD": "1"}


def imported(folder, *arguments, program=PROGRAM, **environ):
    """Names of the modules that a process brought in, after it ended."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode in (0, 1), told.stderr[-2000:]
    return set(re.findall(r"^import time:.*\| +(\S+)$", told.stderr, re.MULTILINE))


def heavy(modules):
    return sorted({module.partition(".")[0] for module in modules} & set(HEAVY))


def completion(words, at):
    return {**COMPLETING, "COMP_WORDS": words, "COMP_CWORD": str(at)}


@pytest.mark.parametrize("arguments", [["--help"], ["sync", "--help"], ["--version"], ["plugins", "list"]])
def test_help_and_the_list_of_plugins_bring_in_nothing_that_a_run_needs(tmp_path, arguments):
    assert heavy(imported(tmp_path, *arguments)) == []


@pytest.mark.parametrize(("words", "at"), [("pmhub ", 1), ("pmhub sync --", 2), ("pmhub sync b", 2)])
def test_a_shell_that_completes_brings_in_nothing_that_a_run_needs(tmp_path, words, at):
    assert heavy(imported(tmp_path, **completion(words, at))) == []


def test_help_imports_no_verb(tmp_path):
    brought = imported(tmp_path, "--help") | imported(tmp_path, **completion("pmhub ", 1))
    assert not {"pmhub.cli.sync", "pmhub.cli.plan", "pmhub.cli.opening", "pmhub.store", "pmhub.sync.run"} & brought


def test_a_run_brings_in_nothing_for_what_may_never_come(tmp_path):
    """A failed request, a configuration that is wrong, notes to publish."""
    brought = imported(
        tmp_path, program="import pmhub.cli.sync, pmhub.config.loading, pmhub.http.reader, pmhub.http.wire"
    )
    assert not {"tenacity", "pydantic", "pmhub.engine.notes.compose", "pmhub.engine.gate"} & brought


def test_a_verb_of_a_plugin_brings_in_no_connector(tmp_path):
    assert not [
        name for name in imported(tmp_path, "demo", "--help") if name.endswith(".connector") and "sdk" not in name
    ]


def test_the_connector_that_no_connection_uses_is_not_imported(tmp_path):
    (tmp_path / "pmhub.toml").write_text(
        'version = 1\n[connections.here]\nconnector = "github"\ntoken = { env = "NOT_THERE" }\n', "utf-8"
    )
    brought = imported(tmp_path, "config", "check", "--no-secrets")
    assert "pmhub_github.connector" in brought
    assert "pmhub_jira.connector" not in brought


def test_a_configuration_that_is_right_needs_no_words_for_what_is_wrong(tmp_path):
    file = tmp_path / "pmhub.toml"
    file.write_text('version = 1\n[connections.here]\nconnector = "github"\ntoken = { env = "NOT_THERE" }\n', "utf-8")
    assert "pydantic" not in imported(tmp_path, "config", "check", "--no-secrets")
    file.write_text(file.read_text("utf-8") + "[guards]\nmax_changes = true\n", "utf-8")
    assert "pydantic" in imported(tmp_path, "config", "check", "--no-secrets")
