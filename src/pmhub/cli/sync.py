"""`pmhub sync`: one run."""

from __future__ import annotations

import sys
from typing import Any

import click

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.document import show
from pmhub.cli.opening import Opened, running
from pmhub.cli.options import chosen, formatted, timed, waiting
from pmhub.cli.session import Session
from pmhub.cli.telling_run import run_document, tell_run
from pmhub.cli.watched import watched
from pmhub.sync.hub import Hub
from pmhub.sync.report import Report
from pmhub.sync.run import run


@click.command()
@chosen
@timed
@waiting
@formatted
@click.pass_obj
def verb(session: Session, /, max_time: float | None, **choice: Any) -> int:  # noqa: ANN401 - see options.chosen
    """Bring every tool up to date.

    Reads what changed, merges it, and writes what follows from it. Killed at any moment, the next run goes on where this
    one ended. A run that had nothing to do says nothing unless a person watches.
    """
    wanted = Choice(**choice)
    with running(session, wanted.syncs) as opened:
        return watched(session, opened, lambda: _synced(session, opened, wanted, max_time))


def _synced(session: Session, opened: Opened, choice: Choice, max_time: float | None) -> int:
    with chosen_hub(session, opened, choice, max_time=max_time) as hub:
        return told(session, hub, run(hub))


def told(session: Session, hub: Hub, report: Report) -> int:
    talkative = bool(session.verbose) or sys.stdout.isatty()
    if session.format != "text" or not session.quiet:
        show(session, run_document(hub, report, talkative=talkative))
    tell_run(session, hub, report)
    return report.exit_code
