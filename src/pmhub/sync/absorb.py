"""Remotes into items: ask the change logs where sides clash, then decide and write in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from pmhub.engine.absorb import Absorbed, absorb, contested
from pmhub.engine.canon import equal
from pmhub.engine.older_base import caught_up
from pmhub.engine.state import Counterpart, Item, Stamp, View
from pmhub.engine.verify import Entry
from pmhub.errors import ConnectorError
from pmhub.model.lean import dataclass
from pmhub.model.records import ABSENT, Value
from pmhub.sdk import Target
from pmhub.store.items import Bound
from pmhub.store.observations import Seen
from pmhub.sync.failing_tests import keep_test_tickets
from pmhub.sync.history import history_of, read_logs
from pmhub.sync.hooks import settled_by_plugins
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_absorbed, note_clash
from pmhub.sync.lanes import Lane, Remote
from pmhub.sync.pointers import in_reach
from pmhub.sync.sides import lifted


@dataclass(frozen=True)
class Party:
    """One side of an item with what the store knows of it. `stored`: what was agreed there, as it is kept."""

    view: View
    seen: Seen
    stored: Counterpart


@dataclass
class Answers:
    """What the change logs said. `theirs`: of a remote's value; `own`: of the item's value; `logs`: of an item's fields, by
    remote and field; `unread`: items to leave alone.
    """

    theirs: dict[tuple[str, str, str], Stamp] = field(default_factory=dict)
    own: dict[tuple[str, str], Stamp] = field(default_factory=dict)
    logs: dict[str, dict[tuple[str, str], list[Entry]]] = field(default_factory=lambda: defaultdict(dict))
    unread: set[str] = field(default_factory=set)


def parties(hub: Hub, item: Item, lane: Lane, unknown: Iterable[tuple[str, str]]) -> list[Party]:
    """Every side that is bound, seen, and has no write whose outcome is unknown."""
    return parties_of(hub, item, lane, hub.store.items.bound(item.id), unknown)


def parties_of(
    hub: Hub, item: Item, lane: Lane, there: Iterable[Bound], unknown: Iterable[tuple[str, str]]
) -> list[Party]:
    """`there`: the item's counterparts, all of them."""
    found: list[Party] = []
    for bound in there:
        place = lane.target(bound.remote)
        if bound.gone or bound.thing is None or place is None or (item.id, bound.remote) in unknown:
            continue
        seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing)
        if seen is not None:
            side = hub.sides.of_item(lane, lane.target(bound.remote, seen.scope) or place, item.record)
            fields = lifted(hub.store, bound.remote, bound.kind, seen.record)
            agreed = in_reach(hub.store, bound.kind, bound.counterpart)
            view = View(side, agreed, fields, hub.ours(bound.remote, seen.updated_at))
            found.append(Party(view, seen, bound.counterpart))
    return found


def moved(hub: Hub, ids: Iterable[str]) -> Iterator[tuple[Item, Lane]]:
    """Those items, which may have something to take in, with their lane; one at a time, since they may be all there are."""
    return (pair for id_ in ids if (pair := with_lane(hub, id_)))


def with_lane(hub: Hub, id_: str) -> tuple[Item, Lane] | None:
    found = hub.store.items.with_sync(id_)
    lane = hub.lane_of(found[1], found[0].kind) if found else None
    return (found[0], lane) if found and lane else None


def absorb_all(hub: Hub) -> None:
    """One transaction that reads, decides and writes: a person at the hub may edit between any two transactions."""
    ids = hub.store.items.moved(hub.syncs)  # what a person edits at the hub meanwhile has nothing to take in
    answers = _ask(hub, ids)
    with hub.store.transaction():
        unknown = hub.store.intents.unknown()
        for item, lane in moved(hub, ids):
            if item.id not in answers.unread:
                _absorb_one(hub, item, lane, answers, unknown)
        keep_test_tickets(hub)
        if any(lane.notes for lane in hub.lanes):
            from pmhub.sync.notes import compose_notes  # noqa: PLC0415 - most workspaces publish none

            compose_notes(hub)


def _absorb_one(hub: Hub, item: Item, lane: Lane, answers: Answers, unknown: set[tuple[str, str]]) -> None:
    sides = parties(hub, item, lane, unknown)
    views = [party.view for party in sides]
    if not views:
        return
    held = hub.store.conflicts.held(item.id)
    asked = contested(item, views, held)
    if any((item.id, *pair) not in answers.theirs for pair in asked):
        hub.progress = True  # it moved since we asked: ask again in the next round
        return
    known = replace(item, stamps={name: _fresh(answers, item.id, name, s) for name, s in item.stamps.items()})
    known, views = caught_up(known, views, answers.logs.get(item.id, {}))
    stamps = {pair: answers.theirs[item.id, *pair] for pair in asked}
    policies = settled_by_plugins(hub.hooks, known, views, asked, lane.policies)
    result = absorb(known, views, stamps, held, policies)
    _store(hub, item, sides, result)


