"""An edit found and laid into what stands there, for any sequence of native things that read as values of the tree."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import field
from typing import Generic, TypeVar

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.splice.alignment import paired, same

N = TypeVar("N")
V = TypeVar("V", bound=Hashable)


@dataclass(slots=True)
class Slot(Generic[N, V]):
    """Native things and the values they read as. `before`, `now` and `after` are what stands there once it is edited."""

    natives: tuple[N, ...]
    values: tuple[V, ...]
    before: list[N] = field(default_factory=list)
    now: list[N] = field(default_factory=list)
    after: list[N] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = list(self.natives)

    @property
    def all(self) -> Iterator[N]:
        yield from self.before
        yield from self.now
        yield from self.after


@dataclass(frozen=True, slots=True)
class Merge(Generic[N, V]):
    """`likeness` of two values, 0 where one cannot be an edit of the other; `rewrite` gives a slot's natives for a new
    value; `write` gives the natives of values that are new.
    """

    likeness: Callable[[V, V], float]
    rewrite: Callable[[Slot[N, V], V], list[N]]
    write: Callable[[Sequence[V]], list[N]]

    def into(self, slots: Sequence[Slot[N, V]], wanted: Sequence[V]) -> None:
        """Edits `slots`, of which there is at least one, so that they read as `wanted`."""
        kept = _kept(slots, wanted)
        changed: list[Slot[N, V]] = []
        previous: Slot[N, V] | None = None
        at = 0
        for number, slot in enumerate(slots):
            if number in kept:
                self._change(previous, changed, wanted[at : kept[number]], slot)
                previous, changed, at = slot, [], kept[number] + len(slot.values)
            elif slot.values:
                changed.append(slot)
        self._change(previous, changed, wanted[at:], slots[-1])

    def _change(
        self, previous: Slot[N, V] | None, slots: Sequence[Slot[N, V]], wanted: Sequence[V], following: Slot[N, V]
    ) -> None:
        """The slots between two that stay become `wanted`; what none of them becomes comes behind the one before it."""
        if not slots and not wanted:
            return
        single = [slot for slot in slots if len(slot.values) == 1]
        pairs = paired([slot.values[0] for slot in single], wanted, self.likeness)
        partner = {id(single[one]): other for one, other in pairs}
        last, at = (None if slots else previous), 0
        for slot in slots:
            if (place := partner.get(id(slot))) is None:
                slot.now = []
                continue
            self._add(last, wanted[at:place], slot)
            slot.now = self.rewrite(slot, wanted[place])
            last, at = slot, place + 1
        self._add(last, wanted[at:], slots[0] if slots else following)

    def _add(self, last: Slot[N, V] | None, values: Sequence[V], following: Slot[N, V]) -> None:
        if values:
            written = self.write(values)
            (following.before if last is None else last.after).extend(written)


def _kept(slots: Sequence[Slot[N, V]], wanted: Sequence[V]) -> dict[int, int]:
    """Number of a slot that stays as it is → the place of its first value in `wanted`."""
    values = [value for slot in slots for value in slot.values]
    found = dict(same(values, wanted))
    kept: dict[int, int] = {}
    at = 0
    for number, slot in enumerate(slots):
        places = [found.get(at + step) for step in range(len(slot.values))]
        at += len(slot.values)
        if places and places[0] is not None and places == list(range(places[0], places[0] + len(places))):
            kept[number] = places[0]
    return kept
