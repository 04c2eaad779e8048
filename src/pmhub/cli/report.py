"""`pmhub report`: one page that shows how everything stands."""

from __future__ import annotations

from pathlib import Path

import click

from pmhub.cli.opening import reading
from pmhub.cli.options import common
from pmhub.cli.session import Session
from pmhub.errors import UnusableFile
from pmhub.insight.past import moment_of, start_of
from pmhub.store.files import write_new


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("report.html"), metavar="FILE",
    help="Where the page is written; - for stdout. Default: report.html.",
)  # fmt: skip
@click.option(
    "--since",
    metavar="DATE",
    help="Tell what changed since then. Default: since the report that is replaced, else for a week.",
)
@click.option("--as-of", metavar="DATE", help="How it all stood at the end of this day, as far as the journal knows.")
@common
@click.pass_obj
def verb(session: Session, output: Path, since: str | None, as_of: str | None) -> None:
    """Write one page that shows how everything stands.

    Roadmap, releases, backlog, tests, what changed, and what waits for a person. One HTML file that asks nothing of any
    network and runs no script: send it, print it, keep it. Needs no network and no secrets.
    """
    from pmhub.insight.report import Window, made_at, report  # noqa: PLC0415 - brings in the template engine

    with reading(session) as opened:
        at = moment_of(as_of, opened.store, opened.hub.clock()) if as_of else None
        page = report(opened.workspace, opened.hub, Window(at, start_of(since) if since else made_at(output)))
    if str(output) == "-":
        session.out(page)
        return
    _write(output, session.redacted(page))
    if not session.quiet:
        session.say(f"{output} is written")


def _write(file: Path, page: str) -> None:
    """For its owner alone, like all that quotes the tools; whom it is sent to is a person's decision."""
    try:
        write_new(file, page.encode("utf-8", "replace").decode())
    except OSError as error:
        raise UnusableFile(f"{file} cannot be written: {error.strerror}", hint="Give another file with -o.") from error
