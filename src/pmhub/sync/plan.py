"""Items out to remotes: every unsent action is dropped and derived anew, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field

from pmhub.engine.canon import in_step
from pmhub.engine.flow import may_flow
from pmhub.engine.plan import Action, Op, creation, outgoing, updates
from pmhub.engine.state import HUB, Item, Policy, Side
from pmhub.model.codec import fingerprint
from pmhub.model.lean import dataclass
from pmhub.model.records import TAKEN_BACK, Merge, Value, schema
from pmhub.model.visibility import Visibility
from pmhub.store.items import Bound, Resting
from pmhub.sync.absorb import Party, parties, parties_of
from pmhub.sync.destination import destination
from pmhub.sync.guards import audience
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane, Place
from pmhub.sync.read_only import must_wait
from pmhub.sync.shown_files import copies_files, note_files
from pmhub.sync.sides import depth
from pmhub.sync.strays import names_unplaced
from pmhub.sync.unknown_names import ITERATION, tell_unknown

WHOLE = ""
"""Stands for all fields of an action, where a refusal names none."""
TOGETHER = 200


@dataclass
class _Planning:
    """`held`: the fields of items that wait for a person. `making`: (item, remote) pairs that this very plan creates: what is
    on them can follow in the same run.
    """

    unknown: Collection[tuple[str, str]]
    held: Mapping[str, Collection[str]]
    making: set[tuple[str, str]] = field(default_factory=set)
    settled: list[str] = field(default_factory=list)
    unplaced: dict[str, set[tuple[str, str, str | None]]] = field(default_factory=dict)


def plan(hub: Hub) -> None:
    with hub.store.transaction():
        hub.store.intents.drop_planned()
        planning = _Planning(hub.store.intents.unknown(), hub.store.conflicts.held_fields())
        ids = _in_order(hub)
        for start in range(0, len(ids), TOGETHER):
            _plan_together(hub, ids[start : start + TOGETHER], planning)
        hub.store.items.done(planning.settled)


def _plan_together(hub: Hub, ids: Sequence[str], planning: _Planning) -> None:
    """Planning one item changes no other, so what is known of them is read at once."""
    resting = {one.id for one in hub.store.items.resting(ids) if _needs_nothing(hub, one, planning)}
    planning.settled += sorted(resting)
    for item, sync, there in hub.store.items.with_counterparts([id_ for id_ in ids if id_ not in resting]):
        lane = hub.lane_of(sync, item.kind)
        if lane is not None:
            note_files(hub, item, lane)
            if _plan_item(hub, item, lane, there, planning):
                planning.settled.append(item.id)


def _in_order(hub: Hub) -> list[str]:
    """What others belong to comes first."""
    places = hub.store.items.places(hub.syncs)
    places.sort(key=lambda place: (place[1].order, depth(hub.store, place[2])))
    return [id_ for id_, _, _ in places]


def _needs_nothing(hub: Hub, one: Resting, planning: _Planning) -> bool:
    """Nowhere is anything to be made of it; False where it takes a closer look."""
    lane = hub.lane_of(one.sync, one.kind)
    if lane is None or copies_files(lane) or not in_focus(hub, one):
        return False
    return not any(
        remote in hub.report.down or (one.id, remote) in planning.unknown for remote in lane.remotes
    ) and all(remote in one.remotes or _is_none_wanted(hub, one, lane, remote) for remote in lane.remotes)


def in_focus(hub: Hub, item: Item | Resting) -> bool:
    return hub.only is None or item.id in hub.only or item.on in hub.only


def _plan_item(hub: Hub, item: Item, lane: Lane, there: Sequence[Bound], planning: _Planning) -> bool:
    """Writes down what each remote must be sent; True when nothing is left to do for this item."""
    if not in_focus(hub, item):
        return False
    held = planning.held.get(item.id, ())
    bound = {b.remote: _is_quiet(item, b) for b in there}
    moving = () if all(bound.values()) else parties_of(hub, item, lane, there, planning.unknown)
    sides = {p.view.remote: p for p in moving}
    settled = True
    for remote in lane.remotes:
        if remote in hub.report.down or (item.id, remote) in planning.unknown:
            settled = False
        elif remote not in bound:
            settled &= _is_none_wanted(hub, item, lane, remote) or _plan_create(hub, item, lane, remote, held, planning)
        elif remote in sides and not bound[remote]:
            settled &= _plan_update(hub, item, lane, sides, remote, held)
    return settled


def _is_quiet(item: Item, bound: Bound) -> bool:
    """Says nothing that was not agreed on there, letter by letter, nor names anything that comes and goes there."""
    return bound.counterpart.local == item.record and not (item.record.get("links") or item.record.get(ITERATION))


def _is_none_wanted(hub: Hub, item: Item | Resting, lane: Lane, remote: str) -> bool:
    return item.closed or not (item.id in hub.report.doubtful or lane.makes(remote))


def _plan_create(hub: Hub, item: Item, lane: Lane, remote: str, held: Collection[str], planning: _Planning) -> bool:
    place = destination(hub, lane, item, remote)
    if place is None:
        return True
    side = hub.sides.of_item(lane, place, item.record)
    in_doubt = item.id in hub.report.doubtful  # a person has to say first whether it stands there already
    if not in_doubt and (not side.create or not _has_container(hub, item, remote, planning)):
        return True
    if in_doubt or _may_stand_there(hub, item, place, planning) or must_wait(hub, place):
        return False
    data = creation(item, side, held) | _references(hub, item, side, place, held, planning)
    if not may_go_there(hub, item, lane, place, data):
        hub.report.lost[f"{item.id} {remote}"] = "not written: the target is more public than the source"
        return True
    data = _without_refused(hub, item, remote, Op.CREATE, data)
    if _is_dead(hub, item, remote, Op.CREATE, WHOLE, data):
        return True
    if not _rests(hub, item, remote, Op.CREATE, WHOLE, data):
        hub.store.intents.plan(hub.run, Action(item.id, remote, Op.CREATE, data, {}))
        planning.making.add((item.id, remote))
    return False


def _may_stand_there(hub: Hub, item: Item, place: Place, planning: _Planning) -> bool:
    """Something of ours that we forgot: not seen yet, or seen and not placed, by its marker or, where none stands, for all we know."""
    remote = place.remote.id
    if hub.store.observations.swept(remote, place.kind, place.scope.key) != hub.generation:
        return True
    if remote not in planning.unplaced:
        planning.unplaced[remote] = names_unplaced(hub, remote)
    return any((item.kind, place.scope.key, name) in planning.unplaced[remote] for name in (item.id, None))


def _references(
    hub: Hub, item: Item, side: Side, place: Place, held: Collection[str], planning: _Planning
) -> dict[str, Value]:
    """What a create call can name: what is there already, or is made there by this very plan before."""
    found: dict[str, Value] = {}
    for name, spec in schema(item.kind).items():
        above = item.record.get(name)
        if spec.merge is not Merge.REF or not above or name in held or name not in side.holds - side.later:
            continue
        kind = _kind_of(hub, str(above))
        in_the_making = (above, place.remote.id) in planning.making and hub.sides.could_name(place, name, kind)
        if f"{name}:{kind}" not in side.later and (in_the_making or side.can_say(name, above)):
            found[name] = above
    return found


def _kind_of(hub: Hub, item: str) -> str:
    found = hub.store.items.get(item)
    return str(found.kind) if found else ""


def _has_container(hub: Hub, item: Item, remote: str, planning: _Planning) -> bool:
    if item.on is None:
        return True
    bound = hub.store.items.bound_on(item.on, remote)
    return (item.on, remote) in planning.making or (bound is not None and bound.thing is not None and not bound.gone)


def _plan_update(
    hub: Hub, item: Item, lane: Lane, sides: Mapping[str, Party], remote: str, held: Collection[str]
) -> bool:
    party = sides[remote]
    side, counterpart = party.view.side, party.view.counterpart
    tell_unknown(hub, item, side)
    out = outgoing(item, side, counterpart, held)
    if out.counterpart != counterpart:
        hub.store.items.agree(out.counterpart)
    write = _allowed(hub, item, lane, sides, remote, _alone(item, out.write)) if side.update else {}
    write = _without_refused(hub, item, remote, Op.UPDATE, write)
    place = lane.target(remote, party.seen.scope)
    if write and place is not None and must_wait(hub, place):
        return False
    again = {name: value for name, value in write.items() if not _rests(hub, item, remote, Op.UPDATE, name, value)}
    for part in _parts(hub, item, remote, again):
        if not _is_dead(hub, item, remote, Op.UPDATE, WHOLE, part):
            hub.store.intents.plan(hub.run, updates(item, side, out.counterpart, part))
    return not write


def _alone(item: Item, write: Mapping[str, Value]) -> Mapping[str, Value]:
    """What is to be deleted is not changed before; and what somebody edited since is not deleted."""
    name, _ = TAKEN_BACK.get(item.kind, ("", True))
    if name not in write:
        return write
    taken = item.stamps[name].at
    edited = any(stamp.at > taken for each, stamp in item.stamps.items() if each != name)
    return {each: value for each, value in write.items() if (each == name) is not edited}


def _parts(hub: Hub, item: Item, remote: str, write: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    """One call for all fields; after a refusal that named none of them, one call a field, so that one is not all."""
    if not write:
        return []
    refused = any(op == Op.UPDATE and name == WHOLE for op, name, _ in hub.store.failures.of(item.id, remote))
    return [{name: value} for name, value in write.items()] if refused else [write]


def _without_refused(hub: Hub, item: Item, remote: str, op: Op, data: Mapping[str, Value]) -> dict[str, Value]:
    """A create goes on without the field that was refused; an update tries it again until it is a dead letter."""
    states = hub.store.failures.of(item.id, remote) if data else {}
    if not states:
        return dict(data)
    final = {"dead", "ignored"} if op is Op.UPDATE else {"trying", "dead", "ignored"}
    return {n: v for n, v in data.items() if states.get((op, n, fingerprint(v))) not in final}


def _is_dead(hub: Hub, item: Item, remote: str, op: Op, name: str, data: Mapping[str, Value]) -> bool:
    return hub.store.failures.of(item.id, remote).get((op, name, fingerprint(data))) in {"dead", "ignored"}


def _rests(hub: Hub, item: Item, remote: str, op: Op, name: str, value: object) -> bool:
    """It was refused a moment ago: the next run tries again."""
    return (item.id, remote, op, name, fingerprint(value)) in hub.refused


# Visibility: nothing goes to a more public place than it came from, unless a rule names that flow.


def may_go_there(hub: Hub, item: Item, lane: Lane, place: Place, data: Collection[str]) -> bool:
    """Every value may go there from where it came."""
    seen, public = _seen_by(hub, item), audience(place)
    if all(public <= each for each in (Visibility.MEMBERS, *seen.values())):
        return True
    return all(
        may_flow(public, seen.get(source, Visibility.MEMBERS), (source, place.remote.id), lane.flows)
        for name in data
        for source in _sources(hub, item, lane, name, place.remote.id)
    )


def _seen_by(hub: Hub, item: Item) -> dict[str, Visibility]:
    """A thing that we made and that was deleted before we saw it has told us nothing."""
    bound = [b for b in hub.store.items.bound(item.id) if b.thing is not None]
    return {b.remote: _visibility(hub, b) for b in bound if hub.store.observations.get(b.remote, b.kind, b.thing or "")}


def _visibility(hub: Hub, bound: Bound) -> Visibility:
    """What is on a thing is seen by those at most who see the thing."""
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing or "")
    item = hub.store.items.get(bound.counterpart.item) if seen and seen.on else None
    below = hub.store.items.bound_on(item.on, bound.remote) if item and item.on else None
    if seen is None or (seen.on and below is None):
        return Visibility.RESTRICTED
    return min(seen.visibility, _visibility(hub, below)) if below else seen.visibility


def _sources(hub: Hub, item: Item, lane: Lane, name: str, target: str) -> list[str]:
    """Where a value comes from: the remote that set it and shows just this; else, as edits were merged or a person at the
    hub chose, any other that the item stands on. What we compose is composed for those who see the target.
    """
    if lane.policies.get(name, Policy()).source == HUB:
        return []
    stamp = item.stamps.get(name)
    others = sorted(remote for remote in _seen_by(hub, item) if remote != target)
    if stamp is not None and stamp.remote in others and _shows(hub, item, lane, name, stamp.remote):
        return [stamp.remote]
    return others or [HUB]


def _shows(hub: Hub, item: Item, lane: Lane, name: str, remote: str) -> bool:
    side = next((p.view for p in parties(hub, item, lane, ()) if p.view.remote == remote), None)
    return side is not None and name in side.seen and in_step(side.side, name, item.record[name], side.seen[name])


def _allowed(
    hub: Hub, item: Item, lane: Lane, sides: Mapping[str, Party], remote: str, write: Mapping[str, Value]
) -> dict[str, Value]:
    place = lane.target(remote, sides[remote].seen.scope)
    kept: dict[str, Value] = {}
    for name, value in write.items():
        deletes = name == TAKEN_BACK.get(item.kind, ("", True))[0]  # which tells nobody anything
        if place is not None and (deletes or may_go_there(hub, item, lane, place, (name,))):
            kept[name] = value
        else:
            hub.report.lost[f"{item.id} {remote} {name}"] = "not written: the target is more public than the source"
    return kept
