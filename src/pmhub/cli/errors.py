"""`pmhub errors`: writes that a remote refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.opening import Opened, changing, reading
from pmhub.cli.options import common, formatted, waiting
from pmhub.cli.plain import line, plain
from pmhub.cli.session import Session
from pmhub.cli.show import connection
from pmhub.cli.telling import counted, moment
from pmhub.errors import UnknownName
from pmhub.store.intents import Failure
from pmhub.sync.naming import name_of, title_of

_STATES = {"dead": "given up", "trying": "tried again by the next runs", "ignored": "ignored"}


@click.group()
def verb() -> None:
    """See what a remote refuses, and decide what becomes of it."""


@verb.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are ignored.")
@formatted
@click.pass_obj
def list_(session: Session, everything: bool) -> None:  # noqa: FBT001 - click's signature
    """List refused writes, with the remote's own words."""
    with reading(session) as opened:
        found = [f for f in opened.store.failures.all() if everything or f.state != "ignored"]
        rows = [_row(opened, failure) for failure in found]
        show(session, Document("errors", list(_text(rows)), {"count": len(rows)}, "errors", rows))


def _row(opened: Opened, failure: Failure) -> dict[str, Any]:
    return asdict(failure) | {
        "name": name_of(opened.hub, failure.item),
        "title": title_of(opened.hub, failure.item),
        "connection": connection(opened, failure.remote),
        "at": moment(failure.at),
    }


def _text(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield f"{row['id']}  {click.style(line(row['name']), bold=True)}  {line(row['title'])}"
        what = " ".join(part for part in (row["op"], row["field"]) if part)
        yield f"   {what} on {row['connection']}: {plain(row['message'])}"
        if row["hint"]:
            yield f"   hint: {plain(row['hint'])}"
        yield f"   {_STATES.get(row['state'], row['state'])}, {counted(row['tries'], 'try', 'tries')}, last {row['at']}"


@verb.command()
@click.argument("number", metavar="ID", type=int, required=False)
@click.option("--all", "everything", is_flag=True, help="All of them, also those that are ignored.")
@waiting
@common
@click.pass_obj
def retry(session: Session, number: int | None, everything: bool) -> None:  # noqa: FBT001 - click's signature
    """Forget a refusal, so that the next run tries again."""
    if (number is None) != everything:
        raise click.UsageError("name one by its ID, or all with --all")
    with changing(session) as opened:
        if number is not None:
            _must_be_there(opened, number)
        with opened.store.transaction():
            items = opened.store.failures.retry(number)
            opened.store.items.touch(items)
        _done(session, f"{counted(len(items), 'write')} will be tried again by the next run.")


@verb.command()
@click.argument("number", metavar="ID", type=int)
@waiting
@common
@click.pass_obj
def ignore(session: Session, number: int) -> None:
    """Leave a refused write as it is: it is not tried again and no longer counts as a problem."""
    with changing(session) as opened:
        _must_be_there(opened, number)
        with opened.store.transaction():
            opened.store.failures.ignore(number)
        _done(session, f"{number} is ignored; `pmhub errors retry {number}` takes it up again.")


def _must_be_there(opened: Opened, number: int) -> None:
    if all(failure.id != number for failure in opened.store.failures.all()):
        raise UnknownName(f"there is no error {number}", hint="`pmhub errors list --all` shows them.")


def _done(session: Session, told: str) -> None:
    if not session.quiet:
        session.say(told)
