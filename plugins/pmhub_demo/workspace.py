"""The workspace that the demo writes: a folder with a pmhub.toml, and a mark that says it may be emptied again."""

from __future__ import annotations

import shutil
from string import Template
from typing import TYPE_CHECKING

import click

from pmhub_demo.services import BOT_MAIL, PEOPLE, PROJECT, REPO

if TYPE_CHECKING:
    from pathlib import Path

    from pmhub_demo.services import Services

MARK = "made-by-pmhub-demo"
CONFIG = Template("""\
# Written by `pmhub demo`: a complete configuration, with the demo's stand-ins where your services would be.
version = 1

[connections.jira]
connector = "jira"
url = "$jira_url"  # yours: https://example.atlassian.net
user = "$mail"
token = { env = "DEMO_JIRA_TOKEN" }  # a secret is named here, never written

[connections.github]
connector = "github"
url = "$github_url"  # yours: leave it out for github.com
token = { env = "DEMO_GITHUB_TOKEN" }
write_interval = 0  # GitHub asks for a second between changes; the stand-in does not

[syncs.roadmap]
kind = "roadmap_item"
endpoints = [
  { connection = "jira", project = "$project", types = ["Epic"] },
  { connection = "github", repo = "$repo", as = "milestone" },
]

[syncs.releases]
kind = "release"
endpoints = [
  { connection = "jira", project = "$project" },
  { connection = "github", repo = "$repo", tag = "v{version}" },
]
notes = { template = "customer" }  # composed of the tickets that are done, for those who read

[syncs.ci]  # test runs are facts: read on one side, shown on the tickets of the other
kind = "test_run"
from = { connection = "github", repo = "$repo" }
to = [{ connection = "jira", project = "$project" }]

[syncs.backlog]
kind = "ticket"
endpoints = [
  { connection = "jira", project = "$project", types = ["Story", "Bug", "Task", "Sub-task"] },
  { connection = "github", repo = "$repo" },
]

[syncs.backlog.fields]
title = { conflict = "hold" }  # two different new titles: a person decides
type = { map = { story = { jira = "Story", github = "Feature" }, bug = { jira = "Bug", github = "Bug" }, task = { jira = "Task", github = "Task" } } }
status = { map = "scrum" }  # words that pmhub brings along: To Do, In Progress, In Review, Done ...

[people]  # who is not here is left out on the other side
$people
""")


def prepare(folder: Path) -> None:
    """An empty folder with our mark. Raises click.ClickException for a folder that is not ours."""
    if folder.is_symlink() or (folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file()):
        hint = "It was not made by a demo, so it stays as it is. Name another one with --folder."
        raise click.ClickException(f"{folder} holds other files. {hint}")
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARK).write_text("`pmhub demo` made this folder and empties it when it runs again.\n", "utf-8")


def write_config(folder: Path, services: Services) -> Path:
    people = (f'{name} = {{ jira = "{services.account(name)}", github = "{name}" }}' for name in PEOPLE)
    text = CONFIG.substitute(
        jira_url=services.jira_url,
        github_url=services.github_url,
        mail=BOT_MAIL,
        project=PROJECT,
        repo=REPO,
        people="\n".join(people),
    )
    path = folder / "pmhub.toml"
    path.write_text(text, "utf-8")
    return path
