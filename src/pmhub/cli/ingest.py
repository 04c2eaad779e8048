"""`pmhub ingest`: test results of any CI, from files or a pipe."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

import click

from pmhub.cli.document import Document, show
from pmhub.cli.opening import changing
from pmhub.cli.options import formatted, waiting
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.telling import counted
from pmhub.errors import UnknownName, UnusableFile, UserError
from pmhub.model.lean import dataclass
from pmhub.model.results import Case, Outcome, TestRun, Totals
from pmhub.sdk import OtherFormat, Reader, Refused
from pmhub.sync.assemble import system_clock
from pmhub.sync.assemble_lanes import patterns
from pmhub.sync.ingest import INGESTED, Around, Ingested, ingest

STDIN = "-"
_SPOOL = 8 << 20
_CHUNK = 1 << 20


@click.command()
@click.argument("report_format", metavar="FORMAT")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--run", default="", metavar="ID", help="Names the run. Default: a name made of the reports' content.")
@click.option("--attempt", type=click.IntRange(min=1), default=1, help="Which try of this run it was. Default: 1.")
@click.option("--suite", default="", help="A name for these tests, where one run has several suites.")
@click.option("--commit", default="", help="The commit that was tested.")
@click.option("--branch", default="", help="Its branch; a ticket's key in it says what the run is about.")
@click.option("--environment", default="", help="Where the tests ran: `linux`, `staging`.")
@click.option("--url", default="", help="Where a person reads more about the run.")
@click.option("--message", "messages", multiple=True, help="A commit message, searched for tickets. May be repeated.")
@click.option("--ticket", "tickets", multiple=True, metavar="KEY", help="A ticket that it speaks of. May be repeated.")
@waiting
@formatted
@click.pass_obj
def verb(session: Session, /, report_format: str, paths: tuple[str, ...], **given: object) -> None:
    """Take in the results of a test run.

    FORMAT is `junit`. PATH is a report, a folder of reports (*.xml), a zip archive of them, or - for standard input. The
    same run may be given any number of times: it counts once. Needs no network and no secrets.
    """
    with changing(session) as opened, ExitStack() as stack:
        reader = _reader(session, report_format)
        sources = [source for path in paths for source in _sources(path, stack)]
        options = _options(given)
        run = options.run_of(_fingerprint(sources))
        reports = (report for source in sources for report in _reports(session, source, reader))
        around = Around(commits=options.messages, tickets=options.tickets)
        try:
            told = ingest(opened.store, INGESTED, run, reports, around, patterns(opened.workspace), system_clock())
        except Refused as error:
            raise UserError(error.message, hint=error.hint) from error
        _show(session, told, len(sources))


@dataclass(frozen=True)
class _Options:
    run: str
    attempt: int
    suite: str
    commit: str
    branch: str
    environment: str
    url: str
    messages: tuple[str, ...]
    tickets: tuple[str, ...]

    def run_of(self, content: str) -> TestRun:
        return TestRun(
            run=self.run or content,
            attempt=self.attempt,
            suite=self.suite,
            commit=self.commit,
            branch=self.branch,
            environment=self.environment,
            finished=system_clock(),
            url=self.url,
        )


def _options(given: dict[str, object]) -> _Options:
    return _Options(**cast("dict[str, str]", given))  # type: ignore[arg-type]  # click has checked each


@dataclass(frozen=True)
class _Source:
    """`is_named`: a person named this very file; else it was found in a folder."""

    name: str
    stream: BinaryIO
    is_named: bool = True


def _reader(session: Session, name: str) -> Reader:
    offered = session.hooks.pmhub_register_readers() if session.hooks else []
    readers: dict[str, Reader] = {reader.name: reader for several in offered for reader in several}
    if name not in readers:
        known = ", ".join(sorted(readers)) or "none: no plugin offers one"
        raise UnknownName(f"no reader is called {name!r}", hint=f"Known formats: {known}.")
    return readers[name]


def _sources(path: str, stack: ExitStack) -> Iterator[_Source]:
    """Everything that is read is a stream that can go back: a pipe is kept aside first."""
    if path == STDIN:
        yield _Source("standard input", _spooled(stack))
        return
    found = Path(path)
    files = sorted(found.rglob("*.xml")) if found.is_dir() else [found]
    if not files:
        raise UnusableFile(f"{path} holds no .xml file", hint="Give the folder the reports are written to.")
    for file in files:
        try:
            yield _Source(str(file), stack.enter_context(_open(file)), is_named=not found.is_dir())
        except OSError as error:
            raise UnusableFile(f"{file} cannot be read: {error.strerror}", hint="Check the path.") from error


def _open(file: Path) -> BinaryIO:
    return file.open("rb")


def _spooled(stack: ExitStack) -> BinaryIO:
    spool = stack.enter_context(tempfile.SpooledTemporaryFile(_SPOOL))  # noqa: SIM115 - the stack closes it
    while chunk := sys.stdin.buffer.read(_CHUNK):
        spool.write(chunk)
    return cast("BinaryIO", spool)


def _fingerprint(sources: list[_Source]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        source.stream.seek(0)
        while chunk := source.stream.read(_CHUNK):
            digest.update(chunk)
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _reports(session: Session, source: _Source, reader: Reader) -> Iterator[Iterable[Case]]:
    source.stream.seek(0)
    is_archive = zipfile.is_zipfile(source.stream)
    source.stream.seek(0)
    if is_archive:
        for name, stream in reader.archive(source.stream, source.name):
            yield reader.read(stream, f"{source.name}: {name}")
    elif source.is_named:
        yield reader.read(source.stream, source.name)
    else:
        yield _unless_another_format(session, reader.read(source.stream, source.name))


def _unless_another_format(session: Session, cases: Iterable[Case]) -> Iterator[Case]:
    """A folder of reports also holds what other tools write."""
    try:
        yield from cases
    except OtherFormat as error:
        session.say(f"skipped: {error.message}")


def _show(session: Session, told: Ingested, reports: int) -> None:
    run = told.run
    head = {
        "run": run.run,
        "attempt": run.attempt,
        "outcome": str(run.outcome),
        "reports": reports,
        **{str(outcome): getattr(run.totals, outcome) for outcome in Outcome},
        "flaky": run.totals.flaky,
        "tickets": list(told.tickets),
    }
    text = [] if session.quiet else [f"run {line(run.run)}: {summary(run.totals)}", *_tickets(told)]
    show(session, Document("ingest", text, head))


def summary(totals: Totals) -> str:
    parts = [f"{getattr(totals, outcome)} {outcome}" for outcome in Outcome if getattr(totals, outcome)]
    parts += [f"{totals.flaky} flaky"] if totals.flaky else []
    return f"{counted(totals.cases, 'test')}" + (f": {', '.join(parts)}" if parts else "")


def _tickets(told: Ingested) -> list[str]:
    return [f"speaks of {', '.join(map(line, told.tickets))}"] if told.tickets else []
