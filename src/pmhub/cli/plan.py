"""`pmhub plan`: read for real, think on a copy, write nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.document import show
from pmhub.cli.opening import running
from pmhub.cli.options import chosen, formatted, waiting
from pmhub.cli.session import Session
from pmhub.cli.telling_plan import plan_document
from pmhub.cli.telling_run import tell_run
from pmhub.errors import UnusableFile
from pmhub.store.files import write_new
from pmhub.sync.preview import Preview, name_of, preview
from pmhub.sync.report import CHANGES


@click.command()
@chosen
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Keep the plan in a file, for `pmhub apply`.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 10 when there is something to do.")
@waiting
@formatted
@click.pass_obj
def verb(session: Session, /, output: str | None, detailed_exitcode: bool, **choice: Any) -> int:  # noqa: ANN401, FBT001
    """Show what a sync would change.

    Everything is read and nothing is written, on no remote. What was seen is remembered, so that the next run reads less.

    \b
    + create   ~ update   - close   ! conflict
    """  # noqa: D301 - click's mark of lines to keep
    wanted = Choice(**choice)
    if output and not Path(output).absolute().parent.is_dir():
        raise UnusableFile(
            f"{output} cannot be written: there is no such folder", hint="Make the folder, or name another file."
        )
    with running(session, wanted.syncs) as opened, chosen_hub(session, opened, wanted) as hub:
        found = preview(hub)
        file = found.to_json(opened.workspace.fingerprint, hub.clock()) | {"choice": vars(wanted)}
        if output:
            _keep(session, Path(output), file)
        if found.rows or not session.quiet:
            show(session, plan_document(found, file, lambda item: name_of(hub, item)))
        tell_run(session, hub, found.report)
    return _code(found, detailed=detailed_exitcode)


def _code(found: Preview, *, detailed: bool) -> int:
    return found.report.exit_code or (CHANGES if detailed and (found.rows or found.report.matches) else 0)


def _keep(session: Session, path: Path, file: dict[str, Any]) -> None:
    """For its owner alone: a plan quotes what stands in the tools."""
    text = session.redacted(json.dumps(file, indent=2))
    try:
        write_new(path, text + "\n")
    except OSError as error:
        raise UnusableFile(f"{path} cannot be written: {error.strerror}") from None
