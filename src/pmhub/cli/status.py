"""`pmhub status`: how the workspace stands, from what is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any

import click

from pmhub.cli.completing import names_in
from pmhub.cli.document import Document, show
from pmhub.cli.opening import Opened, reading
from pmhub.cli.options import duration, formatted
from pmhub.cli.session import Session
from pmhub.cli.telling import age, counted, moment
from pmhub.insight.freshness import COMPLETE, complete_times
from pmhub.insight.past import moment_of
from pmhub.insight.syncs import sync_states
from pmhub.model.kinds import Kind
from pmhub.sync.assemble import check_syncs
from pmhub.sync.report import ERROR, OK

SHOWN, SEARCHED = 5, 10_000


@click.command()
@click.argument("syncs", metavar="[SYNC]...", nargs=-1, shell_complete=names_in("syncs"))
@click.option(
    "--max-age",
    callback=duration,
    metavar="DURATION",
    help="Exit with 1 and name every sync that no run brought up to date for so long: 90s, 30m, 2h, 1d.",
)
@click.option("--as-of", metavar="DATE", help="What there was, and what had run, at the end of this day.")
@formatted
@click.pass_obj
def verb(session: Session, syncs: tuple[str, ...], max_age: float | None, as_of: str | None) -> int:
    """Tell how the workspace stands, or these syncs.

    A run is complete when it reached every remote. Needs no network and no secrets.
    """
    with reading(session) as opened:
        check_syncs(opened.workspace, syncs)
        found = _standing(opened, syncs) if as_of is None else _as_of(opened, as_of, syncs)
    late = [sync for sync in found["syncs"] if max_age is not None and _is_late(sync, max_age)]
    if not session.quiet:
        show(session, Document("status", list(_text(found)), found))
    for sync in late:
        session.say(f"{sync['sync']} {_since(sync['seconds_since_complete'])}")
    return ERROR if late else OK


def _is_late(sync: Mapping[str, Any], max_age: float) -> bool:
    seconds = sync["seconds_since_complete"]
    return seconds is None or seconds > max_age


def _since(seconds: float | None) -> str:
    return "was never brought up to date" if seconds is None else f"was last brought up to date {age(seconds)} ago"


def _standing(opened: Opened, syncs: Collection[str]) -> dict[str, Any]:
    runs, now = opened.store.runs.recent(SHOWN), opened.hub.clock()
    return {
        "database": opened.database,
        "seconds_since_complete": _seconds_since_complete(opened, now),
        "syncs": _syncs(opened, syncs, now),
        "runs": [_run(run) for run in runs],
    }


def _seconds_since_complete(opened: Opened, at: int) -> float | None:
    complete = (run for run in islice(opened.store.runs.ended(at), SEARCHED) if run["outcome"]["code"] in COMPLETE)
    run = next(complete, None)
    return None if run is None else (at - run["ended"]) / 1000


def _as_of(opened: Opened, day: str, syncs: Collection[str]) -> dict[str, Any]:
    """What waited for a person then, nobody wrote down: it is not told."""
    at = moment_of(day, opened.store, opened.hub.clock())
    runs = islice(opened.store.runs.ended(at), SHOWN)
    counts, ages = opened.store.reading.counts(at), _ages(opened, at)
    return {
        "as_of": moment(at),
        "database": opened.database,
        "seconds_since_complete": _seconds_since_complete(opened, at),
        "syncs": [
            {
                "sync": name,
                "seconds_since_complete": ages.get(name),
                "items": {str(kind): counts[name, kind] for kind in Kind if (name, kind) in counts},
            }
            for name in syncs or opened.workspace.syncs
        ],
        "runs": [_run(run) for run in runs],
    }


def _ages(opened: Opened, at: int) -> dict[str, float]:
    """Sync → how many seconds ago a run last brought it up to date everywhere."""
    return {name: (at - ended) / 1000 for name, ended in complete_times(opened.store, opened.workspace, at).items()}


def _syncs(opened: Opened, syncs: Collection[str], now: int) -> list[dict[str, Any]]:
    return [
        {
            "sync": state.sync,
            "seconds_since_complete": None if state.complete is None else (now - state.complete) / 1000,
            "items": {str(kind): number for kind, number in state.items.items()},
            "conflicts_open": state.conflicts_open,
            "dead_letters": state.dead_letters,
            "unknown_writes": state.unknown_writes,
        }
        for state in sync_states(opened.workspace, opened.store, now)
        if not syncs or state.sync in syncs
    ]


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
        yield f"{click.style(sync['sync'], bold=True)}: {', '.join([*items, *_behind(sync, seconds), *_waiting(sync)])}"
    for run in found["runs"]:
        done = ", ".join(f"{number} {told}" for told, number in run["done"].items()) or "nothing to do"
        ended = f"exit {run['exit_code']}: {done}" if run["ended"] else "did not end"
        yield f"  run {run['run']}  {run['started']}  {ended}"


def _behind(sync: Mapping[str, Any], latest: float | None) -> Iterator[str]:
    """What the first line does not say already: later runs left it out, or could not reach all of it."""
    own = sync["seconds_since_complete"]
    if own is None or latest is None or own > latest:
        yield _since(own)


def _waiting(sync: dict[str, Any]) -> Iterator[str]:
    for name, one in (
        ("conflicts_open", "open conflict"),
        ("dead_letters", "dead letter"),
        ("unknown_writes", "unknown write"),
    ):
        if sync.get(name):
            yield counted(sync[name], one)
