"""What one can see of workers from outside: how each is, what ran last, what is due, what is late."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cli_workspace import REPO, scheduled_workspace
from test_workers import in_queue

from pmhub.config.workspace import Schedule
from pmhub.errors import UserError
from pmhub.workers import health
from pmhub.workers.job import Job, Served
from pmhub.workers.overview import due_next, is_overdue, overview
from pmhub.workers.pulse import Pace, Pulse, beating, note_end
from pmhub.workers.queue import put

NOON = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)
SHOP = Served("shop", Path("pmhub.toml"), Schedule("shop", "*/30 * * * *", seconds=60))


@pytest.fixture
def ws(tmp_path, postgres):
    with scheduled_workspace(tmp_path, postgres, "0 0 1 1 *") as workspace:
        yield workspace


def asked(url):
    try:
        with urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_worker_tells_how_it_is_and_that_its_queue_is_away():
    pulse = Pulse("host:1", "1.0", 4, Pace(silent=90))
    with health.served(pulse, "127.0.0.1", 0) as at, pulse.carrying("shop"):
        status, told = asked(f"{at}/healthz")
        assert (status, told.count("\n")) == (200, 1)
        assert (json.loads(told)["queue"], json.loads(told)["running"]) == ("reached", ["shop"])
        pulse.beat_at -= 91
        status, told = asked(f"{at}/healthz")
        assert (status, json.loads(told)["queue"]) == (503, "away")
        assert asked(f"{at}/anything")[0] == 404


def test_a_worker_counts_its_runs_for_prometheus():
    pulse = Pulse("host:1", "1.0", 4)
    pulse.ended.update([0, 0, 5])
    with health.served(pulse, "127.0.0.1", 0) as at:
        status, told = asked(f"{at}/metrics")
    lines = [line for line in told.splitlines() if not line.startswith("#")]
    assert status == 200
    assert lines[1:3] == ["pmhub_worker_slots 4.0", "pmhub_worker_runs_under_way 0.0"]
    assert lines[-2:] == ['pmhub_worker_runs_total{exit_code="0"} 2.0', 'pmhub_worker_runs_total{exit_code="5"} 1.0']
    assert all(f"# TYPE {line.split('{')[0].split(' ')[0]} " in told for line in lines)


def test_an_address_that_is_not_of_this_machine_is_told():
    nowhere = health.served(Pulse("host:1", "1.0", 4), "203.0.113.1", 8080)
    with pytest.raises(UserError, match=r"nothing can listen on 203\.0\.113\.1:8080"), nowhere:
        pass


@pytest.mark.parametrize("typed", ["8080", ":8080", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"])
def test_what_is_no_address_is_refused(ws, typed):
    done = ws.run("worker", "--once", "--health", typed)
    assert (done.code, "is no address" in done.err) == (2, True)


def test_all_of_it_is_seen_in_one_place(ws):
    ws.github.user_create_issue(REPO, "Pay in one step")
    assert "no worker is there" in ws.run("schedule", "show").out
    ws.run("schedule", "now")
    done = ws.run("worker", "--once", "--health", "127.0.0.1:0")
    assert (done.code, "health at http://127.0.0.1:" in done.err) == (0, True)
    shown = ws.run("schedule", "show", "--format", "json").json
    [row] = shown["workspaces"]
    assert (row["done"], row["waiting"], row["running"], row["overdue"]) == (1, 0, 0, False)
    assert (row["last_run"]["exit_code"], row["last_run"]["worker"] in done.err) == (0, True)
    assert row["next"] > row["last_run"]["ended"]
    assert shown["workers"] == [], "one that ended is not missed"
    assert "with 0 after" in ws.run("schedule", "show").out


def test_a_worker_that_fell_silent_is_told_from_one_that_is_there(ws):
    live, gone = Pulse("host:1", "1.0", 4), Pulse("host:2", "0.9", 2, Pace(silent=0))

    async def seen(app):
        async with beating(app, live, ["shop"]), beating(app, gone, ["shop"]):
            await put(app, Job("shop"))
            return (await overview(app, {"shop": SHOP}, datetime.now(UTC))).workers, live.is_well, gone.is_well

    workers, *well = in_queue(ws, seen)
    assert [(row["worker"], row["version"], row["alive"]) for row in workers] == [
        ("host:1", "1.0", True),
        ("host:2", "0.9", False),
    ]
    assert well == [True, False]


def test_a_run_that_ended_badly_leaves_the_time_of_the_one_that_went_well(ws):
    pulse = Pulse("host:1", "1.0", 4)

    async def ended(app):
        for code in (0, 4):
            await note_end(app, pulse, "shop", code, 2.0)
        later = datetime.now(UTC) + timedelta(hours=2)
        return [(await overview(app, {"shop": SHOP}, now)).workspaces[0] for now in (datetime.now(UTC), later)]

    now, later = in_queue(ws, ended)
    assert (now["last_run"]["exit_code"], now["last_run"]["seconds"], now["overdue"]) == (4, 2.0, False)
    assert later["overdue"], "nothing went well for two hours"


@pytest.mark.parametrize(
    ("minutes", "late"),
    [(0, False), (29, False), (32, True), (600, True)],
    ids=["just now", "since the last tick but one", "before it", "long ago"],
)
def test_a_workspace_is_overdue_when_what_its_schedule_asked_for_must_be_over(minutes, late):
    """At 12:01 a run of 12:00 may still be on, the one of 11:30 not."""
    assert SHOP.longest < 29 * 60
    assert is_overdue(SHOP, NOON - timedelta(minutes=minutes), NOON) is late


def test_what_has_no_schedule_and_what_nobody_asked_for_is_never_overdue():
    assert not is_overdue(Served("shop", Path("x"), Schedule("shop", "")), NOON - timedelta(days=9), NOON)
    assert not is_overdue(SHOP, None, NOON)


def test_the_next_run_is_of_whichever_comes_first():
    assert due_next(Schedule("shop", "*/30 * * * *", "5 12 * * *"), NOON) == NOON.replace(minute=5)
    assert due_next(Schedule("shop", "", ""), NOON) is None


def test_a_heartbeat_counts_what_a_free_slot_would_take(ws):
    pulse = Pulse("host:1", "1.0", 4, Pace(beat=0.01))

    async def waiting(app):
        await put(app, Job("shop"))
        await put(app, Job("shop", deep=True), wait=600)
        async with beating(app, pulse, ["shop"]):
            return pulse.waiting

    began = time.monotonic()
    assert in_queue(ws, waiting) == 1
    assert pulse.beat_at >= began
