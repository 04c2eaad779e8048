"""`pmhub apply`: exactly the rows of a plan file, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.opening import Opened, running
from pmhub.cli.options import formatted, timed, waiting
from pmhub.cli.session import Session
from pmhub.cli.sync import told
from pmhub.cli.telling_run import tell_run
from pmhub.cli.watched import watched
from pmhub.errors import UnusableFile, UserError
from pmhub.sync.preview import approve
from pmhub.sync.report import OK
from pmhub.sync.run import run

_TOLD = ("mark", "op", "name", "connection")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path())
@timed
@waiting
@formatted
@click.pass_obj
def verb(session: Session, file: str, max_time: float | None) -> int:
    """Do exactly what a plan file says.

    The file comes from `pmhub plan -o FILE`. When one of its rows is not what would be done now, because a tool or the
    configuration changed since, nothing is written at all.
    """
    plan = _read(Path(file))
    choice = Choice.of_file(plan.get("choice", {}))
    with running(session) as opened:
        return watched(session, opened, lambda: _applied(session, opened, choice, plan, max_time))


def _applied(session: Session, opened: Opened, choice: Choice, plan: Mapping[str, Any], max_time: float | None) -> int:
    code, approved = _approved(session, opened, choice, plan)
    if approved is None:
        return code
    with chosen_hub(session, opened, choice, max_time=max_time) as hub:
        hub.approved = approved
        return told(session, hub, run(hub))


def _approved(
    session: Session, opened: Opened, choice: Choice, plan: Mapping[str, Any]
) -> tuple[int, frozenset[str] | None]:
    """Looks with a hub of its own: what it saw and swept is no knowledge of the run that follows."""
    with chosen_hub(session, opened, choice) as hub:
        try:
            approve(hub, plan, opened.workspace.fingerprint)
        except UserError:
            if hub.report.exit_code == OK:
                raise
        if hub.report.exit_code != OK:  # a remote that cannot be read makes every plan look stale: tell the cause
            tell_run(session, hub, hub.report)
            return hub.report.exit_code, None
        return OK, hub.approved


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UnusableFile(
            f"{path} cannot be read: {error.strerror}", hint="Make one with `pmhub plan -o FILE`."
        ) from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not _is_plan(found):
        raise UnusableFile(f"{path} is not a plan file", hint="Make one with `pmhub plan -o FILE`.")
    return found


def _is_plan(found: Mapping[str, Any]) -> bool:
    rows = found.get("rows")
    return (
        isinstance(found.get("choice", {}), dict)
        and isinstance(rows, list)
        and all(isinstance(row, dict) and all(isinstance(row.get(name), str) for name in _TOLD) for row in rows)
    )
