"""`pmhub gate`: is a release ready? Names everything that says no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

import click

from pmhub.cli.document import Document, show
from pmhub.cli.opening import reading
from pmhub.cli.options import formatted
from pmhub.cli.plain import code, line
from pmhub.cli.session import Session
from pmhub.cli.telling import age, counted, moment
from pmhub.engine.gate import Finding
from pmhub.engine.notes.escape import address
from pmhub.insight.freshness import freshness
from pmhub.insight.picture import picture_of
from pmhub.insight.readiness import Readiness, readiness
from pmhub.insight.releases import release_named
from pmhub.sync.report import NOT_READY, OK


@click.command()
@click.argument("release")
@formatted
@click.pass_obj
def verb(session: Session, release: str) -> int:
    """Tell whether a release is ready, and name all that stands against it.

    RELEASE is a version like 2.4.0, a tag, an address or our id. Exits with 0 when it is ready, with 9 when it is not.
    What is asked of a release stands in [gate] of the configuration. Needs no network and no secrets.
    """
    with reading(session) as opened:
        picture = picture_of(opened.workspace, opened.hub)
        row = release_named(picture, release)
        found = readiness(picture, opened.store, row, freshness(picture, opened.store))
    if not (session.quiet and found.is_ready):
        show(session, _document(found, moment(picture.at)))
    return OK if found.is_ready else NOT_READY


def _document(found: Readiness, at: str) -> Document:
    head = {
        "release": found.version,
        "status": found.status,
        "date": found.date,
        "ready": found.is_ready,
        "at": at,
        "checked": {"tickets": len(found.scope.tickets), "tests": tests_of(found)},
        "connections": [{"connection": each.connection, "seconds": each.seconds} for each in found.connections],
        "sources": [asdict(source) for source in found.scope.sources],
    }
    rows = [{**asdict(each), "signal": str(each.signal)} for each in found.findings]
    return Document("gate", list(_text(found)), head, "signals", rows, list(_md(found)))


def tests_of(found: Readiness) -> int:
    return len({(fact.test, fact.environment) for ticket in found.scope.tickets for fact in ticket.tests})


def _text(found: Readiness) -> Iterator[str]:
    yield click.style(line(_verdict(found)), bold=True)
    for signal, group in groupby(found.findings, key=lambda each: each.signal):
        yield f"  {signal}"
        yield from (f"    {line(each.name)}  {line(_said(each), 140)}" for each in group)
    yield f"  checked: {_checked(found)}"


def _verdict(found: Readiness) -> str:
    out = f", {found.status} already" if found.status in {"released", "archived"} else ""
    if found.is_ready:
        return f"{found.version} is ready: nothing stands against it{out}"
    return f"{found.version} is not ready: {counted(len(found.findings), 'signal')}{out}"


def _said(finding: Finding) -> str:
    return f"{finding.title}: {finding.what}" if finding.title and finding.title != finding.name else finding.what


def _checked(found: Readiness) -> str:
    sources = [f"{source.connection} ({_age(source.seconds)})" for source in found.connections]
    tickets, tests = counted(len(found.scope.tickets), "ticket"), counted(tests_of(found), "test")
    return ", ".join([tickets, tests, *sources])


def _age(seconds: float | None) -> str:
    return "never read" if seconds is None else f"read {age(seconds)} ago"


def _md(found: Readiness) -> Iterator[str]:
    yield f"## {'✅' if found.is_ready else '❌'} {code(found.version)} is {'ready' if found.is_ready else 'not ready'}"
    yield ""
    if found.findings:
        yield "| signal | where | what |"
        yield "| --- | --- | --- |"
        yield from (f"| {each.signal} | {_linked(each)} | {code(_said(each))} |" for each in found.findings)
        yield ""
    yield f"Checked: {', '.join(code(part) for part in _checked(found).split(', '))}."


def _linked(finding: Finding) -> str:
    url = address(finding.url)
    return f"[{code(finding.name)}]({url})" if url else code(finding.name)
