"""`pmhub worker`: runs workspaces as they are scheduled, on as many machines as there are workers."""

from __future__ import annotations

import asyncio
import os
import socket

import click

from pmhub.cli.options import common
from pmhub.cli.queue_at import engine, served
from pmhub.cli.session import Session

HEARTBEATS = 4
SECONDS = click.FloatRange(min=0, min_open=True)


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@click.option("--slots", type=click.IntRange(1, 64), default=4, help="How many runs at once. Default: 4.")
@click.option(
    "--heartbeat", type=SECONDS, default=10.0, metavar="SECONDS", help="How often it tells that it lives. Default: 10."
)
@click.option(
    "--gone-after",
    type=SECONDS,
    default=90.0,
    metavar="SECONDS",
    help="A worker silent for so long is gone, and its runs begin anew. At least four heartbeats. Default: 90.",
)
@click.option("--once", is_flag=True, help="Carry out what waits in the queue, and end.")
@common
@click.pass_obj
def verb(
    session: Session,
    files: tuple[str, ...],
    slots: int,
    heartbeat: float,
    gone_after: float,
    once: bool,  # noqa: FBT001
) -> int:
    """Carry out runs as they are scheduled, on many machines.

    FILE is a workspace's pmhub.toml: its [schedule] says when, and `pmhub schedule` asks for a run now. Any number of workers may serve the same ones: each run happens once, and those of a
    worker that is gone begin anew on another. At SIGTERM it takes no more, and ends when its runs have.

    Needs PostgreSQL, and `pip install 'pmhub[postgres]'`.
    """
    if gone_after < HEARTBEATS * heartbeat:
        told = f"--gone-after {gone_after:g}: less than {HEARTBEATS} heartbeats, and live runs would begin twice"
        raise click.UsageError(told)
    workspaces, queue = served(session, files)
    with engine():
        from pmhub.workers.worker import Pace, work  # noqa: PLC0415 - an extra
    name = f"{socket.gethostname()}:{os.getpid()}"
    if not session.quiet:
        session.say(f"worker {name}: {', '.join(workspaces)}; {slots} at once")
    asyncio.run(work(queue, name, workspaces, slots, Pace(heartbeat, gone_after), stay=not once))
    return 0
