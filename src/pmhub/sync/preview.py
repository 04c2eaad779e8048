"""What a run would do: read for real, think on a copy. Only what was seen is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Any

from pmhub.engine.plan import Action, Op, mark_of
from pmhub.errors import StalePlan, UnusableFile
from pmhub.model.codec import fingerprint, value_from
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Value
from pmhub.sync.absorb import absorb_all
from pmhub.sync.adopt import adopt
from pmhub.sync.bind import bind
from pmhub.sync.cost import Cost, costs
from pmhub.sync.destination import destination
from pmhub.sync.guards import reason_to_stop
from pmhub.sync.hub import Hub
from pmhub.sync.in_our_words import tell_unmapped
from pmhub.sync.losing import losses_of
from pmhub.sync.naming import name_of, title_of
from pmhub.sync.plan import plan
from pmhub.sync.pull import begin_pulls, pull
from pmhub.sync.read_runs import read_runs
from pmhub.sync.recover import lane_of, recover
from pmhub.sync.report import Report
from pmhub.sync.run import check
from pmhub.sync.show_tests import SHOW, News, news
from pmhub.sync.steps import Doing, Step
from pmhub.sync.sweep import sweep

__all__ = ["Clashing", "Preview", "Row", "approve", "name_of", "preview", "rows_from", "title_of"]

FILE_VERSION = 1
SHALLOW = 1
"""A run number that is not due for reading everything again."""


@dataclass(frozen=True)
class Row:
    """One planned action, told for people. `then`: fields of a new thing that follow its create call. `losses`: what it would
    take away there that our words cannot say.

    `name`: what people call the item (a key where it has one, else its title). `mark` ties the row to exactly this action.
    """

    item: str
    name: str
    title: str
    connection: str
    op: str
    kind: str
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    then: Mapping[str, Value]
    mark: str
    losses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clashing:
    """A conflict that the run would record."""

    item: str
    name: str
    field: str
    kind: str
    connection: str
    value: Value


@dataclass
class Preview:
    rows: list[Row] = field(default_factory=list)
    clashes: list[Clashing] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    costs: list[Cost] = field(default_factory=list)

    def _called(self, items: Sequence[str]) -> list[str]:
        return [self.report.called[item] for item in items]

    def to_json(self, meaning: str, made_at: int) -> dict[str, Any]:
        return {
            "schema_version": FILE_VERSION,
            "made_at": made_at,
            "meaning": meaning,
            "rows": [asdict(row) for row in self.rows],
            "clashes": [asdict(clash) for clash in self.clashes],
            "costs": [asdict(cost) for cost in self.costs],
            "matches": [{"names": self._called(m.items), "by": m.by} for m in self.report.matches],
            "doubts": [{"names": self._called(d.items), "why": d.why} for d in self.report.doubts],
        }


def preview(hub: Hub) -> Preview:
    hub.generation = hub.store.generation()
    for remote in hub.remotes.values():
        check(hub, remote)
    begin_pulls(hub)
    for remote in hub.working():
        pull(hub, remote)
    with tempfile.TemporaryDirectory(prefix="pmhub-plan-") as folder:
        copy = hub.store.copy(Path(folder) / "copy.db")
        try:
            return _think(replace(hub, store=copy, run=SHALLOW, swept=set(hub.swept)))
        finally:
            copy.close()


def _think(twin: Hub) -> Preview:
    known = {c.id for c in twin.store.conflicts.all()}
    for remote in twin.working():
        twin.watch(Step(Doing.LISTING, remote.connection))
        sweep(twin, remote)
    bind(twin)
    recover(twin)
    adopt(twin)
    tell_unmapped(twin)
    for _ in range(twin.pace.rounds):
        twin.progress = False
        twin.watch(Step(Doing.COMPARING))
        absorb_all(twin)
        if not twin.progress:
            break
    plan(twin)
    read_runs(twin)
    actions = [w.action for w in twin.store.intents.in_state("planned")]
    twin.report.stopped = twin.report.stopped or reason_to_stop(twin, actions)
    return Preview(
        [*(_row(twin, action) for action in actions), *(_row_of_news(twin, one) for one in news(twin))],
        [_clashing(twin, c.item, c) for c in twin.store.conflicts.all() if c.id not in known],
        twin.report,
        costs(twin, actions),
    )


def _row(hub: Hub, action: Action) -> Row:
    item = hub.store.items.get(action.item)
    lane = lane_of(hub, action.item)
    place = destination(hub, lane, item, action.remote) if lane and item else None
    then: dict[str, Value] = {}
    if item and lane and place and action.op is Op.CREATE:
        later = hub.sides.of(lane, place).followers - action.data.keys()
        then = {name: item.record[name] for name in sorted(later) if item.record.get(name) is not None}
    return Row(
        item=action.item,
        name=name_of(hub, action.item),
        title=title_of(hub, action.item),
        connection=hub.remotes[action.remote].connection,
        op=str(action.op),
        kind=str(item.kind) if item else "",
        before=dict(action.pre),
        after=dict(action.data),
        then=then,
        mark=mark_of(action),
        losses=losses_of(hub, lane, action) if lane else (),
    )


def _row_of_news(hub: Hub, one: News) -> Row:
    told = one.told
    return Row(
        item=one.item,
        name=name_of(hub, one.item) if one.item else told.commit[:12],
        title=title_of(hub, one.item) if one.item else told.title,
        connection=one.place.remote.connection,
        op=SHOW,
        kind=str(Kind.TEST_RUN),
        before={"tests": one.before},
        after={"tests": str(told.state)},
        then={},
        mark=fingerprint([one.item or told.commit, one.place.remote.id, SHOW, told.state]),
    )


def _clashing(hub: Hub, item: str, conflict: Any) -> Clashing:  # noqa: ANN401 - store.conflicts.Conflict
    clash = conflict.clash
    connection = hub.remotes[clash.remote].connection if clash.remote in hub.remotes else clash.remote
    return Clashing(item, name_of(hub, item), clash.field, clash.kind, connection, clash.value)


def approve(hub: Hub, file: Mapping[str, Any], meaning: str) -> None:
    """Confine a hub to exactly the rows of a plan file. Raises StalePlan when one of them would not be planned now."""
    if file.get("schema_version") != FILE_VERSION or not isinstance(file.get("rows"), list):
        raise UnusableFile("this is not a plan file of this version", hint="Make one with `pmhub plan -o FILE`.")
    if file.get("meaning") != meaning:
        raise StalePlan("the configuration changed since this plan was made", hint="Make a new plan.")
    marks = {row.mark for row in preview(hub).rows}
    stale = [row for row in file["rows"] if row["mark"] not in marks]
    if stale:
        first = stale[0]
        raise StalePlan(
            f"the plan is stale: {first['op']} of {first['name']} on {first['connection']} is not what would be done now"
            + (f" ({len(stale)} rows in all)" if len(stale) > 1 else ""),
            hint="Make a new plan and look at it; nothing was written.",
        )
    hub.approved = frozenset(row["mark"] for row in file["rows"])


def rows_from(file: Mapping[str, Any]) -> Sequence[Row]:
    def fields(raw: Mapping[str, Any]) -> dict[str, Value]:
        return {name: value_from(value) for name, value in raw.items()}

    return [
        Row(
            **{
                **row,
                **{n: fields(row[n]) for n in ("before", "after", "then")},
                "losses": tuple(row.get("losses", ())),
            }
        )
        for row in file["rows"]
    ]
