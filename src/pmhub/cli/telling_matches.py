"""Which things were found to be one, and which only a person can tell, with what to type."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pmhub.cli.plain import line
from pmhub.engine.match import Doubt
from pmhub.sync.report import Report

MOST_SHOWN = 200


def told_matches(report: Report) -> Iterator[str]:
    for match in report.matches[:MOST_SHOWN]:
        names = " = ".join(line(report.called[item]) for item in match.items)
        yield f"  {click.style('= pair', fg='cyan')} {names}  (by {match.by})"
    if len(report.matches) > MOST_SHOWN:
        yield f"  … and {len(report.matches) - MOST_SHOWN} more"


def told_doubts(report: Report) -> Iterator[str]:
    for doubt in report.doubts:
        names = [line(report.called[item]) for item in doubt.items]
        yield f"  {click.style('? same', fg='magenta')} {', '.join(names)}  {doubt.why}"
        yield f"      {what_to_type(report, doubt)}"


def what_to_type(report: Report, doubt: Doubt) -> str:
    names = [report.called[item].partition(" = ")[0] for item in doubt.items]
    if len(names) == len(("one", "other")):
        return f"`pmhub link {names[0]} {names[1]}` if they are one, `pmhub link --alone {names[0]}` if not"
    return f"`pmhub link {names[0]} …` with the one it is, or `pmhub link --alone {names[0]}`"
