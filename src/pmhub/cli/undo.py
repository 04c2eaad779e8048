"""`pmhub undo`: what a run did, turned round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.document import Document, show
from pmhub.cli.opening import reading, running
from pmhub.cli.options import formatted, waiting
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.sync import told
from pmhub.cli.telling import Teller, counted
from pmhub.engine.undo import Reverse
from pmhub.model.kinds import Kind
from pmhub.sync.hub import Hub
from pmhub.sync.naming import name_of, title_of
from pmhub.sync.undo import reverse_of, undo


@click.command()
@click.argument("run", type=int)
@click.option("--yes", is_flag=True, help="Do it. Without this, it is only shown.")
@click.option(
    "--max-changes",
    type=click.IntRange(min=0),
    metavar="N",
    help="Stop before the first write when more edits are planned; 0 for no limit. Default: from the configuration.",
)
@waiting
@formatted
@click.pass_obj
def verb(session: Session, run: int, yes: bool, max_changes: int | None) -> int:  # noqa: FBT001 - click's signature
    """Give back the values that a run replaced.

    Shows what would go back, from what was last read. With --yes everything is read first; then the values go back in our
    items, and out to the remotes as any edit does. What somebody changed since stays, and nothing that was created is
    removed. `pmhub log` lists the runs.
    """
    if not yes:
        with reading(session) as opened:
            _tell(session, opened.hub, run, reverse_of(opened.store, run))
        return 0
    with running(session) as opened, chosen_hub(session, opened, Choice(max_changes=max_changes)) as hub:
        found, report = undo(hub, run)
        if session.format == "text":
            _tell(session, hub, run, found)
        return told(session, hub, report)


def _tell(session: Session, hub: Hub, run: int, found: Reverse) -> None:
    rows = [_named(hub, asdict(row)) for row in found.rows]
    left = [_named(hub, asdict(row)) for row in found.left]
    show(session, Document("undo", list(_text(hub, rows, left)), {"run": run, "left_alone": left}, "rows", rows))


def _named(hub: Hub, row: dict[str, Any]) -> dict[str, Any]:
    item = hub.store.items.get(row["item"])
    kind = str(item.kind) if item else str(Kind.TICKET)
    return row | {"name": name_of(hub, row["item"]), "title": title_of(hub, row["item"]), "kind": kind}


def _text(hub: Hub, rows: list[dict[str, Any]], left: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        teller = Teller(Kind(row["kind"]), lambda item: name_of(hub, item))
        yield f"{click.style(line(row['name']), bold=True)}  {line(row['title'])}"
        yield f"  ~ {row['field']}: {teller.change(row['field'], row['now'], row['back'])}"
    for row in left:
        yield f"left alone: {line(row['name'])} {row['field'] or line(row['title'])}: {row['why']}"
    yield f"{counted(len(rows), 'value')} to give back, {counted(len(left), 'left alone', 'left alone')}"
