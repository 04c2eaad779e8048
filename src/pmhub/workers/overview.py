"""How all workspaces of a queue and all its workers are: what ran, when it is due again, who is there to do it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from croniter import croniter  # type: ignore[import-untyped,unused-ignore]
from procrastinate import App

from pmhub.config.workspace import Schedule
from pmhub.model.lean import dataclass
from pmhub.store import worker_sql
from pmhub.workers.job import Served


@dataclass(frozen=True)
class Overview:
    """Rows for people and machines; moments are texts in UTC."""

    workspaces: list[dict[str, Any]]
    workers: list[dict[str, Any]]


async def overview(app: App, workspaces: Mapping[str, Served], now: datetime) -> Overview:
    names = {"queues": list(workspaces)}
    ask = app.connector.execute_query_all_async
    counted = {row["workspace"]: row for row in await ask(worker_sql.WORKSPACES, **names)}
    last = {row["workspace"]: row for row in await ask(worker_sql.LAST, **names)}
    rows = [_workspace(each, counted.get(each.name, {}), last.get(each.name, {}), now) for each in workspaces.values()]
    return Overview(rows, [_worker(row) for row in await ask(worker_sql.WORKERS)])


def due_next(schedule: Schedule, now: datetime) -> datetime | None:
    """When its schedule next asks for a run."""
    ticks = [croniter(cron, now).get_next(datetime) for cron in (schedule.sync, schedule.deep) if cron]
    return min(ticks, default=None)


def is_overdue(served: Served, well_at: datetime | None, now: datetime) -> bool:
    """Its schedule asked for a run so long ago that it must have ended by now, and since then none went well. `well_at`: the
    last that did, or when one was first asked for.
    """
    if not served.schedule.sync or well_at is None:
        return False
    asked: datetime = croniter(served.schedule.sync, now - timedelta(seconds=served.longest)).get_prev(datetime)
    return well_at < asked


def _workspace(served: Served, counted: Mapping[str, Any], last: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    schedule, due = served.schedule, due_next(served.schedule, now)
    return {
        "workspace": served.name,
        "sync": schedule.sync,
        "deep": schedule.deep,
        **{state: int(counted.get(state, 0)) for state in ("waiting", "running", "done", "failed")},
        "last_run": _last_run(last) if last else None,
        "next": due and _moment(due),
        "overdue": is_overdue(served, last.get("well_at") or counted.get("asked_at"), now),
    }


def _last_run(row: Mapping[str, Any]) -> dict[str, Any]:
    began, ended = row["began"], row["ended"]
    return {
        "began": _moment(began),
        "ended": _moment(ended),
        "seconds": round((ended - began).total_seconds(), 1),
        "exit_code": row["code"],
        "worker": row["worker"],
    }


def _worker(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "worker": row["name"],
        "version": row["version"],
        "alive": row["is_alive"],
        "heartbeat_age_seconds": round(row["silent"], 1),
        "slots": row["slots"],
        "running": sorted(row["running"]),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
