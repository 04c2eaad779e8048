"""What README.md and docs/ tell a user to write and to type is so: configurations load, commands run, tables are current."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from itertools import takewhile

import click
import pytest

from pmhub.cli.verbs import verbs
from pmhub.config import load
from pmhub.config import plugins as plugin_loading
from pmhub.config.shape import (
    FileTable,
    GateTable,
    GuardsTable,
    HeartbeatTable,
    MetricsTable,
    NotesTable,
    PluginsTable,
    SyncTable,
    TestTicketsTable,
    VisibilityTable,
)
from pmhub.config.validation import as_written
from pmhub_github.settings import GitHubScope, GitHubSettings
from pmhub_jira.settings import JiraScope, JiraSettings

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \|", re.MULTILINE)
INLINE = re.compile(r"`pmhub ([a-z][^`\n]*)`")
TYPED = re.compile(r"^(?:\*/10 .*  )?pmhub ([a-z].*?)(?:  .*)?$", re.MULTILINE)
TABLES = {
    "## Top level": (FileTable,),
    "### Connector `jira`": (JiraSettings,),
    "### Connector `github`": (GitHubSettings,),
    "## Syncs": (SyncTable,),
    "### Endpoints": (JiraScope, GitHubScope),
    "### Notes": (NotesTable,),
    "### Tickets for broken tests": (TestTicketsTable,),
    "## Guards": (GuardsTable,),
    "## Gate": (GateTable,),
    "## Heartbeat": (HeartbeatTable,),
    "## Metrics": (MetricsTable,),
    "## Visibility": (VisibilityTable,),
    "## Plugins": (PluginsTable,),
}
OURS = {"connection", "route", "visibility"}
"""Keys of an endpoint that are pmhub's, whatever its connector."""
GENERATED = ("docs/cli.md", "docs/errors.md")
ELSEWHERE = {"docs/recipes.md": "test_recipes.py"}
"""Pages whose configurations another test loads."""
EXECUTED = ("config check", "status", "conflicts list", "errors list")


@pytest.fixture(scope="module")
def page(repository):
    """Every page that people wrote, by its name."""
    names = ["README.md", *(f"docs/{path.name}" for path in (repository / "docs").glob("*.md"))]
    return {name: (repository / name).read_text("utf-8") for name in names if name not in GENERATED}


def blocks(text: str, language: str) -> list[str]:
    return [content for told, content in BLOCK.findall(text) if told == language]


def is_whole(text: str) -> bool:
    return "version" in tomllib.loads(text)


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md"])
def test_a_configuration_on_a_page_loads(name, page, tmp_path):
    (whole,) = filter(is_whole, blocks(page[name], "toml"))
    file = tmp_path / "pmhub.toml"
    file.write_text(whole, "utf-8")
    workspace = load(file, plugin_loading.load(), {})
    assert set(workspace.connections) == {"jira", "github"}
    assert len(workspace.syncs["backlog"].endpoints) == 2


def test_parts_of_a_configuration_on_a_page_fit_where_they_belong(page, tmp_path):
    minimal, vocabulary, people = blocks(page["docs/configuration.md"], "toml")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/team.toml").write_text(vocabulary, "utf-8")
    file = tmp_path / "pmhub.toml"
    file.write_text(f'{minimal}\nfields.status.map = "team"\n{people}', "utf-8")
    jira, _ = load(file, plugin_loading.load(), {}).syncs["backlog"].endpoints
    assert jira.scope.vocabulary.words["status"].lower("review") == "In Review"
    assert jira.scope.vocabulary.people.lower("ann")


def test_the_part_on_the_page_of_the_folder_fits_into_a_configuration(page, tmp_path):
    (part,) = blocks(page["docs/folder.md"], "toml")
    tracker = '[connections.tracker]\nconnector = "github"\ntoken = { env = "GITHUB_TOKEN" }\n'
    file = tmp_path / "pmhub.toml"
    file.write_text(f"version = 1\n{tracker}{part}", "utf-8")
    assert set(load(file, plugin_loading.load(), {}).connections) == {"tracker", "plan"}


def test_no_page_has_a_configuration_that_no_test_loads(page):
    loaded = {"README.md": 1, "docs/configuration.md": 3, "docs/folder.md": 1}
    found = {name: len(blocks(text, "toml")) for name, text in page.items() if name not in ELSEWHERE}
    assert {name: number for name, number in found.items() if number} == loaded


def section(text: str, heading: str) -> str:
    """Up to the next heading, whatever its level."""
    lines = text.split(f"\n{heading}\n", 1)[1].splitlines()
    return "\n".join(takewhile(lambda line: not line.startswith("#"), lines))


def default_of(field) -> object:
    made = field.default if field.default_factory is MISSING else field.default_factory()
    return list(made) if isinstance(made, tuple) else made


@pytest.mark.parametrize("heading", TABLES)
def test_every_setting_stands_in_its_table_with_its_default(heading, page):
    told = dict(ROW.findall(section(page["docs/configuration.md"], heading)))
    known = {as_written(field.name): field for table in TABLES[heading] for field in fields(table)}
    assert told.keys() - (OURS if heading == "### Endpoints" else set()) == known.keys()
    for name, field in known.items():
        if told[name].startswith("`") and default_of(field) is not None:
            assert tomllib.loads(f"x = {told[name].strip('`')}")["x"] == default_of(field), name


def commands(page: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """In the text, and in blocks of commands: a line each, with a remark after two spaces."""
    for name, text in page.items():
        typed = "\n".join([*blocks(text, "sh"), *blocks(text, "")])
        for found in (*INLINE.findall(text), *TYPED.findall(typed)):
            yield f"{name}: pmhub {found}", shlex.split(found)


def test_every_command_on_a_page_exists_with_its_options(page):
    plugin_verbs = {"demo"}
    assert len(list(commands(page))) > 30
    for where, words in commands(page):
        command: click.Command = verbs
        rest = list(words)
        while isinstance(command, click.Group) and rest and rest[0] not in plugin_verbs:
            found = command.get_command(click.Context(command), rest.pop(0))
            assert found, where
            command = found
        options = {option for param in command.params for option in param.opts}
        if not isinstance(command, click.Group):
            assert {word for word in rest if word.startswith("-")} <= options, where


@pytest.mark.parametrize("words", EXECUTED)
def test_what_the_readme_says_to_type_runs_on_what_it_says_to_write(words, page, tmp_path):
    assert f"pmhub {words}" in page["README.md"]
    (tmp_path / "pmhub.toml").write_text(blocks(page["README.md"], "toml")[0], "utf-8")
    assert pmhub(words.split(), tmp_path).returncode == 0


@pytest.mark.parametrize("words", ["--version", "--help", "plugins list"])
def test_what_needs_no_workspace_runs_in_an_empty_folder(words, tmp_path):
    told = pmhub(words.split(), tmp_path)
    assert told.returncode == 0, told.stderr
    assert "pmhub" in told.stdout


def pmhub(words: list[str], cwd) -> subprocess.CompletedProcess[str]:
    environ = {"JIRA_TOKEN": "fake-token", "GITHUB_TOKEN": "fake-token"}
    return subprocess.run(
        [sys.executable, "-m", "pmhub", *words],
        cwd=cwd,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_every_exit_code_is_explained(page):
    told = set(re.findall(r"^ +(\d+)  [a-z]|  (\d+)  [a-z]", str(verbs.epilog), re.MULTILINE))
    codes = {one or other for one, other in told}
    rows = re.findall(r"^\| ([\d, ]+) \|", page["docs/operations.md"], re.MULTILINE)
    assert codes == {code for row in rows for code in row.split(", ")}
