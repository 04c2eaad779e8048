"""What exists on several sides already becomes one item, before anything is created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pmhub.engine.match import Loose, Match, Proposal, Sign, propose
from pmhub.errors import ConnectorError, Refused, UserError
from pmhub.model.records import headline
from pmhub.model.refs import Ref, marked_item, marker
from pmhub.store.observations import Seen, Thing
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane, Remote
from pmhub.sync.linking import join
from pmhub.sync.pointing import Pointing
from pmhub.sync.pull import targets

ADOPT = "adopt"


def adopt(hub: Hub) -> None:
    """Pairs one by one, each for good: what was stopped goes on. What only a person can tell is left, and listed."""
    for lane in sorted(hub.lanes, key=lambda lane: lane.kind.order):
        if not _is_news(hub, lane):
            continue
        if lane.match is not None:
            _adopt_in(hub, lane, lane.match)
        elif hub.store.matching.any_marked(lane.sync, lane.kind):
            _remember_in(hub, lane)


def mark_adopted(hub: Hub) -> None:
    """Where a mark is invisible to people: then a database that is lost costs nothing. What cannot be marked holds too."""
    if not hub.store.matching.wants_marks():
        return
    able = [remote for remote in hub.remotes.values() if remote.connector.can_mark]
    if all(remote.id not in hub.report.down and _mark_on(hub, remote) for remote in able):
        with hub.store.transaction():
            hub.store.matching.want_marks(wanted=False)


def _is_news(hub: Hub, lane: Lane) -> bool:
    """Only what is new, or in doubt since, can change what belongs together."""
    return hub.store.matching.any_loose_to_look_at(lane.sync, lane.kind, lane.remotes)


def _adopt_in(hub: Hub, lane: Lane, window: int) -> None:
    loose = _loose(hub, lane, {})
    found = propose(loose, window)
    paired = {item for match in found.matches for item in match.items}
    traces = _traces(hub, lane, [one.item for one in loose if one.item not in paired])
    if traces:
        found = propose(_loose(hub, lane, traces), window)
    hub.report.doubts += found.doubts
    hub.report.doubtful |= {item for doubt in found.doubts for item in doubt.items}
    _carry_out(hub, found)


def _name(hub: Hub, item: str) -> str:
    return " = ".join(seen.ref.key or seen.ref.id for seen in hub.store.matching.things(item))


def _remember_in(hub: Hub, lane: Lane) -> None:
    """What a person linked, where the database that knew is lost: only our own marks are asked."""
    loose = [Loose(item, taken, "", 0, dict(_marks(hub, item))) for item, taken in _free(hub, lane)]
    if any(one.points for one in loose):
        _carry_out(hub, propose(loose, 0))


def _marks(hub: Hub, item: str) -> Iterator[tuple[str, Sign]]:
    for seen in hub.store.matching.things(item):
        if seen.remote in hub.remotes:
            yield from ((other, sign) for other, sign in _marked(hub, seen) if other != item)


def _free(hub: Hub, lane: Lane) -> Iterator[tuple[str, frozenset[str]]]:
    """Items that may have a counterpart which is not known yet, with the remotes where they have one."""
    unknown = {item for item, _ in hub.store.intents.unknown()}
    for item in hub.store.matching.loose(lane.sync, lane.kind, lane.remotes):
        if item not in unknown and not hub.store.matching.is_alone(item):
            yield item, frozenset(b.remote for b in hub.store.items.bound(item) if b.remote in lane.remotes)


def _carry_out(hub: Hub, found: Proposal) -> None:
    told = [*(match.items for match in found.matches), *(doubt.items for doubt in found.doubts)]
    hub.report.called |= {item: _name(hub, item) for items in told for item in items}
    for match in found.matches:
        first, *others = sorted(match.items, key=lambda item: _rank(hub, item))
        for other in others:
            try:
                join(hub, first, other, ADOPT)
            except UserError as error:  # it moved since
                hub.log.warning("not paired: %s", error.message)
                continue
            hub.progress = True
        with hub.store.transaction():
            hub.store.matching.want_marks(wanted=True)
        hub.report.matches.append(Match((first, *others), match.by))


def _rank(hub: Hub, item: str) -> tuple[int, bool, str]:
    """The one that stays: with the most counterparts, then on a remote where no mark could name another."""
    things = hub.store.matching.things(item)
    markable = all(hub.remotes[seen.remote].connector.can_mark for seen in things if seen.remote in hub.remotes)
    return -len(things), markable, item


def _loose(hub: Hub, lane: Lane, traces: Mapping[Thing, list[str]]) -> list[Loose]:
    free = dict(_free(hub, lane))
    pointing = Pointing(hub, lane, frozenset(free))
    found = (_loose_item(hub, item, taken, pointing, traces) for item, taken in free.items())
    return [one for one in found if one is not None]


def _loose_item(
    hub: Hub, item: str, taken: frozenset[str], pointing: Pointing, traces: Mapping[Thing, list[str]]
) -> Loose | None:
    known, things = hub.store.items.get(item), hub.store.matching.things(item)
    if known is None or not things or any(seen.remote not in hub.remotes for seen in things):
        return None
    points: dict[str, Sign] = {}
    for seen in things:
        kept = traces.get(seen.thing) or hub.store.matching.traces(seen.thing) or []
        for other, sign in (*_marked(hub, seen), *pointing.of(seen), *pointing.named(kept, seen.remote)):
            if other != item:
                points[other] = max(sign, points.get(other, sign))
    at = min(hub.ours(seen.remote, seen.created_at) for seen in things)
    return Loose(
        item,
        taken,
        pointing.title(headline(known.record) if known.on is None else _body(known.record)),
        at,
        points,
        known.on,
    )


def _body(record: Mapping[str, object]) -> str:
    return str(record.get("body") or "")


def _marked(hub: Hub, seen: Seen) -> Iterator[tuple[str, Sign]]:
    """A mark in what others made is our word only where people cannot put it there by copying text."""
    named = marked_item(seen.marker)
    if named is not None and hub.remotes[seen.remote].connector.can_mark:
        yield named, Sign.MARK


def _traces(hub: Hub, lane: Lane, items: list[str]) -> dict[Thing, list[str]]:
    """Asked for where nothing else told, and once a thing."""
    found: dict[Thing, list[str]] = {}
    things = [seen for item in items for seen in hub.store.matching.things(item)]
    for remote in hub.working():
        new = [s for s in things if s.remote == remote.id and hub.store.matching.traces(s.thing) is None]
        if new and lane.kind is new[0].ref.kind:
            found |= _traces_on(hub, remote, [seen.ref for seen in new])
    return {thing: texts for thing, texts in found.items() if texts}


def _traces_on(hub: Hub, remote: Remote, refs: list[Ref]) -> dict[Thing, list[str]]:
    wanted = targets(hub, remote, refs)
    found: dict[Thing, list[str]] = {(remote.id, target.ref.kind, target.ref.id): [] for target in wanted}
    try:
        for ref, text in remote.connector.traces(wanted):
            found.setdefault((remote.id, ref.kind, ref.id), []).append(text)
    except ConnectorError as error:
        hub.report.fail(remote.id, error)
        return {}
    with hub.store.transaction():
        for thing, texts in found.items():
            hub.store.matching.keep_traces(thing, texts)
    return found


def _mark_on(hub: Hub, remote: Remote) -> bool:
    """False where some are still to be marked."""
    for item, seen in hub.store.matching.unmarked(remote.id, remote.identity.account):
        for target in targets(hub, remote, [replace(seen.ref)]):
            try:
                remote.connector.mark(target, marker(item))
            except Refused as error:
                hub.log.warning("%s is not marked: %s", seen.ref.key, error.message)
                continue
            except ConnectorError as error:
                hub.report.fail(remote.id, error)
                return False
            with hub.store.transaction():
                hub.store.matching.set_marked(seen.thing, marker(item))
    return True
