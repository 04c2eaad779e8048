"""Runs of tests from where they are read: each attempt is taken in once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pmhub.engine.mentions import Pull
from pmhub.errors import ConnectorError, Refused
from pmhub.model.ci import CiRun, Report
from pmhub.model.results import Case
from pmhub.sdk import Reader
from pmhub.sync.hub import Hub
from pmhub.sync.ingest import Around, ingest
from pmhub.sync.lanes import CiLane, Place
from pmhub.sync.report import Problem

FORMAT = "junit"


def read_runs(hub: Hub) -> None:
    for lane in hub.ci:
        if lane.source is not None and lane.source.remote.id not in hub.report.down:
            try:
                _read_lane(hub, lane, lane.source)
                hub.ci_read.add(lane.sync)
            except ConnectorError as error:
                hub.report.fail(lane.source.remote.id, error)


def _read_lane(hub: Hub, lane: CiLane, source: Place) -> None:
    """The place to go on from is kept run by run: killed in between, the next run goes on from there."""
    key = f"test runs {lane.sync}"
    since = int(hub.store.meta.get(key) or 0)
    for found in source.remote.connector.test_runs(source.scope, since):
        if not hub.store.results.knows(source.remote.id, found.run.run, found.run.attempt):
            _take_in(hub, lane, source, found)
        since = max(since, found.run.finished or 0)
        with hub.store.transaction():
            hub.store.meta.put(key, str(since))


def _take_in(hub: Hub, lane: CiLane, source: Place, found: CiRun) -> None:
    around = Around(found.commits, tuple(Pull(title, body) for title, body in found.pulls))
    try:
        ingest(hub.store, source.remote.id, found.run, _reports(hub, found), around, lane.patterns, hub.clock())
    except Refused as error:  # a report that will never be read: the run itself is a fact all the same
        where = f"{source.remote.connection}: run {found.run.run}"
        hub.report.refused.append(Problem(where, error.message, error.hint, f"report {where}", error.code))
        ingest(hub.store, source.remote.id, found.run, [found.cases], around, lane.patterns, hub.clock())
    hub.report.done["read test_run"] += 1


def _reports(hub: Hub, found: CiRun) -> Iterator[Iterable[Case]]:
    if not found.reports:
        yield found.cases
        return
    reader = _reader(hub)
    for report in found.reports:
        yield from _read(report, reader)


def _read(report: Report, reader: Reader) -> Iterator[Iterable[Case]]:
    with report.open() as stream:
        for name, part in reader.archive(stream, report.name):
            yield reader.read(part, f"{report.name}: {name}")


def _reader(hub: Hub) -> Reader:
    """Raises Refused where no plugin reads the format."""
    offered = hub.hooks.pmhub_register_readers() if hub.hooks else []
    readers: dict[str, Reader] = {reader.name: reader for several in offered for reader in several}
    if FORMAT not in readers:
        raise Refused(f"no plugin reads {FORMAT}", hint="Is it blocked under [plugins]?")
    return readers[FORMAT]
