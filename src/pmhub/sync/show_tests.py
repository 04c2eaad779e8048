"""How tests stand, shown where people look whenever their state has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmhub.engine.flow import may_flow
from pmhub.engine.results import totals
from pmhub.errors import ConnectorError, Refused
from pmhub.model.capabilities import Announced
from pmhub.model.ci import Announcement, State
from pmhub.model.lean import dataclass
from pmhub.model.refs import origin_of
from pmhub.model.results import Case, Outcome, Totals
from pmhub.model.visibility import Visibility
from pmhub.store.results import Result
from pmhub.sync.guards import audience, may_be_read_by_everybody
from pmhub.sync.hub import Hub
from pmhub.sync.ingest import INGESTED
from pmhub.sync.journal import note_write
from pmhub.sync.lanes import CiLane, Place
from pmhub.sync.report import Problem
from pmhub.sync.standing import standing

SHOW = "show"
_STATES = {Outcome.PASSED: State.OK, Outcome.SKIPPED: State.NOT_RUN}


@dataclass(frozen=True)
class News:
    """Another state than what is shown at `place` so far. `item`: of a ticket, else empty. `before`: None at first."""

    place: Place
    told: Announcement
    item: str
    before: str | None


def announce(hub: Hub) -> None:
    """What is shown already is not shown again. Where everything was shown, nothing is asked until something moves."""
    for lane in hub.ci:
        for place in lane.targets:
            if place.remote.id not in hub.report.down and _may_be_told(hub, lane, place):
                try:
                    _announce_at(hub, lane, place)
                except ConnectorError as error:
                    hub.report.fail(place.remote.id, error)


def news(hub: Hub) -> Iterator[News]:
    """What `announce` would show."""
    for lane in hub.ci:
        for place in lane.targets:
            if place.remote.id not in hub.report.down and _may_be_told(hub, lane, place):
                yield from _news_at(hub, lane, place)


def _may_be_told(hub: Hub, lane: CiLane, place: Place) -> bool:
    """A test's name and outcome are seen by those at most who see where it ran."""
    source = audience(lane.source) if lane.source else Visibility.MEMBERS
    flow = (lane.source.remote.id if lane.source else "", place.remote.id)
    allowed = may_flow(audience(place), source, flow, lane.flows)
    if not allowed:
        hub.report.lost[f"{lane.sync} {place.remote.id}"] = "not shown: more people can see the target than the source"
    return allowed and may_be_read_by_everybody(hub, place)


def _announce_at(hub: Hub, lane: CiLane, place: Place) -> None:
    mark, key = hub.store.results.mark(), f"announced {lane.sync} {place.remote.id} {place.scope.key}"
    if hub.store.meta.get(key) == mark:
        return
    shown = [_show(hub, one) for one in _news_at(hub, lane, place)]
    if all(shown) and hub.only is None:
        with hub.store.transaction():
            hub.store.meta.put(key, mark)


def _news_at(hub: Hub, lane: CiLane, place: Place) -> list[News]:
    shows = place.remote.connector.capabilities.announces
    found: list[News] = []
    if Announced.ON_TICKETS in shows:
        for item in hub.store.results.items_spoken_of(place.remote.id, place.scope.key):
            told = _of_item(hub, lane, place, item) if hub.only is None or item in hub.only else None
            found += [News(place, told, item, _shown_at(hub, place, told))] if told else []
    if Announced.ON_COMMITS in shows and hub.only is None:
        found += [News(place, told, "", _shown_at(hub, place, told)) for told in _of_commits(hub, lane)]
    return [one for one in found if one.before != one.told.state]


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
    if lane.source is None:
        return f"pmhub:{lane.sync}"
    return f"pmhub:{lane.sync}@{origin_of(lane.source.remote.id + lane.source.scope.key)}"


def _summary(results: Sequence[Result]) -> str:
    """By the tests that name the ticket; where only whole runs do, by all that were in them."""
    tests = [result for result in results if result.test is not None]
    if tests:
        return _counted([totals(Case(suite="", name="", outcome=r.outcome, flaky=r.flaky) for r in tests)])
    return _counted([result.run.run.totals for result in results])


def _counted(found: Sequence[Totals]) -> str:
    counts = [(outcome, sum(getattr(each, outcome) for each in found)) for outcome in Outcome]
    return ", ".join(f"{number} {outcome}" for outcome, number in counts if number)


def _of_commits(hub: Hub, lane: CiLane) -> list[Announcement]:
    """Runs that another CI told of; what the remote ran itself it shows itself."""
    return [
        Announcement(
            key=f"pmhub/{stored.run.suite or lane.sync}",
            state=_STATES.get(stored.run.outcome, State.NOK),
            title=stored.run.suite or lane.sync,
            summary=_counted([stored.run.totals]),
            url=stored.run.url,
            commit=stored.run.commit,
        )
        for stored in hub.store.results.latest_of_commits(INGESTED)
    ]


def _show(hub: Hub, one: News) -> bool:
    """False when the remote will not have it."""
    place, told = one.place, one.told
    place.remote.requests.clear()
    try:
        place.remote.connector.announce(place.scope, told)
    except Refused as error:
        where = f"{place.remote.connection}: {one.item or told.commit}"
        hub.report.refused.append(
            Problem(where, error.message, error.hint, f"announce {_place_of(place, told)}", error.code)
        )
        return False
    with hub.store.transaction():
        hub.store.meta.put(_place_of(place, told), told.state)
        note_write(
            hub, one.item or told.commit, place.remote.id, SHOW, {"tests": one.before}, {"tests": told.state}, "done"
        )
    hub.report.done["showed test_run"] += 1
    return True


def _shown_at(hub: Hub, place: Place, told: Announcement) -> str | None:
    return hub.store.meta.get(_place_of(place, told))


def _place_of(place: Place, told: Announcement) -> str:
    return f"told {place.remote.id} {told.key} {f'{told.on.kind}:{told.on.id}' if told.on else told.commit}"
