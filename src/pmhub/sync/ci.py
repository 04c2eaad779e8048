"""Runs of tests: read once each, taken in, and shown where people look whenever their state has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pmhub.engine.flow import may_flow
from pmhub.engine.mentions import Pull
from pmhub.engine.results import totals
from pmhub.errors import ConnectorError, Refused
from pmhub.model.capabilities import Announced
from pmhub.model.ci import Announcement, CiRun, Report, State
from pmhub.model.refs import origin_of
from pmhub.model.results import Case, Outcome
from pmhub.model.visibility import Visibility
from pmhub.sdk import Reader
from pmhub.store.results import Result
from pmhub.sync.guards import audience, may_be_read_by_everybody
from pmhub.sync.hub import Hub
from pmhub.sync.ingest import Around, ingest
from pmhub.sync.lanes import CiLane, Place
from pmhub.sync.report import Problem
from pmhub.sync.standing import standing

FORMAT = "junit"
_STATES = {Outcome.PASSED: State.OK, Outcome.SKIPPED: State.NOT_RUN}


# Reading.


def read_runs(hub: Hub) -> None:
    for lane in hub.ci:
        if lane.source is not None and lane.source.remote.id not in hub.report.down:
            try:
                _read_lane(hub, lane, lane.source)
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
        hub.report.refused.append(Problem(where, error.message, error.hint, f"report {where}"))
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


# Showing.


def announce(hub: Hub) -> None:
    """What is shown already is not shown again: only another state is news."""
    for lane in hub.ci:
        for place in lane.targets:
            if place.remote.id not in hub.report.down and _may_be_told(hub, lane, place):
                try:
                    _announce_at(hub, lane, place)
                except ConnectorError as error:
                    hub.report.fail(place.remote.id, error)


def _may_be_told(hub: Hub, lane: CiLane, place: Place) -> bool:
    public = audience(place)
    if lane.source is None:
        allowed = may_flow(public, Visibility.MEMBERS, ("", place.remote.id), lane.flows)
    else:
        allowed = may_flow(public, audience(lane.source), (lane.source.remote.id, place.remote.id), lane.flows)
    if not allowed:
        hub.report.lost[f"{lane.sync} {place.remote.id}"] = "not shown: more people can see the target than the source"
    return allowed and may_be_read_by_everybody(hub, place)


def _announce_at(hub: Hub, lane: CiLane, place: Place) -> None:
    mark, key = hub.store.results.mark(), f"announced {lane.sync} {place.remote.id} {place.scope.key}"
    if hub.store.meta.get(key) == mark:
        return
    shows = place.remote.connector.capabilities.announces
    told = (
        [_of_item(hub, lane, place, item) for item in _spoken_of(hub, place)] if Announced.ON_TICKETS in shows else []
    )
    told += _of_commits(hub, lane) if Announced.ON_COMMITS in shows else []
    shown = [_tell(hub, place, one) for one in told if one is not None]
    if all(shown):
        with hub.store.transaction():
            hub.store.meta.put(key, mark)


def _spoken_of(hub: Hub, place: Place) -> list[str]:
    return hub.store.results.items_spoken_of(place.remote.id, place.scope.key)


def _of_item(hub: Hub, lane: CiLane, place: Place, item: str) -> Announcement | None:
    bound, found = hub.store.items.bound_on(item, place.remote.id), standing(hub, item)
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing) if bound and bound.thing else None
    if seen is None or found.state is State.UNCOVERED:
        return None
    results = [tested.result for tested in found.tests]
    latest = max(results, key=lambda result: (result.run.run.finished or 0, result.run.id))
    return Announcement(
        key=_key(lane),
        state=found.state,
        title=f"Tests: {found.state}",
        summary=_summary(results),
        url=latest.run.run.url,
        on=seen.ref,
    )


def _key(lane: CiLane) -> str:
    """Two workspaces may show the runs of two places on one ticket."""
    return f"pmhub:{lane.sync}" + (
        f"@{origin_of(lane.source.remote.id + lane.source.scope.key)}" if lane.source else ""
    )


def _summary(results: Sequence[Result]) -> str:
    """By the results that name the ticket; a run as a whole counts with the tests in it."""
    tests = [result for result in results if result.test is not None]
    if not tests:
        counted = [(str(outcome), sum(getattr(r.run.run.totals, outcome) for r in results)) for outcome in Outcome]
    else:
        cases = [Case(suite="", name="", outcome=r.outcome, flaky=r.flaky) for r in tests]
        counted = [(str(outcome), getattr(totals(cases), outcome)) for outcome in Outcome]
    return ", ".join(f"{number} {outcome}" for outcome, number in counted if number)


def _of_commits(hub: Hub, lane: CiLane) -> list[Announcement]:
    """Runs that another CI told of; what the remote ran itself it shows itself."""
    return [
        Announcement(
            key=f"pmhub/{stored.run.suite or lane.sync}",
            state=_STATES.get(stored.run.outcome, State.NOK),
            title=stored.run.suite or lane.sync,
            summary=", ".join(
                f"{getattr(stored.run.totals, outcome)} {outcome}"
                for outcome in Outcome
                if getattr(stored.run.totals, outcome)
            ),
            url=stored.run.url,
            commit=stored.run.commit,
        )
        for stored in hub.store.results.latest_of_commits("ingest")
    ]


def _tell(hub: Hub, place: Place, told: Announcement) -> bool:
    """True when it is shown, also when it was before."""
    what = f"{told.on.kind}:{told.on.id}" if told.on else told.commit
    key = f"told {place.remote.id} {told.key} {what}"
    if hub.store.meta.get(key) == told.state:
        return True
    try:
        place.remote.connector.announce(place.scope, told)
    except Refused as error:
        where = f"{place.remote.connection}: {told.on.key if told.on else told.commit}"
        hub.report.refused.append(Problem(where, error.message, error.hint, f"announce {key}"))
        return False
    with hub.store.transaction():
        hub.store.meta.put(key, told.state)
    hub.report.done["showed test_run"] += 1
    return True
