"""`pmhub link`: two items are the same thing."""

from __future__ import annotations

import click

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.failure import hint_of, tell_problem
from pmhub.cli.items import item_named, item_or_thing
from pmhub.cli.opening import changing, running
from pmhub.cli.options import common, waiting
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.store.observations import Seen
from pmhub.sync.hub import Hub
from pmhub.sync.linking import link, new_item, take_in
from pmhub.sync.naming import name_of


@click.command()
@click.argument("item")
@click.argument("other", metavar="ITEM", required=False)
@click.option(
    "--alone", is_flag=True, help="Instead: it is nothing that exists elsewhere already, so it may be created."
)
@waiting
@common
@click.pass_obj
def verb(session: Session, item: str, other: str | None, alone: bool) -> int:  # noqa: FBT001 - click's signature
    """Say that two items are the same thing.

    Each stands on remotes of its own. They become one, and what they do not agree on is merged by the rules of the sync in
    the next run, or waits as a conflict. Refused when both are on one remote: `pmhub unlink` takes one of them out first.
    Also takes a thing that is no item: a duplicate, one that was unlinked, or one that was only seen so far.
    With --alone, one item that a plan asks about is none of the others.
    """
    if (other is None) != alone:
        raise click.UsageError("name two items, or one with --alone")
    if other is None:
        return _alone(session, item)
    with running(session) as opened, chosen_hub(session, opened, Choice()) as hub:
        one, two = item_or_thing(opened, item), item_or_thing(opened, other)
        into = _join(hub, one, two)
        for remote, error in hub.report.down.items():
            told = f"{hub.remotes[remote].connection}: not marked: {error.message}"
            tell_problem(session, error.code, told, hint_of(error))
        if not session.quiet:
            session.say(f"{line(name_of(hub, into))} is one item now; `pmhub plan` shows what follows from it.")
        return hub.report.exit_code


def _alone(session: Session, item: str) -> int:
    with changing(session) as opened:
        found = item_named(opened, item)
        with opened.store.transaction():
            opened.store.matching.set_alone(found)
            opened.store.items.touch([found])
        if not session.quiet:
            session.say(
                f"{line(name_of(opened.hub, found))} is matched with nothing any more; `pmhub plan` shows what follows."
            )
    return 0


def _join(hub: Hub, one: str | Seen, two: str | Seen) -> str:
    if isinstance(one, Seen):
        one, two = (two, one) if isinstance(two, str) else (new_item(hub, one), two)
    if isinstance(two, Seen):
        take_in(hub, one, two)
    else:
        link(hub, one, two)
    return one
