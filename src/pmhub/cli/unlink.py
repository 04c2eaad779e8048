"""`pmhub unlink`: a thing leaves its item."""

from __future__ import annotations

import click

from pmhub.cli.completing import names_in
from pmhub.cli.items import item_named
from pmhub.cli.opening import Opened, changing
from pmhub.cli.options import common, waiting
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.errors import UnknownName
from pmhub.sync.linking import unlink
from pmhub.sync.naming import name_of


@click.command()
@click.argument("item")
@click.argument("connection", shell_complete=names_in("connections"))
@waiting
@common
@click.pass_obj
def verb(session: Session, item: str, connection: str) -> None:
    """Take a thing out of its item.

    What ITEM is on CONNECTION stays there untouched, with its comments, and is no longer kept in step with anything. Nothing is created in
    its place. `pmhub link` puts it, or another, back.
    """
    with changing(session) as opened:
        found = item_named(opened, item)
        before = name_of(opened.hub, found)
        unlink(opened.hub, found, _remote(opened, connection))
        if not session.quiet:
            session.say(f"{line(before)} is {line(name_of(opened.hub, found))} alone now.")


def _remote(opened: Opened, connection: str) -> str:
    for remote in opened.hub.remotes.values():
        if remote.connection == connection:
            return remote.id
    known = ", ".join(sorted(remote.connection for remote in opened.hub.remotes.values()))
    raise UnknownName(f"there is no connection {connection!r}", hint=f"The configuration has: {known}.")
