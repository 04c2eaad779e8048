"""What a run did, turned round: only values that nobody touched since, and nothing that was created."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pmhub.engine.canon import equal
from pmhub.engine.state import Item
from pmhub.model.lean import dataclass
from pmhub.model.records import Value, schema

CREATED = "created by that run"
TOUCHED = "changed since"
HELD = "a conflict waits there"
GONE = "the item is no more"
LEARNED = "had no value before"


@dataclass(frozen=True)
class Step:
    """A journal row. `op`: `absorb` (the item took a value), `create` or `update` (a remote was written)."""

    item: str
    remote: str
    op: str
    field: str
    before: Value
    after: Value
    learned: bool = False


@dataclass(frozen=True)
class Reversal:
    """Give a field of an item back the value it had before."""

    item: str
    field: str
    now: Value
    back: Value


@dataclass(frozen=True)
class LeftAlone:
    """`field` empty: the whole item."""

    item: str
    field: str
    why: str


@dataclass(frozen=True)
class Reverse:
    rows: tuple[Reversal, ...]
    left: tuple[LeftAlone, ...]


def reverse(
    steps: Sequence[Step],
    earlier: Mapping[tuple[str, str], Sequence[Step]],
    items: Mapping[str, Item],
    held: Collection[tuple[str, str]],
) -> Reverse:
    """`steps`: what the run did. `earlier`: (item, field) → what items took before it. `items`: those that still are."""
    made = {(step.item, step.remote) for step in steps if step.op == "create"}
    left = [LeftAlone(item, "", CREATED) for item in dict.fromkeys(item for item, _ in sorted(made))]
    rows: list[Reversal] = []
    for (item, field), mine in _by_field([s for s in steps if (s.item, s.remote) not in made]).items():
        now, why = items.get(item), ""
        before, after = _moved(mine, earlier.get((item, field), ()))
        if now is None:
            why = GONE
        elif mine[0].learned:
            why = LEARNED
        elif (item, field) in held:
            why = HELD
        elif not equal(schema(now.kind)[field], now.record.get(field), after):
            why = TOUCHED
        elif equal(schema(now.kind)[field], before, after):
            continue
        if now is None or why:
            left.append(LeftAlone(item, field, why))
        else:
            rows.append(Reversal(item, field, now.record.get(field), before))
    return Reverse(tuple(rows), tuple(left))


def _by_field(steps: Sequence[Step]) -> dict[tuple[str, str], list[Step]]:
    found: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        found.setdefault((step.item, step.field), []).append(step)
    return found


def _moved(steps: Sequence[Step], earlier: Sequence[Step]) -> tuple[Value, Value]:
    """From what to what the item moved. A run that only delivered a value tells what the remote had: the item knew better."""
    taken = [step for step in steps if step.op == "absorb"]
    if taken:
        return taken[0].before, taken[-1].after
    after = steps[-1].after
    told = earlier[-1] if earlier else None
    return (told.before if told is not None and told.after == after else steps[0].before), after
