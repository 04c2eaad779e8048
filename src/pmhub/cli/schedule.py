"""`pmhub schedule`: asks for a run by the next worker that is free, and tells what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmhub.cli.document import Document, show
from pmhub.cli.options import formatted
from pmhub.cli.queue_at import engine, served
from pmhub.cli.session import Session
from pmhub.cli.telling import age
from pmhub.store.server import Server
from pmhub.workers.job import Job

if TYPE_CHECKING:
    from pmhub.workers.overview import Overview

T = TypeVar("T")
FILES = click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False))


@click.group()
def verb() -> None:
    """Ask workers for a run now, or see what waits for them."""


@verb.command()
@FILES
@click.option("--deep", is_flag=True, help="List and read everything, as a nightly run does.")
@formatted
@click.pass_obj
def now(session: Session, files: tuple[str, ...], deep: bool) -> None:  # noqa: FBT001 - click's signature
    """Put a run of these workspaces in front of all that is scheduled. One that waits already comes there too."""
    workspaces, queue = served(session, files)

    async def ask(app: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - procrastinate.App
        from pmhub.workers.queue import put  # noqa: PLC0415 - an extra

        return [{"workspace": name, "new": await put(app, Job(name, deep), urgent=True)} for name in workspaces]

    rows = _asked(queue, ask)
    told = [f"{row['workspace']}: {'in the queue' if row['new'] else 'waits already'}" for row in rows]
    show(session, Document("scheduled", told, {}, "workspaces", rows))


@verb.command("show")
@FILES
@formatted
@click.pass_obj
def show_(session: Session, files: tuple[str, ...]) -> None:
    """Show how these workspaces and all workers stand.

    What ran last, what runs next, what waits, who is there. A workspace is overdue when a run that its schedule asked for must have ended by now, and since then none went well.
    """
    workspaces, queue = served(session, files)

    async def ask(app: Any) -> Overview:  # noqa: ANN401 - procrastinate.App
        from pmhub.workers.overview import overview  # noqa: PLC0415 - an extra

        return await overview(app, workspaces, datetime.now(UTC))

    found = _asked(queue, ask)
    text = [*map(_workspace, found.workspaces), *_workers(found.workers)]
    show(session, Document("schedule", text, {"workers": found.workers}, "workspaces", found.workspaces))


def _workspace(row: dict[str, Any]) -> str:
    deep = f", deep {row['deep']}" if row["deep"] else ""
    turns = f"{row['sync'] or 'never'}{deep} (UTC)" + (f", next {row['next']}" if row["next"] else "")
    counts = ", ".join(f"{row[name]} {name}" for name in ("running", "waiting", "done", "failed"))
    late = click.style("overdue", fg="red") + "; " if row["overdue"] else ""
    return f"{click.style(row['workspace'], bold=True)}: {late}{turns}; {counts}; {_last_run(row['last_run'])}"


def _last_run(run: dict[str, Any] | None) -> str:
    if run is None:
        return "no worker carried out a run of it yet"
    return f"last run ended {run['ended']} with {run['exit_code']} after {run['seconds']:g} s, by {run['worker']}"


def _workers(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not any(row["alive"] for row in rows):
        yield "no worker is there"
    for row in rows:
        now = f"{len(row['running'])} of {row['slots']} slots at work"
        now += f": {', '.join(row['running'])}" if row["running"] else ""
        state = now if row["alive"] else "gone"
        yield f"worker {row['worker']} (pmhub {row['version']}): heartbeat {age(row['heartbeat_age_seconds'])} ago; {state}"


def _asked(queue: Server, ask: Callable[[Any], Awaitable[T]]) -> T:
    with engine():
        from pmhub.workers.queue import opened  # noqa: PLC0415 - an extra

    async def answer() -> T:
        async with opened(queue) as app:
            return await ask(app)

    return asyncio.run(answer())
