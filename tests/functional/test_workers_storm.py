"""Workers and what can befall them, round after round: nothing doubled, no edit lost, every run carried out in the end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_workspace import PROJECT, REPO, scheduled_workspace
from test_workers import children, in_queue, until

from pmhub.store.postgres import cut_off
from pmhub.workers.pulse import Pace
from pmhub.workers.worker import rescue_all

ROUNDS = 100
WORKERS = 2


class Misfortune(list):
    """The record of exchanges; at the nth one something befalls whoever works."""

    def __init__(self, nth, strike):
        super().__init__()
        self.left, self.strike = nth, strike

    def append(self, exchange):
        super().append(exchange)
        self.left -= 1
        if self.left == 0:
            self.strike()


def signalled(number, who):
    for process in who:
        with suppress(ProcessLookupError):
            os.kill(process, number)


class Scene:
    """A workspace, its workers, and a hand on the server."""

    def __init__(self, ws):
        self.ws = ws
        self.workers = [ws.start("worker", "--heartbeat", "0.2", "--gone-after", "1") for _ in range(WORKERS)]

    @property
    def pids(self):
        return [worker.pid for worker in self.workers if worker.poll() is None]

    @property
    def runs(self):
        return [run for worker in self.pids for run in children(worker)]

    def worker_killed(self):
        signalled(signal.SIGKILL, self.pids)

    def run_killed(self):
        signalled(signal.SIGKILL, self.runs)

    def machine_gone(self):
        runs = self.runs
        signalled(signal.SIGKILL, self.pids)
        signalled(signal.SIGKILL, runs)

    def workers_frozen(self):
        signalled(signal.SIGSTOP, self.pids)

    def everything_frozen(self):
        signalled(signal.SIGSTOP, [*self.pids, *self.runs])

    def sessions_cut(self):
        import psycopg  # noqa: PLC0415 - only where there is a server

        server = self.ws.environ["PMHUB_STORE"].partition("&schema=")[0].partition("?schema=")[0]
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def server_restarted(self):
        [data] = parse_qs(urlsplit(self.ws.environ["PMHUB_STORE"]).query)["host"]
        server = Path(data, "postmaster.pid").read_text("utf-8").split()[0]
        pg_ctl = Path(f"/proc/{server}/exe").resolve().with_name("pg_ctl")
        command = [pg_ctl, "-D", data, "-w", "-m", "immediate", "-l", f"{data}/log", "restart"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=Path(data).owner())

    def ends(self):
        """The frozen wake up late, after somebody else took over; then all are asked to end."""
        everybody = [*self.pids, *self.runs]
        with suppress(Exception):
            cut_off(self.ws.environ["PMHUB_STORE"], 0)
        self.ws.run("sync")
        signalled(signal.SIGCONT, everybody)
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            try:
                worker.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.communicate()


STRIKES = [name for name in vars(Scene) if name.endswith(("killed", "gone", "frozen", "cut", "restarted"))]


@pytest.fixture
def ws(tmp_path, postgres):
    with scheduled_workspace(tmp_path, postgres) as workspace:
        yield workspace


@pytest.fixture
def scene(ws):
    begun = Scene(ws)
    yield begun
    for worker in begun.workers:
        worker.kill()
        worker.communicate()


def titles(ws):
    there = Counter(issue.title for issue in ws.github.issues(REPO).values())
    return Counter(issue.summary for issue in ws.jira.issues(PROJECT)), there


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_whatever_befalls_workers_nothing_is_doubled_or_lost(ws, scene, seed):
    chance = random.Random(seed)
    for n in range(3):
        ws.github.user_create_issue(REPO, f"There {n}")
        ws.jira.user_create_issue(PROJECT, f"Here {n}")
    ws.sync()
    ws.github.user_create_issue(REPO, "There, new")
    ws.jira.user_create_issue(PROJECT, "Here, new")
    ws.github.user_edit_issue(REPO, 1, title="There, edited")
    ws.jira.user_edit_issue(f"{PROJECT}-1", summary="Here, edited")
    strike = chance.choice(STRIKES)
    ws.jira.requests = Misfortune(chance.randint(1, 12), getattr(scene, strike))
    assert ws.run("schedule", "now").code == 0
    until(lambda: ws.jira.requests.left <= 0 or titles(ws)[0]["There, new"])
    scene.ends()
    ws.jira.requests.left = 0  # it did not come to that
    in_queue(ws, lambda app: rescue_all(app, Pace(silent=0)))
    assert ws.child("worker", "--once").code == 0
    for _ in range(2):
        ws.rest()
        assert ws.run("sync").code == 0, strike
    expected = Counter(
        ["There, edited", "There 1", "There 2", "Here, edited", "Here 1", "Here 2", "There, new", "Here, new"]
    )
    assert titles(ws) == (expected, expected), strike
    assert ws.run("plan", "--detailed-exitcode").code == 0
    assert ws.run("conflicts", "list", "--format", "json").json["conflicts"] == [], strike


def test_two_workers_put_each_tick_into_the_queue_once(ws, postgres):
    from pmhub.config.workspace import Schedule  # noqa: PLC0415
    from pmhub.store.server import Server  # noqa: PLC0415
    from pmhub.workers.job import Served  # noqa: PLC0415
    from pmhub.workers.pulse import Pulse  # noqa: PLC0415
    from pmhub.workers.worker import work  # noqa: PLC0415

    queue = Server.from_address(ws.environ["PMHUB_QUEUE"])
    served = {"shop": Served("shop", ws.folder / "absent.toml", Schedule("shop", "* * * * * *"))}

    async def both():
        with suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.gather(*(work(queue, Pulse(f"w{n}", "1", 1, Pace(poll=0.2)), served) for n in range(2))), 4
            )

    asyncio.run(both())
    rows = in_queue(ws, lambda app: app.job_manager.list_jobs_async(queue="shop"))
    ticks = Counter(row.task_kwargs["timestamp"] for row in rows)
    assert len(ticks) >= 2
    assert set(ticks.values()) == {1}
