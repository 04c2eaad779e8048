"""Both simulators over real sockets and a folder with a pmhub.toml between them, for tests of the command line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from functional import flavours
from functional.reads_ahead import wait_for_reads_ahead

from pmhub.cli.main import run
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

REPO, PROJECT = "example/shop", "SHOP"
CANARY = "fake-token-Zm9vYmFy+canary/9f8e7d=="
READS_BY_POST = ("/search", "/search/jql", "/bulkfetch", "/comment/list", "/graphql", "/access_tokens")
ROOT = Path(__file__).resolve().parents[2]
TOML = """\
version = 1
{more}
[connections.jira]
connector = "jira"
url = "{jira}"
{jira_account}

[connections.github]
connector = "github"
url = "{github}"
{github_account}
write_interval = 0.0

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "jira", project = "{project}" }},
  {{ connection = "github", repo = "{repo}" }},
]
{fields}
"""


@dataclass
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Clock:
    """The remotes' clock: behind ours, so that a test can let time pass there without waiting."""

    behind: float = 36_000.0

    def __call__(self) -> float:
        return time.time() - self.behind


@dataclass
class CliWorkspace:
    folder: Path
    clock: Clock
    github: GitHubSimulator
    jira: JiraSimulator
    urls: Mapping[str, str]
    environ: dict[str, str] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)

    def write(self, *, more: str = "", fields: str = "", replace: Mapping[str, str] | None = None) -> None:
        accounts = {"jira_account": flavours.jira_toml(), "github_account": flavours.github_toml(self.github)}
        text = TOML.format(**self.urls, **accounts, more=more, fields=fields, project=PROJECT, repo=REPO)
        for old, new in (replace or {}).items():
            assert old in text
            text = text.replace(old, new)
        (self.folder / "pmhub.toml").write_text(text, "utf-8")

    def start(self, *args: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pmhub", *args],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def child(self, *args: str, **environ: str) -> Done:
        """A whole process, as a person would start it in the folder of pmhub.toml."""
        child = self.start(*args, **environ)
        out, err = child.communicate(timeout=120)
        return self._done(child.returncode, out, err)

    def piped(self, text: str, *args: str) -> Done:
        """A whole process that is given `text` on its standard input."""
        done = subprocess.run(
            [sys.executable, "-m", "pmhub", *args],
            cwd=self.folder,
            env=self.environ,
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return self._done(done.returncode, done.stdout, done.stderr)

    def run(self, *args: str, **environ: str) -> Done:
        """The same without the time that a process takes to start."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, {**self.environ, **environ}, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(args)
        wait_for_reads_ahead()
        return self._done(code, out.getvalue(), err.getvalue())

    def _done(self, code: int, out: str, err: str) -> Done:
        self.outputs += [out, err]
        return Done(code, out, err)

    def sync(self) -> Done:
        done = self.run("sync")
        assert done.code == 0, done.err
        self.rest()
        return done

    def rest(self) -> None:
        """Long enough for every overlap window and settle time to pass."""
        self.clock.behind -= 1200

    @property
    def writes(self) -> list[Any]:
        exchanges = [*self.github.requests, *self.jira.requests]
        return [x for x in exchanges if x.method != "GET" and not x.path.endswith(READS_BY_POST)]

    @property
    def database(self) -> Path:
        return self.folder / "pmhub.db"


def cli_environment() -> dict[str, str]:
    """What a child process of a test may know of this machine, with our tokens."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PMHUB_", "PYTHON", "COV"))}
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "plugins"))
    environ = {**kept, "PYTHONPATH": path, "JIRA_TOKEN": CANARY, "GITHUB_TOKEN": CANARY}
    return {**environ, "GITHUB_KEY": flavours.private_key()} if flavours.CHOSEN.github == "app" else environ


@contextmanager
def cli_workspace(folder: Path) -> Iterator[CliWorkspace]:
    clock = Clock()
    github, jira = flavours.github(clock, CANARY), flavours.jira(clock, CANARY)
    github.add_repo(REPO, private=True)
    jira.add_project(PROJECT, name="Shop")
    with ExitStack() as stack:
        urls = {
            "github": stack.enter_context(serve_github(github)).url,
            "jira": stack.enter_context(serve_jira(jira)).url,
        }
        workspace = CliWorkspace(folder, clock, github, jira, urls, cli_environment())
        workspace.write()
        yield workspace


@contextmanager
def scheduled_workspace(folder: Path, postgres: Callable[[], str], sync: str = "") -> Iterator[CliWorkspace]:
    """`shop`, with its store and its queue on a server. `sync`: cron's words."""
    with cli_workspace(folder) as workspace:
        workspace.environ |= {"PMHUB_STORE": postgres(), "PMHUB_QUEUE": postgres()}
        workspace.write(more=f'store = {{ env = "PMHUB_STORE" }}\n[schedule]\nname = "shop"\nsync = "{sync}"\n')
        yield workspace
