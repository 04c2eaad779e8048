"""`pmhub worker`: runs workspaces as they are scheduled, on as many machines as there are workers."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version

import click

from pmhub.cli.options import common
from pmhub.cli.queue_at import engine, served
from pmhub.cli.session import Session

HEARTBEATS = 4
SECONDS = click.FloatRange(min=0, min_open=True)
LAST_PORT = 65_535


def listening(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """For an option: an address of this machine and a port."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > LAST_PORT:
        raise click.BadParameter(f"{value!r} is no address: write 127.0.0.1:8080", ctx, param)
    return host.strip("[]"), int(port)


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
@click.option(
    "--health",
    callback=listening,
    metavar="HOST:PORT",
    help="Answer GET /healthz and /metrics there, with names of workspaces and figures: 127.0.0.1:8080.",
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
    health: tuple[str, int] | None,
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
        from pmhub.workers.health import served as answering  # noqa: PLC0415 - an extra
        from pmhub.workers.pulse import Pace, Pulse  # noqa: PLC0415
        from pmhub.workers.worker import work  # noqa: PLC0415
    pulse = Pulse(f"{socket.gethostname()}:{os.getpid()}", _version(), slots, Pace(heartbeat, gone_after))
    told = f"worker {pulse.name}: {', '.join(workspaces)}; {slots} at once"
    with ExitStack() as stack:
        if health:
            told += f"; health at {stack.enter_context(answering(pulse, *health))}/healthz"
        if not session.quiet:
            session.say(told)
        asyncio.run(work(queue, pulse, workspaces, stay=not once))
    return 0


def _version() -> str:
    try:
        return version("pmhub")
    except PackageNotFoundError:
        return "(not installed)"
