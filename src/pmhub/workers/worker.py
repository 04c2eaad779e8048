"""A worker: takes runs from the queue, carries each out in a child process, and puts back those of workers that are gone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from procrastinate import App
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status

from pmhub.errors import StoreError
from pmhub.store.postgres import cut_off, is_newer
from pmhub.store.server import Server
from pmhub.sync.report import ERROR, LOCKED
from pmhub.workers import child
from pmhub.workers.job import PATIENCE, WELL, Job, Served, again_in, command
from pmhub.workers.pulse import Pace, Pulse, beating, forget_gone, note_end
from pmhub.workers.queue import TASK, URGENT, arguments_of, opened, options_of, put

SHARED = "pmhub"
"""The queue of what is nobody's in particular."""
KEPT_HOURS = 72
_log = logging.getLogger("pmhub.workers")


class Ended(Exception):
    """A run that did not end well. Its own log says why."""


async def work(queue: Server, pulse: Pulse, workspaces: Mapping[str, Served], *, stay: bool = True) -> None:
    """Until a signal asks it to end: then it takes no more, and those that run may end. `stay` False: until the queue is empty."""
    _hear_the_engine()
    pace = pulse.pace
    async with opened(queue) as app, beating(app, pulse, workspaces):
        define(app, pulse, workspaces)
        await app.run_worker_async(
            queues=[*workspaces, SHARED],
            name=pulse.name,
            concurrency=pulse.slots,
            wait=stay,
            fetch_job_polling_interval=pace.poll,
            update_heartbeat_interval=pace.beat,
            stalled_worker_timeout=pace.silent,
        )


def _hear_the_engine() -> None:
    """Its troubles go where ours do. How a run ended we say ourselves."""
    engine = logging.getLogger("procrastinate")
    engine.handlers, engine.propagate = logging.getLogger("pmhub").handlers, False
    engine.setLevel(logging.WARNING)
    logging.getLogger("procrastinate.worker").addFilter(lambda record: getattr(record, "action", "") != "job_error")


def define(app: App, pulse: Pulse, workspaces: Mapping[str, Served]) -> None:
    """What a worker carries out, and which ticks of which schedules put it into the queue."""

    @app.task(name=TASK)
    async def sync(timestamp: int, workspace: str, deep: bool, attempt: int) -> None:  # noqa: FBT001 - JSON
        del timestamp
        await carry_out(app, pulse, workspaces[workspace], Job(workspace, deep, attempt))

    @app.periodic(cron="* * * * *")
    @app.task(name="rescue", queue=SHARED, queueing_lock="rescue", priority=URGENT)
    async def rescue(timestamp: int) -> None:
        del timestamp
        await rescue_all(app, pulse.pace)

    for served in workspaces.values():
        for job, cron in (
            (Job(served.name), served.schedule.sync),
            (Job(served.name, deep=True), served.schedule.deep),
        ):
            if cron:
                options = options_of(job)
                app.periodic(cron=cron, periodic_id=options["queueing_lock"], task_kwargs=arguments_of(job), **options)(
                    sync
                )


async def carry_out(app: App, pulse: Pulse, served: Served, job: Job) -> None:
    """One run. Raises Ended where it failed, so that the queue shows it as such."""
    began, grace = time.monotonic(), pulse.pace.grace
    with pulse.carrying(served.name):
        code = await child.run(command(served, job), pulse.name, seconds=served.schedule.seconds + grace, grace=grace)
    _log.log(logging.INFO if code in WELL else logging.WARNING, "%s ended with %d", job.workspace, code)
    wait = await _again_in(code, served, job)
    if wait is not None:
        # A new job, not this one again: one may wait already, and then that one is enough.
        await put(app, replace(job, attempt=job.attempt + 1), wait=wait)
    await note_end(app, pulse, served.name, code, time.monotonic() - began)
    if code not in WELL:
        raise Ended(f"pmhub sync ended with {code}")


async def _again_in(code: int, served: Served, job: Job) -> int | None:
    """As the job's own, once what the store's server knows is looked at."""
    if code == LOCKED and served.store:
        await _cut_off(served, served.store)
    if code == ERROR and served.store and await _is_too_old_for(served.store):
        _log.error(
            "%s: its store is of a newer pmhub; this worker has to be upgraded, a newer one takes the run", served.name
        )
        return PATIENCE
    return again_in(code, job)


async def _is_too_old_for(store: str) -> bool:
    try:
        return await asyncio.to_thread(is_newer, store)
    except StoreError:  # the server is away, as the run has said
        return False


async def _cut_off(served: Served, store: str) -> None:
    """A run that froze holds its lock for ever; one that wakes up later must find that it lost it."""
    if await asyncio.to_thread(cut_off, store, served.longest):
        _log.warning("%s: a run that did not end was cut off", served.name)


async def rescue_all(app: App, pace: Pace) -> None:
    """Runs of workers that fell silent begin anew. The old one may still be at it: its lock on the workspace tells, and
    what both would write is told apart by marks and by reading before each write.
    """
    for row in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.silent):
        await _begin_anew(app, row)
    await forget_gone(app)
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_aborted=True)


async def _begin_anew(app: App, row: Row) -> None:
    if row.task_name == TASK:
        given = row.task_kwargs
        again = Job(str(given["workspace"]), bool(given["deep"]))
        await put(app, again)  # first: whoever dies in between leaves it to the next rescue
        _log.warning("%s: its worker is gone, it begins anew", again.workspace)
    if row.id is not None:
        try:
            await app.job_manager.finish_job_by_id_async(row.id, Status.ABORTED, delete_job=False)
        except ProcrastinateException as error:
            _log.info("its worker was not gone after all: %s", error)
