"""`pmhub log`: what runs did, and what happened to an item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.items import item_named
from pmhub.cli.opening import Opened, reading
from pmhub.cli.options import formatted
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.show import connection
from pmhub.cli.telling import Teller, moment
from pmhub.engine.state import DELETED, HUB
from pmhub.errors import UnknownName
from pmhub.model.kinds import Kind
from pmhub.store.history import JournalEntry
from pmhub.sync.naming import name_of, title_of

SHOWN = 20
_DID = {"absorb": "taken from", "create": "created on", "update": "written to", "closed": "closed a double on"}
_USUAL = ("done", "absorbed")


@click.command()
@click.argument("what", metavar="[RUN|ITEM]", required=False)
@formatted
@click.pass_obj
def verb(session: Session, what: str | None) -> None:
    """Tell what runs did, or what happened to an item.

    Without an argument: the last runs. With the number of a run: every value it took over or wrote, with what was there
    before and what the remote calls the request. With an item: the same of that item, through all runs.
    """
    with reading(session) as opened:
        if what is None:
            show(session, _runs(opened))
        elif what.isdecimal():
            show(session, _run(opened, int(what)))
        else:
            show(session, _item(opened, item_named(opened, what)))


def _runs(opened: Opened) -> Document:
    rows = [_outcome(run) for run in opened.store.runs.recent(SHOWN)]
    return Document("runs", [_told(row) for row in rows], {"count": len(rows)}, "runs", rows)


def _outcome(run: dict[str, Any]) -> dict[str, Any]:
    outcome = run["outcome"] or {}
    return {
        "run": run["id"],
        "started": moment(run["started"]),
        "ended": moment(run["ended"]) if run["ended"] else None,
        "exit_code": outcome.get("code"),
        "done": outcome.get("done", {}),
    }


def _told(row: dict[str, Any]) -> str:
    done = ", ".join(f"{number} {what}" for what, number in row["done"].items()) or "nothing to do"
    return f"run {row['run']}  {row['started']}  " + (
        f"exit {row['exit_code']}: {done}" if row["ended"] else "did not end"
    )


def _run(opened: Opened, number: int) -> Document:
    run = opened.store.runs.get(number)
    if run is None:
        raise UnknownName(f"there was no run {number}", hint="`pmhub log` lists the runs.")
    rows = [_row(opened, entry) for entry in opened.store.journal.of_run(number)]
    head = _outcome(run)
    return Document("run-log", [_told(head), *_by_item(opened, rows)], head, "rows", rows)


def _item(opened: Opened, item: str) -> Document:
    rows = [_row(opened, entry) for entry in opened.store.journal.of_item(item)]
    head = {"item": item, "name": name_of(opened.hub, item), "title": title_of(opened.hub, item)}
    return Document("item-log", list(_by_item(opened, rows, with_run=True)), head, "rows", rows)


def _row(opened: Opened, entry: JournalEntry) -> dict[str, Any]:
    item = opened.store.items.get(entry.item)
    return asdict(entry) | {
        "at": moment(entry.at),
        "name": name_of(opened.hub, entry.item),
        "title": title_of(opened.hub, entry.item),
        "kind": str(item.kind if item else Kind.TICKET),
        "where": {HUB: "pmhub itself", DELETED: "a deletion"}.get(entry.remote) or connection(opened, entry.remote),
    }


def _by_item(opened: Opened, rows: list[dict[str, Any]], *, with_run: bool = False) -> Iterator[str]:
    last = None
    for row in rows:
        if row["item"] != last:
            yield f"{click.style(line(row['name']), bold=True)}  {line(row['title'])}".rstrip()
        last = row["item"]
        when = f"{row['at']}  run {row['run']}  " if with_run else ""
        yield f"  {when}{_change(opened, row)}"


def _change(opened: Opened, row: dict[str, Any]) -> str:
    teller = Teller(Kind(row["kind"]), lambda item: name_of(opened.hub, item))
    field, before, after = row["field"], row["before"], row["after"]
    if not field:
        return f"{row['op']} {line(str(after))} on {row['where']}"
    moved = teller.value(field, after) if row["op"] == "create" else teller.change(field, before, after)
    more = [part for part in (row["result"] if row["result"] not in _USUAL else "", _request(row["request"])) if part]
    return f"{_DID.get(row['op'], row['op'])} {row['where']}: {field}: {moved}" + (
        f"  ({', '.join(more)})" if more else ""
    )


def _request(request: str) -> str:
    return f"request {line(request)}" if request else ""
