"""Workers and what can befall them, round after round: nothing doubled, no edit lost, every run carried out in the end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_workspace import PROJECT, REPO, scheduled_workspace
from database_line import line_to
from procrastinate import App
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.testing import InMemoryConnector
from test_workers import children, in_queue, until

from pmhub.config.workspace import Schedule
from pmhub.store.postgres import cut_off
from pmhub.store.server import Server
from pmhub.workers.job import Served
from pmhub.workers.pulse import Pace, Pulse
from pmhub.workers.worker import define, rescue_all, work

ROUNDS = 100
ZONES = ("Europe/Berlin", "America/New_York")
"""A worker in each; both put the schedule's ticks into the queue."""


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
    """A workspace, its workers, and a hand on the server and on the line to it. `server`: its address without the line."""

    def __init__(self, ws, server, line):
        self.ws, self.server, self.line = ws, server, line
        self.workers = [ws.start("worker", "--heartbeat", "0.2", "--gone-after", "1", TZ=zone) for zone in ZONES]

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

        server = self.server.partition("&schema=")[0].partition("?schema=")[0]
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def server_restarted(self):
        [data] = parse_qs(urlsplit(self.server).query)["host"]
        server = Path(data, "postmaster.pid").read_text("utf-8").split()[0]
        pg_ctl = Path(f"/proc/{server}/exe").resolve().with_name("pg_ctl")
        command = [pg_ctl, "-D", data, "-w", "-m", "immediate", "-l", f"{data}/log", "restart"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=Path(data).owner())

    def our_end_cut(self):
        self.line.cut_for_us()

    def their_end_cut(self):
        self.line.cut_for_the_server()

    def ends(self):
        """The frozen wake up late, after somebody else took over, and who was cut off hears of it; then all are asked to end."""
        everybody = [*self.pids, *self.runs]
        with suppress(Exception):
            cut_off(self.ws.environ["PMHUB_STORE"], 0)
        self.ws.run("sync")
        self.line.tell()
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
    with scheduled_workspace(tmp_path, postgres, "* * * * *") as workspace:
        yield workspace


@pytest.fixture
def scene(ws):
    server = ws.environ["PMHUB_STORE"]
    with line_to(server) as line:
        ws.environ |= {name: line.address(ws.environ[name]) for name in ("PMHUB_STORE", "PMHUB_QUEUE")}
        yield from staged(Scene(ws, server, line))


def staged(begun):
    yield begun
    for worker in begun.workers:
        worker.kill()
        worker.communicate()


def titles(ws):
    there = Counter(issue.title for issue in ws.github.issues(REPO).values())
    return Counter(issue.summary for issue in ws.jira.issues(PROJECT)), there


async def each_tick_once(app):
    ticks = Counter(row.task_kwargs["timestamp"] for row in await app.job_manager.list_jobs_async(queue="shop"))
    del ticks[0]  # what was asked for by hand, and what was put anew
    assert set(ticks.values()) <= {1}


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
    ws.jira.requests.left = 0  # it did not come to that
    scene.ends()
    in_queue(ws, each_tick_once)
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


@pytest.fixture
def at_home(zone, monkeypatch):
    """A machine that keeps the time of a place where clocks change."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("zone", "night"),
    [(ZONES[0], "2026-03-29"), (ZONES[0], "2026-10-25"), (ZONES[1], "2026-03-08"), (ZONES[1], "2026-11-01")],
)
def test_when_clocks_change_no_tick_is_missing_and_none_comes_twice(zone, night):
    assert time.localtime().tm_zone != "UTC", zone
    app, begin = App(connector=InMemoryConnector()), int(datetime.fromisoformat(f"{night}T00:00Z").timestamp())
    define(app, Pulse("w", "1", 1), {"shop": Served("shop", Path("absent.toml"), Schedule("shop", "*/15 * * * *"))})
    schedules = PeriodicDeferrer(app.periodic_registry)
    ticks = [
        tick
        for at in range(begin, begin + 36 * 3600, 900)
        for moment in (at + 1, at - 3600)  # somebody sets this machine's clock back by an hour, and forward again
        for task, tick in schedules.get_previous_tasks(moment)
        if task.periodic_id == "shop"
    ]
    assert ticks == list(range(begin, begin + 36 * 3600, 900))
