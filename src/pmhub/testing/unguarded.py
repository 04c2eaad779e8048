"""The real steps with one guard left out each. The harness puts them in the place of the real ones; production never does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pmhub.engine.bind
import pmhub.engine.merge
import pmhub.sync.absorb
import pmhub.sync.bind
import pmhub.sync.edit
import pmhub.sync.plan
import pmhub.sync.pull
import pmhub.sync.recover
import pmhub.sync.sweep
from pmhub.engine.bind import Binding, Knowledge, Stray
from pmhub.engine.canon import equal
from pmhub.engine.lost_base import Past, State
from pmhub.engine.merge import Edit, Outcome, Ranks
from pmhub.engine.state import Counterpart, Item, Policy, Side, Stamp
from pmhub.engine.verify import Entry, Setting, Write, first_values
from pmhub.model.exchange import Identity, Observation
from pmhub.model.records import Fields, FieldSpec, Value
from pmhub.model.refs import marked_item
from pmhub.store.items import Bound
from pmhub.store.observations import Seen
from pmhub.sync.absorb import Answers
from pmhub.sync.history import Logs
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Place, Remote
from pmhub.sync.strays import Strays

_OBSERVE = pmhub.sync.pull.observe
_LOOK_AGAIN = pmhub.sync.pull.look_again
_STAMP = pmhub.sync.absorb._stamp  # noqa: SLF001 - as all below: what is left out stands inside
_ABSORB_ONE = pmhub.sync.absorb._absorb_one  # noqa: SLF001
_DECIDE = pmhub.engine.bind.decide
_NOTE_MISSING = pmhub.sync.sweep._note_missing  # noqa: SLF001
_SETTLE = pmhub.engine.merge._settle  # noqa: SLF001


def constant(value: object) -> Callable[..., Any]:
    def answer(*_: object, **__: object) -> object:
        return value

    return answer


def believing(when: Callable[[int, int], bool]) -> Callable[..., bool]:
    """Every reading is stored whose time stands so to that of the known one."""

    def observe(hub: Hub, remote: Remote, scope: str, new: Observation, *, direct: bool = False) -> bool:
        old = hub.store.observations.get(remote.id, new.ref.kind, new.ref.id)
        if old is not None and when(new.updated_at, old.updated_at):
            hub.store.observations.recheck(old.thing, 0)
            direct = True
        return _OBSERVE(hub, remote, scope, new, direct=direct)

    return observe


def look_again_at_once(hub: Hub, thing: tuple[str, Any, str], wait: int) -> None:
    del wait
    _LOOK_AGAIN(hub, thing, 0)


def marked_as_it_stands(seen: Seen, log: list[Entry]) -> str | None:
    del log
    return marked_item(seen.marker)


def unchanged(value: object, **_: object) -> object:
    """In the place of dataclasses.replace."""
    return value


def no_logs(hub: Hub, remote: Remote, wanted: Sequence[object], since: int) -> Logs:
    del hub, remote, wanted, since
    return {}


def stored_as_it_stands(
    setting: Setting, name: str, value: Value, now: Fields, ours: Sequence[Entry], pre: Value
) -> Value:
    del setting, ours, pre
    return now.get(name, value)


def stored_as_sent(setting: Setting, name: str, value: Value, now: Fields, ours: Sequence[Entry], pre: Value) -> Value:
    del now, ours, pre
    return setting.side.shown(name, value)


def created_as_sent(side: Side, data: Fields, now: Fields, log: Sequence[Entry], told: Collection[str]) -> Fields:
    del log, told
    return {**now, **{name: side.shown(name, value) for name, value in data.items()}}


def created_as_it_stands(side: Side, data: Fields, now: Fields, log: Sequence[Entry], told: Collection[str]) -> Fields:
    del side, data, log, told
    return dict(now)


def nothing_overwritten(
    item: Item, name: str, write: Write, log: Sequence[Entry], ours: Entry, setting: Setting
) -> tuple[Item, list[Any]]:
    del name, write, log, ours, setting
    return item, []


def absorb_what_was_read_before(hub: Hub) -> None:
    """The items are read outside the transaction that writes them."""
    ids = hub.store.items.moved(hub.syncs)
    found = list(pmhub.sync.absorb.moved(hub, ids))
    answers = pmhub.sync.absorb._ask(hub, ids)  # noqa: SLF001
    with hub.store.transaction():
        unknown = hub.store.intents.unknown()
        for item, lane in found:
            if item.id not in answers.unread:
                _ABSORB_ONE(hub, item, lane, answers, unknown)


def answered_for_any_value(answers: Answers, item: str, name: str, stamp: Stamp) -> Stamp:
    return answers.own.get((item, name), stamp)


def stamp_of_anybody(hub: Hub, remote: Remote, question: Any, log: Sequence[Entry]) -> Stamp:  # noqa: ANN401
    return replace(_STAMP(hub, remote, question, log), by_us=False)


def stamp_of_the_thing(hub: Hub, remote: Remote, question: Any, log: Sequence[Entry]) -> Stamp:  # noqa: ANN401
    del log
    return Stamp(remote.id, hub.ours(remote.id, question.seen.updated_at), sure=True)


def servers_time(hub: Hub, remote: str, time: int) -> int:
    del hub, remote
    return time


def whole_texts(edit: Edit, value: Value, stamp: Stamp, *, we_moved: bool, policy: Policy, ranks: Ranks) -> Outcome:
    return _SETTLE(edit, value, stamp, policy, ranks) if we_moved else Outcome(edit.seen, edit.stamp)


def moved_in_their_words(side: Side, counterpart: Counterpart, item: Item, name: str) -> bool:
    if name not in item.record:
        return False
    if name not in counterpart.local:
        return True
    return not equal(side.spec(name), side.shown(name, item.record[name]), side.shown(name, counterpart.local[name]))


def same_letters(spec: FieldSpec, one: Value, other: Value) -> bool:
    del spec
    return one == other


def shows_same_letters(side: Side, name: str, ours: Value, seen: Value) -> bool:
    return side.can_say(name, ours) and side.shown(name, ours) == seen


def lines_as_seen(side: Side, name: str, ours: Value, seen: Value) -> Value:
    del side, name, ours
    return seen


def never_rebuild(stray: Stray, knowledge: Knowledge) -> Binding:
    found = _DECIDE(stray, knowledge)
    return Binding.WAIT if found is Binding.REBUILD else found


def note_any_number_missing(hub: Hub, place: Place, missing: Sequence[Bound], live: int) -> None:
    del live
    _NOTE_MISSING(hub, place, missing, 1_000_000)


def edit_beside_the_conflict(hub: Hub, item: str, field: str, value: Value) -> None:
    with hub.store.transaction():
        pmhub.sync.edit._set(hub, item, field, value)  # noqa: SLF001


def stranger(hub: Hub, remote: Remote) -> Identity:
    del hub, remote
    return Identity("", "", "")


def settled_without_clash(work: object, name: str, before: object, undo: Mapping[str, object]) -> None:
    """What movers of a held field did before the clash was seen stays done."""
    del work, name, before, undo


def bound_in_any_order(hub: Hub, strays: Strays) -> bool:
    bind = pmhub.sync.bind._bind_one  # noqa: SLF001
    bound = [bind(hub, strays, seen, lane, last=last) for last in (False, True) for seen, lane in strays.things]
    return any(bound)


def base_of_the_first_day(side: Side, source: Past, copy: Past) -> tuple[Fields, Fields]:
    del side, source
    first = first_values(copy.now, copy.log)
    return first, first


def known_as_a_whole(side: Side, name: str, source: Past, copy: Past, last: tuple[State, State]) -> tuple[Value, Value]:
    del side, name, source, copy
    return last[0].value, last[1].value
