"""Runs as jobs: asked for once, carried out once, begun anew when their worker is gone. A real PostgreSQL, real processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import pytest
from cli_workspace import PROJECT, REPO, scheduled_workspace
from procrastinate.jobs import Status

from pmhub.store import Store
from pmhub.store.postgres import cut_off
from pmhub.store.server import Server
from pmhub.workers.job import Job, again_in
from pmhub.workers.pulse import Pace
from pmhub.workers.queue import URGENT, opened, put
from pmhub.workers.worker import rescue_all

QUICK = ("--heartbeat", "0.2", "--gone-after", "1")


@pytest.fixture
def ws(tmp_path, postgres):
    with scheduled_workspace(tmp_path, postgres) as workspace:
        yield workspace


def standing(ws):
    [row] = ws.run("schedule", "show", "--format", "json").json["workspaces"]
    return {name: row[name] for name in ("waiting", "running", "done", "failed") if row[name]}


def in_queue(ws, ask):
    async def answer():
        async with opened(Server.from_address(ws.environ["PMHUB_QUEUE"])) as app:
            return await ask(app)

    return asyncio.run(answer())


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come to pass"
        time.sleep(0.02)


def test_a_run_that_is_asked_for_twice_is_carried_out_once(ws):
    ws.github.user_create_issue(REPO, "Pay in one step")
    assert [ws.run("schedule", "now").out for _ in range(2)] == ["shop: in the queue\n", "shop: waits already\n"]
    assert ws.run("worker", "--once").code == 0
    assert standing(ws) == {"done": 1}
    assert [issue.summary for issue in ws.jira.issues(PROJECT)] == ["Pay in one step"]


def test_a_run_that_fails_is_shown_as_such(ws):
    ws.environ["JIRA_TOKEN"] = "fake-token-of-nobody"
    ws.run("schedule", "now")
    done = ws.child("worker", "--once")
    assert standing(ws) == {"failed": 1}
    assert "Traceback" not in done.err
    lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert [line["message"] for line in lines if line.get("logger") == "pmhub.workers"] == ["shop ended with 4"]


def children(process):
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()]


class PowerCut(list):
    """The record of exchanges; at the first bulk create the worker and its run are gone."""

    worker = None

    def append(self, exchange):
        super().append(exchange)
        if exchange.path.endswith("/issue/bulk") and self.worker.poll() is None:
            runs = children(self.worker.pid)
            self.worker.kill()
            for run in runs:
                os.kill(run, signal.SIGKILL)
            self.worker.wait()


def test_what_a_machine_had_begun_that_is_gone_begins_anew_and_makes_nothing_twice(ws):
    for n in range(3):
        ws.github.user_create_issue(REPO, f"Issue {n}")
    ws.jira.requests = PowerCut()
    ws.run("schedule", "now")
    ws.jira.requests.worker = worker = ws.start("worker", *QUICK)
    worker.communicate(timeout=60)
    assert standing(ws) == {"running": 1}
    until(lambda: in_queue(ws, stalled))
    in_queue(ws, lambda app: rescue_all(app, Pace(silent=1)))
    assert standing(ws) == {"waiting": 1}
    ws.run("worker", "--once")
    assert sorted(issue.summary for issue in ws.jira.issues(PROJECT)) == [f"Issue {n}" for n in range(3)]


class Parting(list):
    """The record of exchanges; at the first bulk create the worker is asked to end."""

    worker = None

    def append(self, exchange):
        super().append(exchange)
        if exchange.path.endswith("/issue/bulk"):
            self.worker.terminate()


def test_a_worker_that_is_asked_to_end_lets_its_runs_end_and_takes_no_more(ws):
    ws.github.user_create_issue(REPO, "Pay in one step")
    ws.jira.requests = Parting()
    ws.run("schedule", "now")
    ws.jira.requests.worker = worker = ws.start("worker")
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert standing(ws) == {"done": 1}
    assert ws.run("plan", "--detailed-exitcode").code == 0


class Frost(list):
    """The record of exchanges; at the first bulk create the run that asked for it freezes."""

    run = None

    def append(self, exchange):
        super().append(exchange)
        if exchange.path.endswith("/issue/bulk") and self.run:
            self.run.send_signal(signal.SIGSTOP)
            self.run, self.frozen = None, self.run


def test_a_run_that_froze_is_cut_off_and_does_nothing_more_when_it_wakes(ws):
    for n in range(3):
        ws.github.user_create_issue(REPO, f"Issue {n}")
    ws.jira.requests = record = Frost()
    record.run = frozen = ws.start("sync")
    until(lambda: record.run is None)
    assert ws.run("sync").code == 7
    assert cut_off(ws.environ["PMHUB_STORE"], 3600) == 0
    assert cut_off(ws.environ["PMHUB_STORE"], 0) == 1
    ws.sync()
    frozen.send_signal(signal.SIGCONT)
    _, told = frozen.communicate(timeout=60)
    assert frozen.returncode == 1
    assert "PM040" in told
    ws.sync()
    assert sorted(issue.summary for issue in ws.jira.issues(PROJECT)) == [f"Issue {n}" for n in range(3)]
    assert ws.run("plan", "--detailed-exitcode").code == 0


def format_of(ws, change):
    """The number of the store's format, as if another pmhub had written it."""
    store = Store(ws.folder / "looked-at.db", server=ws.environ["PMHUB_STORE"])
    with store.transaction():
        store.database.write("UPDATE layout SET version = version + ?", [change])
    return store


