"""After a lost database: how a copy and its source stood when they last agreed, by their change logs alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product, takewhile

from pmhub.engine.canon import equal, in_step, is_empty
from pmhub.engine.merge import both
from pmhub.engine.state import Clash, Side
from pmhub.engine.verify import Entry, first_values
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.markdown import line_key
from pmhub.model.records import ABSENT, Absent, Fields, FieldSpec, Merge, Value, schema

LONGEST_RUN = 3_600_000
"""What a run writes it has read at most so long before."""
NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class State:
    """What a field held, from when to when (our clock). `by_us`: we set it, or made the thing with it."""

    value: Value
    since: int
    by_us: bool
    until: int


@dataclass(frozen=True)
class Past:
    """A thing as it stands, its change log, and when it was made (our clock)."""

    now: Fields
    log: Sequence[Entry]
    born: int

    def states(self, name: str) -> list[State]:
        """What the field held, newest first, as far back as the log tells; nothing of one it has not."""
        if name not in self.now:
            return []
        log = [entry for entry in self.log if entry.field == name]
        held = [*(entry.old for entry in log), self.now[name]]
        began = [(self.born, True), *((entry.at, entry.by_us) for entry in log)]
        states = list(zip(held, began, [*(entry.at for entry in log), NEVER], strict=True))
        if log and log[-1].new is not ABSENT:  # which may say it in other words
            states.insert(-1, (log[-1].new, began[-1], NEVER))
        told = takewhile(lambda one: one[0] is not ABSENT, reversed(states))
        return [State(value, *since, until) for value, since, until in told if not isinstance(value, Absent)]

    def last_of_ours(self, name: str) -> tuple[Value | Absent, int]:
        """What we last wrote there, and when; we made it, too."""
        log = [entry for entry in self.log if entry.field == name]
        born = log[0].old if log else self.now[name]
        return next(((e.new, e.at) for e in reversed(log) if e.by_us), (born, self.born))


def unseen_since(kind: Kind, now: Fields, log: Sequence[Entry]) -> int | None:
    """When the last change was made that the log tells of and `now` does not show; None where it shows all of them."""
    last = {entry.field: entry for entry in log if entry.field in now}.values()
    told = [(e.at, e.field, e.new) for e in last if not isinstance(e.new, Absent)]
    return max((at for at, name, new in told if not equal(schema(kind)[name], new, now[name])), default=None)


def last_in_step(side: Side, source: Past, copy: Past) -> tuple[dict[str, Value], dict[str, Value]]:
    """The base of a copy whose counterpart was lost, ours and its: the last state that its source and it both had.

    A word that they never both had is one that the server changed, or an edit made at the hub: where a person has edited
    it since, the base is what we wrote last; else there is none, both sides moved, and what loses is told.
    """
    agreed = first_values(copy.now, copy.log)
    local = dict(agreed)
    for name in copy.now.keys() & source.now.keys():
        last, merge = _last_agreed(side, name, source, copy), side.spec(name).merge
        if merge in {Merge.TEXT, Merge.SET}:
            last = last or _made_from(side, name, source, copy)
            local[name], agreed[name] = _known_to_both(side, name, source, copy, last)
        elif last is not None:
            local[name], agreed[name] = side.part(name, last[0].value), last[1].value
        elif merge is not Merge.REF:
            del local[name], agreed[name]
            wrote, at = copy.last_of_ours(name)
            if not isinstance(wrote, Absent) and _is_base(side, name, wrote, copy.now[name]):
                agreed[name] = wrote
                origin = _written_from(source, name, at)
                local |= {} if isinstance(origin, Absent) else {name: origin}
    return local, agreed


def _last_agreed(side: Side, name: str, source: Past, copy: Past) -> tuple[State, State] | None:
    pairs = product(source.states(name), copy.states(name))
    met = [pair for pair in pairs if _met(*pair) and in_step(side, name, pair[0].value, pair[1].value)]
    return max(met, key=lambda pair: sorted((one.since for one in pair), reverse=True), default=None)


def _made_from(side: Side, name: str, source: Past, copy: Past) -> tuple[State, State]:
    """The copy as we made it; of a text with words of a third side, which may be gone, what of the source they were added to."""
    made = State(first_values(copy.now, copy.log)[name], copy.born, by_us=True, until=NEVER)
    said = set(_words(side, name, made.value))
    older = [state for state in source.states(name) if state.since <= copy.born]
    words = [set(_words(side, name, side.shown(name, state.value))) for state in older]
    if not older or side.spec(name).is_set or said <= set().union(*words):
        return made, made
    _, origin = min(zip(words, older, strict=True), key=lambda pair: len(pair[0] - said))
    return origin, replace(made, value=side.shown(name, origin.value))


def _met(one: State, other: State) -> bool:
    """Were they held at one time? What we wrote was read in the same run, and may have been replaced meanwhile."""
    first, last = sorted((one, other), key=lambda state: state.since)
    return last.since <= first.until + (LONGEST_RUN if last.by_us else 0)


def _known_to_both(side: Side, name: str, source: Past, copy: Past, last: tuple[State, State]) -> tuple[Value, Value]:
    """What one side said since and we then wrote on the other is known to both, though they never agreed on the whole."""
    spec, (here, there) = side.spec(name), last
    ours = _passed_on(spec, here, source.states(name), there.value, _writes(copy, name))
    theirs = _passed_on(spec, there, copy.states(name), here.value, _writes(source, name))
    if (ours, theirs) == (here.value, there.value):
        return ours, theirs
    local, _ = both(spec, there.value, ours, theirs, here.value)
    agreed, _ = both(spec, here.value, theirs, ours, there.value)
    return local, agreed


def _writes(thing: Past, name: str) -> list[Entry]:
    return [entry for entry in thing.log if entry.field == name and entry.by_us]


def _passed_on(
    spec: FieldSpec, last: State, said: Sequence[State], other_base: Value, writes: Sequence[Entry]
) -> Value:
    """The newest state of one side that made a later write of ours on the other what it is, or that it says all of."""
    newer = [state for state in said if state.since > last.since and not equal(spec, state.value, last.value)]
    for fits in (_made_it, _is_in):
        for state in newer:
            later = (write for write in writes if write.at >= state.since)
            if any(fits(spec, write, state.value, last.value, other_base) for write in later):
                return state.value
    return last.value


def _made_it(spec: FieldSpec, write: Entry, value: Value, base: Value, other_base: Value) -> bool:
    return _together(spec, write.old, write.new, value, base, other_base)


def _is_in(spec: FieldSpec, write: Entry, value: Value, base: Value, other_base: Value) -> bool:
    return _together(spec, write.new, write.new, value, base, other_base)


def _together(
    spec: FieldSpec, there: Value | Absent, wrote: Value | Absent, value: Value, base: Value, other_base: Value
) -> bool:
    """Do this value and what stood there make what we wrote?"""
    if isinstance(there, Absent) or isinstance(wrote, Absent):
        return False
    merged, never_met = both(spec, base, there, value, other_base)
    return never_met and equal(spec, merged, wrote)


def perhaps_written_over(source: Past, copy: Past, local: Fields, agreed: Fields) -> list[str]:
    """The fields of such a base where what the source holds may be what we wrote on the copy, and a person then replaced."""
    unknown = sorted(agreed.keys() - local.keys())
    return [name for name in unknown if source.states(name)[0].since <= copy.last_of_ours(name)[1]]


def last_as_ours(side: Side, record: Fields, copy: Past) -> tuple[dict[str, Value], dict[str, Value]]:
    """The same where the source is gone: the last state of the copy that says what the item says, else its first."""
    agreed = first_values(copy.now, copy.log)
    local = dict(agreed)
    for name in copy.now.keys() & record.keys():
        said = [one.value for one in copy.states(name) if in_step(side, name, record[name], one.value)]
        if said:
            local[name], agreed[name] = side.part(name, record[name]), said[0]
    return local, agreed


def _is_base(side: Side, name: str, wrote: Value, now: Value) -> bool:
    """A field that was empty when we made the copy may be one that it could not hold then: nobody agreed on that."""
    return not is_empty(wrote) and not equal(side.spec(name), wrote, now)


def _written_from(source: Past, name: str, at: int) -> Value | Absent:
    """What the source held when we wrote: ABSENT where it had only just changed, as we may have read it before that."""
    states = source.states(name)
    held = next((state for state in states if state.since <= at), None)
    if held is None:
        return source.now[name]
    is_settled = held == states[-1] or held.since <= at - LONGEST_RUN
    return held.value if is_settled else ABSENT


def overwritten(side: Side, thing: Past, other: Past) -> list[Clash]:
    """A person's words that our last write of a field replaced and that the other side never had: nobody else may know."""
    found: list[Clash] = []
    for name in thing.now:
        log = [e for e in thing.log if e.field == name]
        met = [ours for was, ours in pairwise(log) if ours.by_us and not was.by_us]
        if not met or isinstance(met[-1].old, Absent) or side.spec(name).is_set:
            continue
        old, new = met[-1].old, met[-1].new
        known = {
            word
            for value in (new, *(state.value for state in other.states(name)))
            for word in _words(side, name, value)
        }
        if any(word not in known for word in _words(side, name, old)):
            found.append(Clash(name, "overwritten", side.remote, old))
    return found


def _words(side: Side, name: str, value: Value | Absent) -> list[str]:
    text = value if isinstance(value, str) else ""
    return [line_key(line) for line in text.split("\n")] if side.spec(name).merge is Merge.TEXT else [str(value)]
