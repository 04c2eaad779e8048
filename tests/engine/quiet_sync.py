"""The engine alone, over values: absorb, plan, and what three kinds of remotes make of the writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pmhub.engine.absorb import absorb
from pmhub.engine.plan import outgoing
from pmhub.engine.state import Counterpart, Item, Policy, Side, Stamp, View
from pmhub.model.kinds import Kind
from pmhub.testing.dialects import DIALECTS

POLICIES = {"estimate": Policy("hold"), "priority": Policy("A")}


def side(name: str, rank: int = 0, kind: Kind = Kind.TICKET) -> Side:
    dialect = DIALECTS[name]
    return Side(name, kind, frozenset(dialect.holds(kind)), lambda fields: dialect.fit(kind, fields), rank)


def item(stamps=None, **record) -> Item:
    stamps = stamps or {name: Stamp("hub", 0, sure=True) for name in record}
    return Item("item", Kind.TICKET, record, stamps)


@dataclass
class Hub:
    """One item and its remotes, which hold plain fields. `clashes`: all that were ever found."""

    item: Item
    sides: dict[str, Side]
    seen: dict[str, dict]
    counterparts: dict[str, Counterpart]
    clashes: list = field(default_factory=list)

    @classmethod
    def agreed_on(cls, record: dict, names: str = "ABC") -> Hub:
        """Everybody shows the record as they can, and all agree that they do."""
        sides = {name: side(name, rank) for rank, name in enumerate(names)}
        seen = {n: {f: DIALECTS[n].stored(f, v) for f, v in record.items() if f in s.holds} for n, s in sides.items()}
        counterparts = {
            n: Counterpart("item", n, n, {f: record[f] for f in fields}, dict(fields)) for n, fields in seen.items()
        }
        return cls(item(**record), sides, seen, counterparts)

    def edit(self, name: str, **fields) -> None:
        """A person edits on one remote."""
        held = {f: DIALECTS[name].stored(f, v) for f, v in fields.items() if f in self.seen[name]}
        self.seen[name].update(held)

    def edit_here(self, at: int, **fields) -> None:
        stamps = {**self.item.stamps, **{name: Stamp("hub", at, sure=True) for name in fields}}
        self.item = replace(self.item, record={**self.item.record, **fields}, stamps=stamps)

    def take_in(self, times: dict[str, int], order: str) -> None:
        views = [View(self.sides[n], self.counterparts[n], self.seen[n], times.get(n, 0)) for n in order]
        stamps = {(n, f): Stamp(n, times.get(n, 0), sure=True) for n in order for f in self.seen[n]}
        result = absorb(self.item, views, stamps, self.held, POLICIES)
        self.item, self.counterparts = result.item, dict(result.counterparts)
        self.clashes += result.clashes

    @property
    def held(self) -> frozenset[str]:
        return frozenset(clash.field for clash in self.clashes if clash.kind == "held")

    def plan(self) -> dict[str, dict]:
        """Remote → what it must be sent; what already agrees is noted as agreed."""
        planned = {}
        for name, counterpart in self.counterparts.items():
            out = outgoing(self.item, self.sides[name], counterpart, self.held)
            self.counterparts[name] = out.counterpart
            if out.write:
                planned[name] = dict(out.write)
        return planned

    def apply(self, planned: dict[str, dict]) -> None:
        for name, write in planned.items():
            stored = {f: DIALECTS[name].stored(f, v) for f, v in write.items()}
            self.seen[name].update(stored)
            c = self.counterparts[name]
            self.counterparts[name] = replace(c, local={**c.local, **write}, agreed={**c.agreed, **stored})

    def settle(self, times: dict[str, int], order: str = "ABC", rounds: int = 4) -> int:
        """Rounds until nothing is planned."""
        for number in range(rounds):
            self.take_in(times, order)
            planned = self.plan()
            if not planned:
                return number
            self.apply(planned)
        return rounds
