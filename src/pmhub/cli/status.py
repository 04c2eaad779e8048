"""`pmhub status`: how the workspace stands, from what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.opening import Opened, reading
from pmhub.cli.options import duration, formatted
from pmhub.cli.session import Session
from pmhub.cli.telling import age, counted, moment
from pmhub.insight.past import moment_of
from pmhub.model.kinds import Kind
from pmhub.sync.report import CONFLICTS, ERROR, ITEMS_FAILED, OK

SHOWN, SEARCHED = 5, 10_000
COMPLETE = (OK, ITEMS_FAILED, CONFLICTS)
"""Exit codes of a run that reached every remote: what it left waits for a person."""


@click.command()
@click.option(
    "--max-age",
    callback=duration,
    metavar="DURATION",
    help="Exit with 1 when no run was complete for so long: 90s, 30m, 2h, 1d.",
)
@click.option("--as-of", metavar="DATE", help="What there was, and what had run, at the end of this day.")
@formatted
@click.pass_obj
def verb(session: Session, max_age: float | None, as_of: str | None) -> int:
    """Tell how the workspace stands.

    A run is complete when it reached every remote. Needs no network and no secrets.
    """
    with reading(session) as opened:
        found = _standing(opened) if as_of is None else _as_of(opened, as_of)
    seconds = found["seconds_since_complete"]
    late = max_age is not None and (seconds is None or seconds > max_age)
    if not session.quiet:
        show(session, Document("status", list(_text(found)), found))
    if late:
        session.say("no run was ever complete" if seconds is None else f"the last complete run is {age(seconds)} old")
    return ERROR if late else OK


def _standing(opened: Opened) -> dict[str, Any]:
    runs = opened.store.runs.recent(SEARCHED)
    complete = next((run for run in runs if run["outcome"] and run["outcome"]["code"] in COMPLETE), None)
    return {
        "database": str(opened.workspace.database),
        "seconds_since_complete": (opened.hub.clock() - complete["ended"]) / 1000 if complete else None,
        "syncs": _syncs(opened),
        "runs": [_run(run) for run in runs[:SHOWN]],
    }


def _as_of(opened: Opened, day: str) -> dict[str, Any]:
    """What waited for a person then, nobody wrote down: it is not told."""
    at = moment_of(day, opened.store, opened.hub.clock())
    runs = [run for run in opened.store.runs.recent(SEARCHED) if run["ended"] and run["ended"] <= at]
    complete = next((run for run in runs if run["outcome"] and run["outcome"]["code"] in COMPLETE), None)
    counts = opened.store.reading.counts(at)
    return {
        "as_of": moment(at),
        "database": str(opened.workspace.database),
        "seconds_since_complete": (at - complete["ended"]) / 1000 if complete else None,
        "syncs": [
            {"sync": name, "items": {str(kind): counts[name, kind] for kind in Kind if (name, kind) in counts}}
            for name in opened.workspace.syncs
        ],
        "runs": [_run(run) for run in runs[:SHOWN]],
    }


def _syncs(opened: Opened) -> list[dict[str, Any]]:
    store = opened.store
    conflicts = _by_sync(opened, {(c.item, c.clash.field) for c in store.conflicts.all(open_only=True)}, lambda c: c[0])
    dead = _by_sync(opened, [f for f in store.failures.all() if f.state == "dead"], lambda f: f.item)
    unknown = _by_sync(opened, store.intents.unknown(), lambda pair: pair[0])
    return [
        {
            "sync": name,
            "items": {str(kind): number for kind in Kind if (number := store.items.count(name, kind))},
            "conflicts_open": conflicts[name],
            "dead_letters": dead[name],
            "unknown_writes": unknown[name],
        }
        for name in opened.workspace.syncs
    ]


def _by_sync(opened: Opened, found: Iterable[Any], item: Callable[[Any], str]) -> Counter[str]:
    return Counter(opened.store.items.sync_of(item(each)) for each in found)


def _run(run: dict[str, Any]) -> dict[str, Any]:
    outcome = run["outcome"] or {}
    return {
        "run": run["id"],
        "started": moment(run["started"]),
        "ended": moment(run["ended"]) if run["ended"] else None,
        "exit_code": outcome.get("code"),
        "done": outcome.get("done", {}),
    }


def _text(found: dict[str, Any]) -> Iterator[str]:
    seconds = found["seconds_since_complete"]
    if "as_of" in found:
        yield f"as of {found['as_of']}"
    yield "no run was complete yet" if seconds is None else f"last complete run: {age(seconds)} ago"
    for sync in found["syncs"]:
        items = [counted(number, kind) for kind, number in sync["items"].items()] or ["no items"]
        yield f"{click.style(sync['sync'], bold=True)}: {', '.join(items + list(_waiting(sync)))}"
    for run in found["runs"]:
        done = ", ".join(f"{number} {told}" for told, number in run["done"].items()) or "nothing to do"
        ended = f"exit {run['exit_code']}: {done}" if run["ended"] else "did not end"
        yield f"  run {run['run']}  {run['started']}  {ended}"


def _waiting(sync: dict[str, Any]) -> Iterator[str]:
    for name, one in (
        ("conflicts_open", "open conflict"),
        ("dead_letters", "dead letter"),
        ("unknown_writes", "unknown write"),
    ):
        if sync.get(name):
            yield counted(sync[name], one)