def test_a_worker_older_than_the_store_changes_nothing_and_leaves_the_run_to_another(ws):
    ws.sync()
    ws.github.user_create_issue(REPO, "Pay in one step")
    store, asked = format_of(ws, 1), len(ws.github.requests)
    ws.run("schedule", "now")
    done = ws.run("worker", "--once")
    assert standing(ws) == {"failed": 1, "waiting": 1}
    assert "its store is of a newer pmhub; this worker has to be upgraded" in done.err
    assert len(ws.github.requests) == asked, "it asked nobody anything"
    with store.transaction():
        store.database.write("UPDATE layout SET version = version - 1")
    store.close()
    ws.sync()
    assert [issue.summary for issue in ws.jira.issues(PROJECT)] == ["Pay in one step"]


def test_what_somebody_waits_for_comes_first_and_what_takes_long_comes_last(ws):
    async def order(app):
        for job in (Job("docs", deep=True), Job("shop"), Job("wiki"), Job("docs", attempt=1)):
            await put(app, job)
        await put(app, Job("site"), urgent=True)
        return [mark async for mark in carried_out(app)]

    assert in_queue(ws, order) == ["site", "shop", "wiki", "docs", "docs deep"]


def test_what_somebody_waits_for_does_not_wait_for_a_later_try(ws):
    async def moments(app):
        await put(app, Job("shop", attempt=1), wait=600)
        put_now = await put(app, Job("shop"), urgent=True)
        [row] = await app.job_manager.list_jobs_async(queue="shop")
        return put_now, row.scheduled_at, row.priority

    assert in_queue(ws, moments) == (False, None, URGENT)


async def carried_out(app):
    """What a worker with one slot does with all that waits."""
    worker = await app.job_manager.register_worker()
    while row := await app.job_manager.fetch_job(None, worker):
        await app.job_manager.finish_job(row, Status.SUCCEEDED, delete_job=True)
        yield row.queueing_lock


async def stalled(app):
    return list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=1))


@pytest.mark.parametrize(
    ("code", "attempt", "wait"),
    [(0, 0, None), (3, 0, None), (4, 0, None), (5, 0, 60), (5, 1, 120), (5, 2, None), (7, 9, 60), (-9, 0, 60)],
)
def test_only_what_may_go_well_later_is_tried_again(code, attempt, wait):
    assert again_in(code, Job("shop", attempt=attempt)) == wait


def test_a_threshold_that_would_begin_live_runs_twice_is_refused(ws):
    done = ws.run("worker", "--heartbeat", "10", "--gone-after", "30")
    assert done.code == 2
    assert "less than 4 heartbeats" in done.err


def test_without_a_server_the_hint_says_where_to_write_it(ws):
    ws.write(more='[schedule]\nname = "shop"\n')
    del ws.environ["PMHUB_QUEUE"]
    done = ws.run("schedule", "now")
    assert done.code == 1
    assert "there is no server for the queue" in done.err
    assert "Write `store` in pmhub.toml" in done.err
