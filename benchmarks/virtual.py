"""Writing into GitHub at the pace of its content limits, on a clock that only waiting moves."""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.names import BOT_MAIL, GITHUB_TOKEN, JIRA_TOKEN, PROJECT, REPO
from benchmarks.stand import CONNECTIONS, TICKETS
from benchmarks.world import World
from pmhub.config import fetch_secrets, load, plugins
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.report import Report
from pmhub.sync.run import run
from pmhub_github.simulator import serve as serve_github
from pmhub_jira.simulator import serve as serve_jira

MINUTE, HOUR = 60.0, 3600.0
PER_MINUTE, PER_HOUR = 80, 500
"""GitHub's documentation: "Rate limits for the REST API", content-generating requests."""
MOST_RUNS = 200
REFUSED = (403, 429)


@dataclass
class Clock:
    """Seconds since the epoch; an answer takes a tenth of one."""

    now: float

    def __call__(self) -> float:
        return self.now

    def ms(self) -> int:
        return round(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def into_github(size: int, *, closed: bool = False) -> dict[str, Any]:
    """`size` tickets into an empty repository, run after run as a server's word allows, until nothing is left."""
    with (
        tempfile.TemporaryDirectory(prefix="pmhub-bench-") as folder,
        _workspace(Path(folder), size, closed=closed) as (world, sync, clock),
    ):
        began, runs = clock.now, 0
        while runs < MOST_RUNS:
            report, runs = sync(), runs + 1
            if report.retry_at is None and not report.down:
                break
            clock.now = max(clock.now, (report.retry_at or 0) / 1000)
        made = [x.received for x in world.github.requests if x.method == "POST" and x.status == 201]  # noqa: PLR2004
        told = Counter(f"{x.method} {x.template}" for x in world.github.requests)
        refused = sum(x.status in REFUSED for x in world.github.requests)
        return {
            "issues": len(world.github.issues(REPO)),
            "runs": runs,
            "requests": len(world.github.requests),
            "writes": sum(
                number for name, number in told.items() if not name.startswith("GET") and "graphql" not in name
            ),
            "by_template": dict(sorted(told.items())),
            "refused": refused,
            "hours": round((made[-1] - began) / HOUR, 3),
            "floor_hours": round(_floor(size) / HOUR, 3),
            "pace": round(_floor(size) / max(1.0, made[-1] - began), 3),
            "most_in_a_minute": _most(made, MINUTE),
            "most_in_an_hour": _most(made, HOUR),
        }


def _floor(size: int) -> float:
    """Seconds until the last of `size` may be made: whole hours of 500, then minutes of 80."""
    hours, rest = divmod(size - 1, PER_HOUR)
    return hours * HOUR + rest // PER_MINUTE * MINUTE + 1.0


def _most(moments: Sequence[float], span: float) -> int:
    """In any window of `span` seconds."""
    return max((at - bisect_left(moments, moment - span + 1e-6) + 1 for at, moment in enumerate(moments)), default=0)


@contextmanager
def _workspace(folder: Path, size: int, *, closed: bool) -> Iterator[Any]:
    world = World()
    world.fill_jira(size, closed=closed)
    clock = Clock(world.clock())
    world.clock.__class__.__call__ = lambda _: clock.now  # type: ignore[method-assign, assignment]
    with serve_github(world.github) as github, serve_jira(world.jira) as jira:
        text = (CONNECTIONS + TICKETS).format(
            github=github.url,
            jira=jira.url,
            user=f'user = "{BOT_MAIL}"\n',
            project=PROJECT,
            repo=REPO,
            more="comments = false",
        )
        file = folder / "pmhub.toml"
        file.write_text(text.replace("write_interval = 0", "write_interval = 1"), "utf-8")
        secrets = {"BENCH_GITHUB_TOKEN": GITHUB_TOKEN, "BENCH_JIRA_TOKEN": JIRA_TOKEN}
        workspace = fetch_secrets(load(file, plugins.load(), secrets), secrets)

        def sync() -> Report:
            store = Store(workspace.database, durable=False)
            try:
                with assembled(workspace, store, Options(clock=clock.ms, sleep=clock.sleep)) as hub:
                    return run(hub)
            finally:
                store.close()

        yield world, sync, clock
