"""What a worker tells the others of itself, and of the runs that ended with it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import field

from procrastinate import App
from procrastinate.exceptions import ProcrastinateException

from pmhub.model.lean import dataclass
from pmhub.store import worker_sql
from pmhub.workers.job import GRACE, WELL

_log = logging.getLogger("pmhub.workers")


@dataclass(frozen=True)
class Pace:
    """In seconds. `silent`: a worker without a heartbeat for so long counts as gone. Far above `beat`: below it, live jobs
    would be begun again.
    """

    beat: float = 10.0
    silent: float = 90.0
    poll: float = 5.0
    grace: float = GRACE


@dataclass
class Pulse:
    """How a worker is. `running`: the workspaces whose runs are under way; `ended`: exit code → how many runs; `waiting`: jobs
    that a free slot would take, at the last heartbeat that reached the queue, `beat_at` by the monotonic clock.
    """

    name: str
    version: str
    slots: int
    pace: Pace = field(default_factory=Pace)
    running: list[str] = field(default_factory=list)
    ended: Counter[int] = field(default_factory=Counter)
    waiting: int = 0
    beat_at: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Seconds since the last heartbeat that reached the queue."""
        return time.monotonic() - self.beat_at

    @property
    def is_well(self) -> bool:
        return self.age < self.pace.silent

    @contextmanager
    def carrying(self, workspace: str) -> Iterator[None]:
        self.running.append(workspace)
        try:
            yield
        finally:
            self.running.remove(workspace)


@asynccontextmanager
async def beating(app: App, pulse: Pulse, queues: Collection[str]) -> AsyncIterator[None]:
    """It beats while what is inside goes on. A queue that is away is waited for: the engine says so itself."""
    await _beat(app, pulse, queues)
    heart = asyncio.create_task(_beats(app, pulse, queues))
    try:
        yield
    finally:
        heart.cancel()
        with suppress(ProcrastinateException):
            await app.connector.execute_query_async(worker_sql.GONE, name=pulse.name)


async def _beats(app: App, pulse: Pulse, queues: Collection[str]) -> None:
    while True:
        await asyncio.sleep(pulse.pace.beat)
        try:
            await _beat(app, pulse, queues)
        except ProcrastinateException as error:
            _log.warning("no heartbeat: %s", error)


async def _beat(app: App, pulse: Pulse, queues: Collection[str]) -> None:
    told = {"name": pulse.name, "version": pulse.version, "slots": pulse.slots, "silent": pulse.pace.silent}
    await app.connector.execute_query_async(worker_sql.BEAT, running=list(pulse.running), **told)
    row = await app.connector.execute_query_one_async(worker_sql.WAITING, queues=list(queues))
    pulse.waiting, pulse.beat_at = int(row["jobs"]), time.monotonic()


async def note_end(app: App, pulse: Pulse, workspace: str, code: int, seconds: float) -> None:
    """Of a run that this worker carried out. Where the queue is away nobody hears of it: how the job ended it learns itself."""
    pulse.ended[code] += 1
    told = {"workspace": workspace, "worker": pulse.name, "code": code, "seconds": seconds, "well": code in WELL}
    try:
        await app.connector.execute_query_async(worker_sql.ENDED, **told)
    except ProcrastinateException as error:
        _log.warning("%s: its end is not noted: %s", workspace, error)


async def forget_gone(app: App) -> None:
    """Workers that nobody heard of for a day."""
    await app.connector.execute_query_async(worker_sql.FORGET)
