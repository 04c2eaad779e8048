"""`pmhub schedule`: asks for a run by the next worker that is free, and tells what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import click

from pmhub.cli.document import Document, show
from pmhub.cli.options import formatted
from pmhub.cli.queue_at import engine, served
from pmhub.cli.session import Session
from pmhub.store.server import Server
from pmhub.workers.job import Job, Served

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
    """Put a run of these workspaces in front of all that is scheduled. One that waits already is enough."""
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
    """Show when these workspaces run, what waits and what is being carried out."""
    workspaces, queue = served(session, files)

    async def ask(app: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - procrastinate.App
        counted = {row["name"]: row for row in await app.job_manager.list_queues_async()}
        return [_row(each, counted.get(each.name, {})) for each in workspaces.values()]

    rows = _asked(queue, ask)
    show(session, Document("schedule", list(_text(rows)), {}, "workspaces", rows))


def _row(each: Served, counted: dict[str, Any]) -> dict[str, Any]:
    plan = {"workspace": each.name, "sync": each.schedule.sync, "deep": each.schedule.deep}
    states = {"waiting": "todo", "running": "doing", "done": "succeeded", "failed": "failed"}
    return plan | {told: int(counted.get(state, 0)) for told, state in states.items()}


def _text(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    for row in rows:
        deep = f", deep {row['deep']}" if row["deep"] else ""
        counts = ", ".join(f"{row[name]} {name}" for name in ("running", "waiting", "done", "failed"))
        yield f"{row['workspace']}: {row['sync'] or 'never'}{deep} (UTC); {counts}"


def _asked(queue: Server, ask: Callable[[Any], Awaitable[T]]) -> T:
    with engine():
        from pmhub.workers.queue import opened  # noqa: PLC0415 - an extra

    async def answer() -> T:
        async with opened(queue) as app:
            return await ask(app)

    return asyncio.run(answer())