def _fresh(answers: Answers, item: str, name: str, stamp: Stamp) -> Stamp:
    """An answer is about the value we asked for; a person's edit at the hub since then is sure of itself."""
    return stamp if stamp.sure else answers.own.get((item, name), stamp)


def _store(hub: Hub, before: Item, sides: Sequence[Party], result: Absorbed) -> None:
    for clash in result.clashes:  # the archive first
        note_clash(hub, before.id, clash)
    after = result.item
    if (after.record, after.closed) != (before.record, before.closed):
        hub.progress = True
        for name in after.record:
            if after.record[name] != before.record.get(name):
                was = before.record.get(name, ABSENT)
                note_absorbed(hub, before.id, name, was, after.record[name], after.stamps[name].remote)
    if (after.record, after.stamps, after.closed) != (before.record, before.stamps, before.closed):
        hub.store.items.put(after)
    for party in sides:
        counterpart = result.counterparts[party.view.remote]
        if counterpart != party.stored:
            hub.store.items.agree(counterpart)


# Exact time and author of contested values: one change-log read a remote, none when nothing clashes.


@dataclass(frozen=True)
class _Question:
    item: Item
    name: str
    view: View
    seen: Seen
    value: Value
    own: bool


def _ask(hub: Hub, ids: Sequence[str]) -> Answers:
    answers = Answers()
    for remote, questions in sorted(_questions(hub, ids).items()):
        _answer(hub, hub.remotes[remote], questions, answers)
    return answers


def _questions(hub: Hub, ids: Sequence[str]) -> dict[str, list[_Question]]:
    found: dict[str, list[_Question]] = defaultdict(list)
    unknown = hub.store.intents.unknown()
    for item, lane in moved(hub, ids):
        sides = {p.view.remote: p for p in parties(hub, item, lane, unknown)}
        asked = contested(item, [p.view for p in sides.values()], hub.store.conflicts.held(item.id))
        for remote, name in asked:
            party = sides[remote]
            found[remote].append(_Question(item, name, party.view, party.seen, party.view.seen[name], own=False))
        for name in sorted({name for _, name in asked}):
            stamp = item.stamps.get(name)
            setter = sides.get(stamp.remote) if stamp and not stamp.sure else None
            if setter is not None and name in setter.view.side.holds:
                shown = setter.view.side.shown(name, item.record.get(name))
                found[setter.view.remote].append(_Question(item, name, setter.view, setter.seen, shown, own=True))
    return found


def _answer(hub: Hub, remote: Remote, questions: Sequence[_Question], answers: Answers) -> None:
    places = {(p.kind, p.scope.key): p for p in hub.places_on(remote.id)}
    wanted = {
        q.seen.ref: Target(places[q.seen.ref.kind, q.seen.scope].scope, q.seen.ref)
        for q in questions
        if q.name in history_of(remote, q.seen.ref.kind)
    }
    try:
        logs = read_logs(hub, remote, list(wanted.values()), 0) if wanted else {}
    except ConnectorError as error:
        hub.report.fail(remote.id, error)
        answers.unread |= {q.item.id for q in questions}
        return
    for question in questions:
        log = [entry for entry in logs.get(question.seen.ref, []) if entry.field == question.name]
        stamp = _stamp(hub, remote, question, log)
        if question.own:
            answers.own[question.item.id, question.name] = stamp
        else:
            answers.theirs[question.item.id, remote.id, question.name] = stamp
            answers.logs[question.item.id][remote.id, question.name] = log


def _stamp(hub: Hub, remote: Remote, question: _Question, log: Sequence[Entry]) -> Stamp:
    """`log`: of the field alone."""
    seen, spec = question.seen, question.view.side.spec(question.name)
    by_us = seen.author == remote.identity.account
    if question.name not in history_of(remote, seen.ref.kind):
        untouched = seen.updated_at == seen.created_at
        return Stamp(remote.id, hub.ours(remote.id, seen.updated_at), by_us and untouched, sure=True)
    hits = [e for e in log if e.new is ABSENT or equal(spec, e.new, question.value)]
    if hits:
        return Stamp(remote.id, hits[-1].at, hits[-1].by_us, sure=True)
    return Stamp(remote.id, hub.ours(remote.id, seen.created_at), by_us, sure=True)
