"""Every recipe of docs/recipes.md is done as it stands: its configuration is written, its commands are typed, in order."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_workspace import CANARY, PROJECT, REPO, cli_workspace
from functional.flavours import below

from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

pytestmark = pytest.mark.flavour("a recipe names its own services", jira=("cloud",), github=("token",))

PAGE = (Path(__file__).parents[2] / "docs/recipes.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
JIRA = re.compile(r'"https://(?:example\.atlassian\.net|jira\.example\.com)"')
GITHUB = re.compile(r'connector = "github"\n(?:url = .*\n)?')
USER = re.compile(r'"pmhub-\w+@example\.com"')
REPORT = '<testsuite name="cart"><testcase classname="cart" name="pays"/></testsuite>'
ENDS = {"pmhub gate 1.0": (0, 9)}
RECIPES = [part.partition("\n")[::2] for part in PAGE.split("\n## ")[1:]]


def blocks(text: str, language: str) -> list[str]:
    return [content for told, content in BLOCK.findall(text) if told == language]


def typed(text: str) -> list[str]:
    lines = (line.partition("  #")[0].rstrip() for block in blocks(text, "sh") for line in block.splitlines())
    return [line for line in lines if line]


def configured(text: str, urls) -> str:
    (config,) = blocks(text, "toml")
    config = JIRA.sub(f'"{urls["jira"]}"', config)
    config = GITHUB.sub(f'connector = "github"\nurl = "{urls["github"]}"\nwrite_interval = 0.0\n', config)
    return USER.sub('"bot@example.com"', config)


def years(hub) -> None:
    for number in (1, 2):
        hub.jira.user_create_issue(PROJECT, f"Story {number}", type="Story")
    hub.github.user_create_issue(REPO, "Story 1", "SHOP-1")
    hub.github.user_create_issue(REPO, "The second story")


def epics(hub) -> None:
    goal = hub.jira.user_create_issue(PROJECT, "Faster checkout", type="Epic").key
    hub.jira.user_create_issue(PROJECT, "Pay in one step", type="Story", **below(goal))


def stories(hub) -> None:
    for number in (1, 2):
        hub.jira.user_create_issue(PROJECT, f"Story {number}", type="Story", fixVersions=[])
    (hub.folder / "reports").mkdir()
    (hub.folder / "reports/junit.xml").write_text(REPORT)


def versions(hub) -> None:
    hub.jira.add_version(PROJECT, "1.0")
    story = hub.jira.user_create_issue(PROJECT, "Pay in one step", type="Story", fixVersions=[{"name": "1.0"}])
    for status in ("In Progress", "Done"):
        hub.jira.user_transition(story.key, status)


def to_look_at(hub) -> None:
    """Both accounts may read, and no more."""
    epics(hub)
    hub.github.user_create_issue(REPO, "Checkout is slow")
    hub.github.repo(REPO).permissions = {"pmhub-bot": "read"}
    for right in ("CREATE_ISSUES", "EDIT_ISSUES", "TRANSITION_ISSUES", "ADD_COMMENTS", "ASSIGN_ISSUES", "LINK_ISSUES"):
        hub.jira.deny("bot", right)


def milestones(hub) -> list[str]:
    return [one.title for one in hub.github.repo(REPO).milestones.values()]


def notes(hub) -> str:
    return "".join(str(one.body) for one in hub.github.repo(REPO).releases.values())


SETTINGS: dict[str, tuple[Callable, Callable]] = {
    "Jira and GitHub have been in use for years": (
        years,
        lambda hub: (
            hub.run("show", "SHOP-2").out.startswith(f"SHOP-2 = {REPO}#2") and len(hub.jira.issues(PROJECT)) == 2
        ),
    ),
    "Epics as milestones": (epics, lambda hub: milestones(hub) == ["Faster checkout"]),
    "CI results on tickets": (stories, lambda hub: "tests: OK" in hub.run("show", "SHOP-2").out),
    "Release notes, published": (versions, lambda hub: "Pay in one step" in notes(hub)),
    "A report every morning, and nothing is ever written": (
        to_look_at,
        lambda hub: hub.writes == [] and "Checkout is slow" in (hub.folder / "report.html").read_text("utf-8"),
    ),
    "Jira Data Center and GitHub Enterprise Server": (stories, lambda hub: len(hub.github.issues(REPO)) == 2),
}


@contextmanager
def in_the_house(folder):
    """The same workspace with a Data Center and an Enterprise Server."""
    with cli_workspace(folder) as hub:
        hub.github = GitHubSimulator(hub.clock, (3, 14))
        hub.github.add_repo(REPO, private=True)
        hub.github.token(CANARY, login="pmhub-bot")
        hub.jira = JiraSimulator(hub.clock, data_center=True)
        hub.jira.add_project(PROJECT, name="Shop")
        hub.jira.add_user("pmhub bot", email="bot@example.com", account_id="pmhub-bot")
        hub.jira.token("", CANARY, "pmhub-bot")
        hub.jira.add_user("Ann Lee", email="ann@example.com", account_id="ann.lee")
        hub.github.add_user("ann-example")
        with serve_github(hub.github) as github, serve_jira(hub.jira) as jira:
            hub.urls = {"github": github.url, "jira": jira.url}
            yield hub


@pytest.mark.parametrize(("name", "text"), RECIPES, ids=[name for name, _ in RECIPES])
def test_a_recipe_does_what_it_says(name, text, tmp_path):
    prepare, does_it = SETTINGS[name]
    with (in_the_house if "Data Center" in name else cli_workspace)(tmp_path) as hub:
        (hub.folder / "pmhub.toml").write_text(configured(text, hub.urls), "utf-8")
        prepare(hub)
        assert typed(text)
        for line in typed(text):
            program, *words = shlex.split(line)
            if program == "mkdir":
                subprocess.run([program, *words], cwd=hub.folder, check=True)
                continue
            done = hub.run(*words)
            assert done.code in ENDS.get(line, (0,)), f"{line}\n{done.out}{done.err}"
            hub.rest()
        assert does_it(hub)


def test_each_recipe_is_tested_and_there_are_enough():
    assert SETTINGS.keys() == {name for name, _ in RECIPES}
    assert len(RECIPES) >= 5
