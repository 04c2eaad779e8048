"""A workspace on disk between the two simulators, and real pmhub processes over it: started, stopped, killed, waited for."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from both_sides import PROJECT, REPO, SIDES, BothSides

from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import JiraSimulator
from pmhub_jira.simulator import serve as serve_jira

ROOT = Path(__file__).resolve().parents[3]
HANGS = 60.0
CONFIG = """\
version = 1

[connections.jira]
connector = "jira"
url = "{jira}"
user = "bot@example.com"
token = {{ env = "JIRA_TOKEN" }}

[connections.github]
connector = "github"
url = "{github}"
token = {{ env = "GITHUB_TOKEN" }}
write_interval = 0


[guards]
max_close = 100

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "jira", project = "SHOP" }},
  {{ connection = "github", repo = "example/shop" }},
]
"""


class Zygote:
    """Forks pmhub processes that need not import anything any more."""

    def __init__(self) -> None:
        path = os.pathsep.join(str(ROOT / name) for name in ("src", "plugins"))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PMHUB_", "COV"))}
        env = {**kept, "PYTHONPATH": path, "JIRA_TOKEN": "fake-token", "GITHUB_TOKEN": "fake-token-bot"}
        command = [sys.executable, str(Path(__file__).with_name("zygote.py"))]
        self._process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.is_warm = False

    def order(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate(timeout=HANGS)


@dataclass
class Child:
    zygote: Zygote
    pid: int
    measures: Path
    code: int | None = None
    said: str = ""

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def ended_within(self, seconds: float) -> bool:
        """Waits for its end; a zombie counts as ended."""
        end = os.pidfd_open(self.pid)
        try:
            return bool(select.select([end], [], [], seconds)[0])
        finally:
            os.close(end)

    def wait(self) -> int:
        if self.code is None:
            if not self.ended_within(HANGS):
                self.signal(signal.SIGKILL)
                raise AssertionError("it hangs")
            answer = self.zygote.order(wait=self.pid)
            self.code, self.said = int(answer["code"]), str(answer["said"])
        return self.code

    @property
    def seen(self) -> dict[str, Any]:
        """What it measured of itself before it left."""
        found: dict[str, Any] = json.loads(self.measures.read_text())
        return found


class Gate:
    """Holds a server's answers of one kind until it is opened, so that a run stays where it is."""

    def __init__(self, method: str, path: str, nth: int = 1) -> None:
        self.method, self.path, self.left = method, path, nth
        self.reached, self.opened = threading.Event(), threading.Event()

    def strikes(self, method: str, path: str) -> bool:
        if method == self.method and path.endswith(self.path):
            self.left -= 1
            if self.left == 0:
                self.reached.set()
                self.opened.wait(HANGS)
        return False


@dataclass
class Site:
    """`ahead`: seconds that the clock of the servers and of every new process is in the future."""

    folder: Path
    zygote: Zygote
    sides: BothSides
    clock: list[float]
    conflicts: str = "auto, open"
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def database(self) -> Path:
        return self.folder / "pmhub.db"

    def rest(self, seconds: float = 1200) -> None:
        self.clock[0] += seconds

    def start(self, *args: str, **suffers: Any) -> Child:
        measures = self.folder.parent / f"{self.folder.name}.seen-{next(self.numbers):04}"
        job = {"args": args or ("sync",), "folder": str(self.folder), "seen": str(measures), "ahead": self.clock[0]}
        return Child(self.zygote, int(self.zygote.order(start={**job, **suffers})["pid"]), measures)

    def sync(self, **suffers: Any) -> Child:
        child = self.start(**suffers)
        child.wait()
        return child

    def settled(self, runs: int = 4) -> str:
        """Runs until one writes nothing; what is wrong then, a line each."""
        for _ in range(runs):
            self.rest()
            self.sides.forget_requests()
            child = self.sync()
            if child.code == 0 and not self.sides.writes:
                break
        if child.code:
            return f"the last run ends with {child.code}: {child.said}"
        wrong = self.sides.violations(self.database, conflicts=self.conflicts)
        if self.sides.writes:
            wrong.append(f"run {runs} still writes: {[(x.method, x.path) for x in self.sides.writes]}")
        return "\n".join(wrong)


@contextmanager
def open_site(folder: Path, zygote: Zygote, tickets: int = 3) -> Iterator[Site]:
    """A settled workspace with so many tickets born on each side and a comment on each first."""
    clock = [0.0]
    tell = lambda: time.time() + clock[0]  # noqa: E731
    github, jira = GitHubSimulator(clock=tell), JiraSimulator(clock=tell)
    github.add_repo(REPO, private=True)
    github.token("fake-token-bot", login="pmhub-bot")
    jira.add_project(PROJECT, name="Shop")
    jira.token("bot@example.com", "fake-token", jira.add_user("pmhub bot", email="bot@example.com").account_id)
    with ExitStack() as stack:
        urls = {
            "github": stack.enter_context(serve_github(github)).url,
            "jira": stack.enter_context(serve_jira(jira)).url,
        }
        (folder / "pmhub.toml").write_text(CONFIG.format(**urls))
        site = Site(folder, zygote, BothSides(github, jira), clock)
        if not zygote.is_warm:
            zygote.order(imports=site.sync().seen["modules"])
            zygote.is_warm = True
        for _ in range(tickets):
            for side in SIDES:
                site.sides.born(side)
        for side in SIDES * bool(tickets):
            site.sides.said(side)
        wrong = site.settled()
        assert not wrong, f"the first run: {wrong}"
        yield site
