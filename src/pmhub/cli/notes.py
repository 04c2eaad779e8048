"""`pmhub notes`: what a release brings, for those who read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from pmhub.cli.opening import reading
from pmhub.cli.options import common
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.telling import counted
from pmhub.engine.notes.entries import Entry, PullRequest
from pmhub.engine.notes.loose_ends import LooseEnds
from pmhub.engine.notes.rules import Audience
from pmhub.insight.notes import FORMATS, Draft, draft_of, render_as
from pmhub.insight.picture import picture_of
from pmhub.insight.releases import loose_ends_of, release_named
from pmhub.model.visibility import Visibility

MOST = 10
_VISIBILITIES = {str(each.name).lower(): each for each in Visibility}


@click.command()
@click.argument("release")
@click.option(
    "--audience",
    type=click.Choice([str(each) for each in Audience]),
    help="Who reads them. Default: as in the configuration, else customer.",
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="md", help="How they are written. Default: md."
)
@click.option(
    "--shown-to",
    type=click.Choice(list(_VISIBILITIES)),
    help="Leave out what fewer people may see. Default: for customers those who see the release, else members.",
)
@common
@click.pass_obj
def verb(session: Session, release: str, audience: str | None, format_: str, shown_to: str | None) -> None:
    """Compose a release's notes for those who read them.

    RELEASE is a version like 2.4.0, a tag, an address or our id. Nothing is published; a sync does that. Needs no network
    and no secrets. `slack` is a message for a webhook, `confluence` the body of a page in storage format.
    """
    with reading(session) as opened:
        picture = picture_of(opened.workspace, opened.hub)
        row = release_named(picture, release)
        seen_by = _VISIBILITIES[shown_to] if shown_to else None
        draft = draft_of(picture, row, Audience(audience) if audience else None, seen_by)
        loose = loose_ends_of(picture, row)
    session.out(render_as(draft, format_))
    if draft.left_out and not session.quiet:
        session.say(_left_out(draft))
    for told in () if session.quiet or loose is None else _loose(loose):
        session.say(told)


def _left_out(draft: Draft) -> str:
    told = ", ".join(f"{counted(number, 'entry', 'entries')} ({reason})" for reason, number in draft.left_out.items())
    return f"left out: {told}"


def _loose(found: LooseEnds) -> Iterator[str]:
    """For the person at the workspace alone: neither is a mistake by itself."""
    both: tuple[tuple[str, Sequence[PullRequest | Entry]], ...] = (
        ("merged, and no ticket has it", found.pull_requests),
        ("done, and no pull request brought it", found.entries),
    )
    for told, things in both:
        yield from (f"{told}: {line(f'{each.key} {each.title}')}" for each in things[:MOST])
        if len(things) > MOST:
            yield f"{told}: and {len(things) - MOST} more"
