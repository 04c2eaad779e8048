"""The queue: tables of procrastinate's in a schema of PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.types import JSONValue

from pmhub.errors import StoreError
from pmhub.store.server import Server
from pmhub.store.worker_sql import HURRY, TABLES
from pmhub.workers.job import Job

TASK = "sync"
ENGINES, OURS = "procrastinate_jobs", "pmhub_last_run"
"""Tables by which one sees what is there. Ours come last."""
_MAKING = 0x706D6803
URGENT, USUAL, DEEP = 10, 0, -10
"""What runs first where several wait for a free slot: by hand, by schedule, the long nightly ones."""


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[App]:
    """Raises StoreError where the server is away or the queue cannot be made."""
    app = App(
        connector=PsycopgConnector(conninfo=server.address, kwargs={"options": f"-c search_path={server.schema}"})
    )
    try:
        async with app.open_async():
            await _make(app, server.schema)
            yield app
    except ConnectorException as error:
        told = str(error.__cause__ or error).strip().splitlines()[0]
        raise StoreError(
            f"the queue cannot be used: {told}", hint=f"Is the server up that holds {server.name}?"
        ) from error


async def _make(app: App, schema: str) -> None:
    if await _is_there(app, OURS):
        return
    engine = "" if await _is_there(app, ENGINES) else app.schema_manager.get_schema()
    # One transaction: who comes second waits, and finds it all there.
    making = f"SELECT pg_advisory_xact_lock({_MAKING}); CREATE SCHEMA IF NOT EXISTS {schema}; {engine}; {TABLES}"
    try:
        await app.connector.execute_query_async(making.replace("%", "%%"))
    except ProcrastinateException:
        if not await _is_there(app, OURS):  # else another worker was faster
            raise


async def _is_there(app: App, table: str) -> bool:
    row = await app.connector.execute_query_one_async("SELECT to_regclass(%(table)s) IS NOT NULL AS there", table=table)
    return bool(row["there"])


class Options(TypedDict):
    queue: str
    lock: str
    queueing_lock: str
    priority: int


def options_of(job: Job) -> Options:
    """One run a workspace at a time, and one of each sort that waits. A queue each: a worker takes only what it has."""
    mark = f"{job.workspace} deep" if job.deep else job.workspace
    return Options(queue=job.workspace, lock=job.workspace, queueing_lock=mark, priority=DEEP if job.deep else USUAL)


def arguments_of(job: Job) -> dict[str, JSONValue]:
    return {"workspace": job.workspace, "deep": job.deep, "attempt": job.attempt}


async def put(app: App, job: Job, *, wait: int = 0, urgent: bool = False) -> bool:
    """False: one like it waits already, and is as `urgent` as this one. `wait`: seconds before which it shall not begin."""
    options = options_of(job)
    if urgent:
        options["priority"] = URGENT
    deferrer = app.configure_task(TASK, **options, schedule_in={"seconds": wait} if wait else None)
    try:
        await deferrer.defer_async(timestamp=0, **arguments_of(job))
    except AlreadyEnqueued:
        if urgent:
            await app.connector.execute_query_async(HURRY, mark=options["queueing_lock"], priority=URGENT)
        return False
    return True
