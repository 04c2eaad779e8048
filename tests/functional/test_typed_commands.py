"""What the pages tell a reader to type is typed, in the order of the pages, in the workspace that the README writes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

pytestmark = pytest.mark.flavour("the pages name their own services", jira=("cloud",), github=("token",))

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/operations.md", "docs/gate-and-report.md", "docs/test-results.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^pmhub ([^|>#\n]*)", re.MULTILINE)
SKIPPED = {
    "init": "it asks; test_cli_init answers",
    "store": "it needs a server; test_cli_store has one",
    "worker": "it needs a server; test_workers has one",
    "schedule": "it needs a server; test_workers has one",
}
MAY_END = {"gate": (0, 9)}
RELEASES = f"""
[syncs.releases]
kind = "release"
endpoints = [{{ connection = "jira", project = "{PROJECT}" }}, {{ connection = "github", repo = "{REPO}" }}]
notes = {{ template = "customer" }}
"""
REPORT = '<testsuite name="cart"><testcase classname="cart" name="pays"/></testsuite>'


def readme_toml(urls) -> str:
    text = next(content for told, content in BLOCK.findall((ROOT / "README.md").read_text("utf-8")) if told == "toml")
    text = text.replace("https://example.atlassian.net", urls["jira"]).replace("pmhub-bot@", "bot@")
    return text.replace(
        'connector = "github"\n', f'connector = "github"\nurl = "{urls["github"]}"\nwrite_interval = 0.0\n'
    )


def typed() -> list[tuple[str, str]]:
    """(page, line) of every command in a block of its own."""
    found = []
    for page in PAGES:
        blocks = BLOCK.findall((ROOT / page).read_text("utf-8"))
        found += [
            (page, line.strip()) for told, content in blocks if told in ("sh", "") for line in COMMAND.findall(content)
        ]
    return found


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("typed")) as workspace:
        (workspace.folder / "pmhub.toml").write_text(readme_toml(workspace.urls) + RELEASES, "utf-8")
        workspace.jira.add_user("Ann Lee", email="ann@example.com", account_id="5b10a2844c20165700ede21g")
        workspace.github.add_user("ann-example")
        workspace.jira.add_version(PROJECT, "2.4.0")
        for number in range(26):
            workspace.jira.user_create_issue(
                PROJECT, f"Story {number}", type="Story", fixVersions=[{"name": "2.4.0"}] if number > 20 else []
            )
        (workspace.folder / "build/reports").mkdir(parents=True)
        (workspace.folder / "build/reports/junit.xml").write_text(REPORT)
        workspace.sync()
        yield workspace


@pytest.mark.parametrize(("page", "line"), typed(), ids=[f"{page}: {line}" for page, line in typed()])
def test_what_a_page_says_to_type_can_be_typed(hub, page, line):
    verb, *_ = words = shlex.split(line)
    if verb in SKIPPED:
        pytest.skip(SKIPPED[verb])
    done = hub.run(*words)
    hub.rest()
    assert done.code in MAY_END.get(verb, (0,)), f"{page}: pmhub {line}\n{done.out}{done.err}"


def test_there_is_something_to_type():
    assert len(typed()) > 20
