"""The promises, as functions of a world at rest. Each gives what breaks it, in sentences that begin with its number.

The numbers are those of the invariants that the tests of the sync algorithm speak of.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pmhub.engine.canon import as_set, as_value, equal, is_empty
from pmhub.engine.state import Item
from pmhub.model.kinds import Kind
from pmhub.model.links import target_of
from pmhub.model.records import Fields, Merge, Value, schema
from pmhub.model.refs import Ref, item_id, marker
from pmhub.store.items import Bound
from pmhub.sync.sides import lifted
from pmhub.testing.memory import SCOPE
from pmhub.testing.server import PERSON, Held, MemoryRemote
from pmhub.testing.witness import tokens
from pmhub.testing.world import World

Violations = Iterator[str]
_OPEN = ("planned", "sent", "acked")


@dataclass(frozen=True)
class Expected:
    """What a scenario knows better: `missing` things by (remote, kind), and whether things were deleted (`counts` False)
    or values were overwritten by the scenario itself (`values` False).
    """

    missing: Mapping[tuple[str, Kind], int] = field(default_factory=dict)
    counts: bool = True
    values: bool = True


def violations(world: World, expected: Expected | None = None) -> list[str]:
    """Everything that is wrong with a world that has settled."""
    expected = expected or Expected()
    found = [f"X the run raised: {text}" for text in world.trouble]
    for oracle in ALWAYS:
        found += oracle(world)
    if expected.counts:
        found += i1_each_thing_is_once_on_each_side(world, expected.missing)
    if expected.values:
        found += i3_no_edit_is_lost(world)
    return found


def i1_each_thing_is_once_on_each_side(world: World, missing: Mapping[tuple[str, Kind], int]) -> Violations:
    for name, remote in sorted(world.remotes.items()):
        for kind in remote.kinds:
            count, made = len(remote.live(kind)), world.people.made[kind] - missing.get((name, kind), 0)
            if count != made:
                yield f"I1 {name} has {count} {kind}s of {made}"


def i1_no_duplicate_was_recorded(world: World) -> Violations:
    for conflict in world.store.conflicts.all():
        if conflict.clash.kind == "duplicate":
            yield f"I1 duplicate on {conflict.clash.remote}: {conflict.clash.value} of {conflict.item}"


def i2_no_value_is_doubled(world: World) -> Violations:
    for name, remote in sorted(world.remotes.items()):
        for token, count in sorted(_count_lines(_live(remote)).items()):
            if count > 1:
                yield f"I2 {token} stands {count} times on {name}"


def i3_no_edit_is_lost(world: World) -> Violations:
    """A value is on every remote that can hold it, or a person replaced it, or it is in a conflict or in the archive."""
    kept, people = _kept(world), world.people
    for name, remote in sorted(world.remotes.items()):
        there = _count_lines(_live(remote))
        for token, born in people.born.items():
            if not any(born in remote.dialect.holds(kind) for kind in remote.kinds):
                continue
            if born == "labels" and token in people.removed and there[token]:
                yield f"I3 removed label {token} is back on {name}"
            gone_by_hand = token in (people.removed if born == "labels" else people.superseded | kept)
            if not there[token] and not gone_by_hand:
                yield f"I3 {token} ({born}) is lost on {name}"


def i4_all_sides_show_the_item(world: World) -> Violations:
    for bound, held, remote, item, name in _shared(world):
        spec, seen = schema(item.kind)[name], _lifted(world, remote, held, name)
        want = _as_shown(world, remote, item, name)
        if name not in item.record or name not in seen or _names_the_buried(world, remote, item, name, seen[name]):
            continue
        if not equal(spec, want, seen[name]):
            yield f"I4 {bound.thing} {name}: shows {seen[name]!r}, should {want!r}"


def i5_nothing_is_written_at_rest(world: World) -> Violations:
    if world.echo:
        yield f"I5 {world.echo} writes at rest: {[line for run in world.idle for line in run if ' update ' in line or ' create ' in line][:3]}"


def i6_no_write_changes_only_the_form(world: World) -> Violations:
    yield from (f"I6 {landed}" for landed in world.witness.reformats)


def i7_no_action_is_open_at_rest(world: World) -> Violations:
    for intent in world.store.intents.in_state(*_OPEN):
        yield f"I7 {intent.state} {intent.action.op} of {intent.item} on {intent.remote}: {sorted(intent.action.data)}"


def i8_agreed_is_what_stands_there(world: World) -> Violations:
    for bound, held, remote, item, name in _shared(world):
        spec, seen, agreed = schema(item.kind)[name], _lifted(world, remote, held, name), bound.counterpart.agreed
        if name in seen and not equal(spec, agreed.get(name), seen[name]):
            yield f"I8 {bound.thing} {name}: agreed {agreed.get(name)!r}, stands {seen[name]!r}"


def i10_what_was_seen_is_what_stands_there(world: World) -> Violations:
    """The cursor moved with the observations: nothing it has passed is unknown or old."""
    for name, remote in sorted(world.remotes.items()):
        for kind in remote.kinds:
            seen = {s.ref.id: s for s in world.store.observations.all(remote.id, kind, SCOPE.key)}
            for held in remote.live(kind):
                found = seen.get(held.shown.id)
                if found is None:
                    yield f"I10 {held.shown.id} was never seen"
                elif any(
                    not equal(schema(kind)[f], v, held.fields[f]) for f, v in found.record.items() if f in held.fields
                ):
                    yield f"I10 {name} {held.shown.id}: seen {found.record}, stands {held.fields}"


def i11_nothing_is_closed_unless_a_person_did(world: World) -> Violations:
    for id_ in world.store.items.ids(Kind.TICKET):
        item = world.store.items.get(id_)
        if item is not None and item.record.get("status") == "done" and not _somebody_closed(world, item):
            yield f"I11 {id_} is closed and nobody did it"


def i15_no_marker_leaves_its_place(world: World) -> Violations:
    for remote in world.remotes.values():
        for held in remote.things.values():
            if any("pmhub:" in str(value) for value in held.fields.values()):
                yield f"I15 a marker stands in the text of {held.shown.id}"


def i16_every_loser_is_in_the_archive(world: World) -> Violations:
    archived = {json.dumps(line["value"]) for line in _archive(world)}
    for conflict in world.store.conflicts.all():
        if json.dumps(conflict.clash.value) not in archived:
            yield f"I16 {conflict.clash.value!r} of {conflict.item} is in the database alone"


def t_no_edit_of_a_person_is_reverted(world: World) -> Violations:
    yield from (f"T {landed}" for landed in world.witness.reverts)


ALWAYS: tuple[Callable[[World], Violations], ...] = (
    i1_no_duplicate_was_recorded,
    i2_no_value_is_doubled,
    i4_all_sides_show_the_item,
    i5_nothing_is_written_at_rest,
    i6_no_write_changes_only_the_form,
    i7_no_action_is_open_at_rest,
    i8_agreed_is_what_stands_there,
    i10_what_was_seen_is_what_stands_there,
    i11_nothing_is_closed_unless_a_person_did,
    i15_no_marker_leaves_its_place,
    i16_every_loser_is_in_the_archive,
    t_no_edit_of_a_person_is_reverted,
)


def _live(remote: MemoryRemote) -> list[Held]:
    return [held for kind in remote.kinds for held in remote.live(kind)]


def _count_lines(things: list[Held]) -> Counter[str]:
    """How often each token stands on a remote; twice in one text counts."""
    found: Counter[str] = Counter()
    for held in things:
        for value in held.fields.values():
            for line in value.split("\n") if isinstance(value, str) else [value]:
                found.update(tokens(line))
    return found


def _archive(world: World) -> list[dict[str, Value]]:
    file = world.store.conflicts.archive
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def _kept(world: World) -> set[str]:
    values = [c.clash.value for c in world.store.conflicts.all()] + [line["value"] for line in _archive(world)]
    return {token for value in values for token in tokens(value)}


def _shared(world: World) -> Iterator[tuple[Bound, Held, MemoryRemote, Item, str]]:
    """Every field of every live counterpart that nobody holds."""
    for id_ in world.store.items.ids():
        item, held_fields = world.store.items.get(id_), world.store.conflicts.held(id_)
        for bound in world.store.items.bound(id_):
            remote = _remote_of(world, bound)
            held = remote.things.get(bound.thing or "") if remote else None
            if item is None or remote is None or held is None or held.deleted or bound.gone:
                continue
            for name in remote.dialect.holds(item.kind):
                if name not in held_fields:
                    yield bound, held, remote, item, name


def _remote_of(world: World, bound: Bound) -> MemoryRemote | None:
    """None where it is no memory remote, as in a ring with a connector under test."""
    return world.remotes.get(bound.remote.partition(":")[2])


def _lifted(world: World, remote: MemoryRemote, held: Held, name: str) -> Fields:
    return lifted(world.store, remote.id, held.shown.kind, {name: held.fields[name]})


def _as_shown(world: World, remote: MemoryRemote, item: Item, name: str) -> Value:
    value = item.record.get(name)
    if schema(item.kind)[name].merge is Merge.REF:
        return value if not is_empty(value) and _is_there(world, remote, str(value)) else None
    if schema(item.kind)[name].merge is Merge.LINKS:
        value = as_value(frozenset(one for one in as_set(value) if _is_there(world, remote, target_of(one))))
    return remote.dialect.stored(name, value)


def _names_the_buried(world: World, remote: MemoryRemote, item: Item, name: str, seen: Value) -> bool:
    """The item names what is gone from there, and so nothing can be written: what it named there before may stand."""
    above = item.record.get(name) if schema(item.kind)[name].merge is Merge.REF else None
    return above is not None and seen is not None and not _is_there(world, remote, str(above))


def _is_there(world: World, remote: MemoryRemote, item: str) -> bool:
    bound = world.store.items.bound_on(item, remote.id)
    return bound is not None and bound.thing is not None and not bound.gone


def _somebody_closed(world: World, item: Item) -> bool:
    if any(_was_deleted(remote, item) for remote in world.remotes.values()):
        return True
    for bound in world.store.items.bound(item.id):
        remote = _remote_of(world, bound)
        held = remote.things.get(bound.thing or "") if remote else None
        if remote is None:
            continue
        if held is None or held.deleted:
            return True
        if any((c.thing, c.new, c.actor) == (bound.thing, "done", PERSON) for c in remote.changes):
            return True
    return False


def _was_deleted(remote: MemoryRemote, item: Item) -> bool:
    """A thing of this item, also one that a lost database knew and this one does not."""
    mark = marker(item.id)
    ours = {change.thing for change in remote.changes if change.field == "marker" and change.old == mark}
    return any(
        held.deleted
        and (mark == held.shown.marker or id_ in ours or item_id(remote.id, Ref(item.kind, id_)) == item.id)
        for id_, held in remote.things.items()
    )
