"""`pmhub repair`: what is doubled, orphaned or dead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from pmhub.cli.choosing import Choice, chosen_hub
from pmhub.cli.document import Document, show
from pmhub.cli.opening import Opened, reading, running
from pmhub.cli.options import formatted, waiting
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.show import connection
from pmhub.cli.telling import counted
from pmhub.cli.telling_run import tell_run
from pmhub.engine.repair import Finding
from pmhub.model.records import headline
from pmhub.sync.naming import name_of, title_of
from pmhub.sync.repair import find, repair


@click.command()
@click.option("--yes", is_flag=True, help="Do it. Without this, it is only shown.")
@waiting
@formatted
@click.pass_obj
def verb(session: Session, yes: bool) -> int:  # noqa: FBT001 - click's signature
    """Find what is doubled, orphaned or dead, and mend it.

    Shows what was found, as things were last read, and what --yes would do about it. With --yes everything is listed and
    read again, our own books are put right, and doubles that we made are closed where the sync's `deleted` allows that.
    Nothing is ever deleted.
    """
    if not yes:
        with reading(session) as opened:
            _tell(session, opened, find(opened.hub))
        return 0
    with running(session) as opened, chosen_hub(session, opened, Choice()) as hub:
        before = find(hub)
        left, report = repair(hub)
        _tell(session, opened, left, mended=sum(finding not in left for finding in before))
        tell_run(session, hub, report)
        return report.exit_code


def _tell(session: Session, opened: Opened, found: Sequence[Finding], mended: int | None = None) -> None:
    rows = [_row(opened, finding) for finding in found]
    head = {"count": len(rows)} | ({} if mended is None else {"mended": mended})
    if rows or not session.quiet:
        show(session, Document("repair", [*_text(rows), _summary(rows, mended)], head, "findings", rows))


def _row(opened: Opened, finding: Finding) -> dict[str, Any]:
    seen = opened.store.observations.get(finding.remote, finding.kind, finding.thing)
    return {
        "found": str(finding.ill),
        "connection": connection(opened, finding.remote) if finding.remote else None,
        "name": (seen.ref.key or seen.ref.id) if seen else name_of(opened.hub, finding.item or ""),
        "url": seen.ref.url if seen else None,
        "title": (headline(seen.record) if seen else "") or title_of(opened.hub, finding.item or ""),
        "item": finding.item,
        "mends": finding.mends,
        "remedy": finding.remedy,
    }


def _text(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        where = f" on {row['connection']}" if row["connection"] else ""
        name = click.style(line(row["name"]), bold=True)
        yield f"{row['found']}{where}: {name}  {line(row['title'])}"
        yield f"  {'~' if row['mends'] else 'by hand:'} {row['remedy']}"


def _summary(rows: Sequence[dict[str, Any]], mended: int | None) -> str:
    if mended is not None:
        return f"{mended} mended, {len(rows)} left"
    mends = sum(row["mends"] for row in rows)
    return f"{counted(len(rows), 'finding')}, {mends} of them for `pmhub repair --yes`" if rows else "nothing found"
