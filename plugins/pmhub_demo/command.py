"""The command `pmhub demo`. Its options are cheap to load; the demo itself is not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click


@click.command(short_help="A two-way sync to watch, embedded: nothing to set up.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("pmhub-demo"),
    show_default=True,
    help="The workspace to write. Emptied first if a demo made it; anything else is left alone.",
)
@click.option("--serve", is_flag=True, help="Keep both services up at the end, until Ctrl-C.")
@click.option(
    "--tickets",
    type=click.IntRange(12, 150),
    default=60,
    show_default=True,
    help="How large the backlog is.",
)
def demo(folder: Path, tickets: int, *, serve: bool) -> int:
    """Watch two tools be kept in step, on this machine alone.

    Starts stand-ins for GitHub and Jira, fills them with the backlog of an invented web shop, writes a workspace and
    runs pmhub on it: a first sync, edits on both sides, a conflict and how it is settled. Needs no account, sends nothing
    anywhere. Ends with 0 only if both sides agree and nothing is left to do.
    """
    if find_spec("werkzeug") is None:
        raise click.ClickException("the stand-ins need a web server library. Install it: pip install 'pmhub[demo]'")
    from pmhub_demo.story import run  # noqa: PLC0415 - simulators are for those who watch

    return run(folder, tickets, serve=serve)
