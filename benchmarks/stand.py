"""The services running beside us, and a workspace between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured, measured
from benchmarks.names import BOT_MAIL, GITHUB_TOKEN, JIRA_TOKEN, PROJECT, REPO

ROOT = Path(__file__).resolve().parents[1]
PMHUB = str(Path(sys.executable).with_name("pmhub"))
CONNECTIONS = """\
version = 1

[connections.jira]
connector = "jira"
url = "{jira}"
{user}token = {{ env = "BENCH_JIRA_TOKEN" }}

[connections.github]
connector = "github"
url = "{github}"
token = {{ env = "BENCH_GITHUB_TOKEN" }}
write_interval = 0

[guards]
max_changes = 0

"""
TICKETS = """\
[syncs.backlog]
kind = "ticket"
{more}
endpoints = [
  {{ connection = "jira", project = "{project}", types = ["Story", "Bug", "Task"] }},
  {{ connection = "github", repo = "{repo}" }},
]
"""
THE_REST = """\
[syncs.roadmap]
kind = "roadmap_item"
endpoints = [
  {{ connection = "jira", project = "{project}", types = ["Epic"] }},
  {{ connection = "github", repo = "{repo}", as = "milestone" }},
]

[syncs.releases]
kind = "release"
endpoints = [
  {{ connection = "jira", project = "{project}" }},
  {{ connection = "github", repo = "{repo}", tag = "v{{version}}" }},
]

[syncs.ci]
kind = "test_run"
from = {{ connection = "github", repo = "{repo}" }}
to = [{{ connection = "jira", project = "{project}" }}]
"""


@dataclass
class Stand:
    folder: Path
    urls: dict[str, str]
    process: subprocess.Popen[str]
    data_center: bool = False

    def order(self, do: str, **arguments: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def configure(self, *, kinds: str = "four", more: str = "") -> None:
        """`kinds`: "four", or "tickets" alone. `more`: settings of the sync of tickets."""
        text = CONNECTIONS + TICKETS + (THE_REST if kinds == "four" else "")
        user = "" if self.data_center else f'user = "{BOT_MAIL}"\n'
        written = text.format(**self.urls, user=user, project=PROJECT, repo=REPO, more=more)
        (self.folder / "pmhub.toml").write_text(written, "utf-8")

    @property
    def database(self) -> Path:
        return self.folder / "pmhub.db"

    def pmhub(self, *arguments: str) -> Measured:
        """One command of the real program in a process of its own."""
        return self.run([PMHUB, *arguments])

    def pmhub_afresh(self, *arguments: str) -> Measured:
        """As `pmhub`, for the first time: what an earlier command left is gone."""
        for file in self.folder.glob("pmhub.*"):
            if file.suffix != ".toml":
                file.unlink()
        return self.pmhub(*arguments)

    def run(self, command: Sequence[str]) -> Measured:
        secrets = {"BENCH_GITHUB_TOKEN": GITHUB_TOKEN, "BENCH_JIRA_TOKEN": JIRA_TOKEN}
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return measured(command, self.folder, {**kept, **secrets})


@contextmanager
def standing(folder: Path | None = None, *, data_center: bool = False) -> Iterator[Stand]:
    """A stand of its own, in a folder that is gone afterwards unless one is named. `data_center`: in Jira Cloud's place."""
    with tempfile.TemporaryDirectory(prefix="pmhub-bench-") as fresh:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.servers", *(["data-center"] if data_center else [])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            yield Stand(folder or Path(fresh), json.loads(process.stdout.readline()), process, data_center)
        finally:
            process.kill()
            process.wait()
