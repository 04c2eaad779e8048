"""Remotes into the item: which fields moved, where, and what the item makes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace

from pmhub.engine.canon import equal, in_step, is_empty
from pmhub.engine.merge import Edit, Outcome, Ranks, age, combine, losing_remote
from pmhub.engine.state import HUB, Clash, Counterpart, Item, Policy, Side, Stamp, View
from pmhub.model.lean import dataclass
from pmhub.model.markdown import line_key
from pmhub.model.records import CLOSED, Merge, Value, schema

Asked = tuple[str, str]
"""A remote and a field whose exact time and author are wanted."""


def moved_there(view: View, name: str) -> bool:
    agreed = view.counterpart.agreed
    return name not in agreed or not equal(view.side.spec(name), view.seen[name], agreed[name])


def moved_here(side: Side, counterpart: Counterpart, item: Item, name: str) -> bool:
    """Judged in our full vocabulary: a change that a coarse remote cannot see is still a change."""
    if name not in item.record:
        return False
    ours, local = side.part(name, item.record[name]), counterpart.local
    return name not in local or not equal(side.spec(name), ours, local[name])


def shared_fields(view: View) -> Iterable[str]:
    """The fields that are merged with this remote, in the order of the kind."""
    specs = schema(view.side.kind).values()
    return [spec.name for spec in specs if is_shared(view, spec.name)]


def is_shared(view: View, name: str) -> bool:
    return name in view.seen and name in view.side.holds and not view.side.is_once(name)


def agrees(view: View, item: Item, name: str) -> bool:
    return name in item.record and in_step(view.side, name, item.record[name], view.seen[name])


def movers(views: Sequence[View], name: str) -> list[View]:
    return [v for v in views if is_shared(v, name) and moved_there(v, name)]


def contested(item: Item, views: Sequence[View], held: Collection[str]) -> list[Asked]:
    """Where more than one side moved: what must be asked of the change logs before anything is decided.

    Also of one that says what the item says: whether it is taken in before another or after it decides what that one meets.
    """
    asked: list[Asked] = []
    for name in schema(item.kind):
        if name in held:
            continue
        moved = movers(views, name)
        if len(moved) < 2 and not any(moved_here(v.side, v.counterpart, item, name) for v in moved):  # noqa: PLR2004
            continue  # nothing to fit, which is what takes long
        news = [v for v in moved if not agrees(v, item, name)]
        if news and (len(moved) > 1 or moved_here(news[0].side, news[0].counterpart, item, name)):
            asked += [(v.remote, name) for v in moved]
    return asked


@dataclass(frozen=True)
class Absorbed:
    item: Item
    counterparts: Mapping[str, Counterpart]
    clashes: tuple[Clash, ...]


@dataclass
class _Work:
    """One item while its fields are taken in; only here are values replaced step by step."""

    record: dict[str, Value]
    stamps: dict[str, Stamp]
    local: dict[str, dict[str, Value]]
    agreed: dict[str, dict[str, Value]]
    clashes: list[Clash] = field(default_factory=list)


def absorb(
    item: Item,
    views: Sequence[View],
    stamps: Mapping[Asked, Stamp],
    held: Collection[str],
    policies: Mapping[str, Policy],
) -> Absorbed:
    """Movers of one field are taken in oldest first, so that the order of connections cannot matter."""
    work = _Work(
        dict(item.record),
        dict(item.stamps),
        {v.remote: dict(v.counterpart.local) for v in views},
        {v.remote: dict(v.counterpart.agreed) for v in views},
    )
    sides = {v.remote: v.side for v in views}
    ranks = {v.remote: v.side.rank for v in views}
    for name in schema(item.kind):
        moving = [(v, _stamp(v, name, stamps)) for v in movers(views, name)]
        moving.sort(key=lambda pair: age(pair[1], ranks))
        if name in held:
            work.clashes += [
                Clash(name, "held", v.remote, v.seen[name]) for v, _ in moving if not agrees(v, item, name)
            ]
        else:
            _absorb_field(work, item, name, moving, policies.get(name, Policy()), sides, ranks)
    return _result(item, views, work)


def _stamp(view: View, name: str, stamps: Mapping[Asked, Stamp]) -> Stamp:
    return stamps.get((view.remote, name)) or Stamp(view.remote, view.at)


def _absorb_field(
    work: _Work,
    item: Item,
    name: str,
    moving: Sequence[tuple[View, Stamp]],
    policy: Policy,
    sides: Mapping[str, Side],
    ranks: Ranks,
) -> None:
    before = (work.record.get(name), name in work.record, work.stamps.get(name))
    undo = {v.remote: (dict(work.local[v.remote]), dict(work.agreed[v.remote])) for v, _ in moving}
    for view, stamp in moving:
        outcome = _take(work, item, name, view, stamp, policy, sides, ranks)
        if outcome is not None and outcome.held:
            _undo(work, name, before, undo)
            work.clashes.append(Clash(name, "held", HUB, before[0]))
            work.clashes += [Clash(name, "held", v.remote, v.seen[name]) for v, _ in moving]
            return


def _undo(
    work: _Work,
    name: str,
    before: tuple[Value, bool, Stamp | None],
    undo: Mapping[str, tuple[dict[str, Value], dict[str, Value]]],
) -> None:
    """Nobody's value travels until a person has chosen."""
    value, known, stamp = before
    if known:
        work.record[name] = value
    else:
        work.record.pop(name, None)
    if stamp is not None:
        work.stamps[name] = stamp
    for remote, (local, agreed) in undo.items():
        work.local[remote], work.agreed[remote] = local, agreed


def _take(
    work: _Work,
    item: Item,
    name: str,
    view: View,
    stamp: Stamp,
    policy: Policy,
    sides: Mapping[str, Side],
    ranks: Ranks,
) -> Outcome | None:
    seen, local, agreed = view.seen[name], work.local[view.remote], work.agreed[view.remote]
    now = replace(item, record=work.record, stamps=work.stamps)
    if name not in agreed and is_empty(seen) and not (name in work.record and is_empty(work.record[name])):
        agreed[name] = seen  # never agreed on: emptiness is no opinion, and makes none where the item has none
        local.pop(name, None)
        return None
    outcome = None
    if not agrees(view, now, name):
        outcome = _combine(work, now, name, view, stamp, policy, sides, ranks)
        if outcome.held:
            return outcome
        kind = "one-way" if policy.source and view.remote != policy.source else "lost"
        loser = losing_remote(outcome, stamp, work.stamps.get(name))
        work.clashes += [Clash(name, kind, loser, value) for value in outcome.lost]
        work.record[name] = outcome.value
        if outcome.stamp is not None:
            work.stamps[name] = outcome.stamp
    agreed[name] = seen  # taken into account; if the item differs from it now, the item has moved and is pushed
    in_agreement = agrees(view, replace(item, record=work.record), name)
    ours = work.record[name]
    local[name] = view.side.part(name, ours) if in_agreement else _in_our_lines(view.side, name, ours, seen)
    return outcome


def _in_our_lines(side: Side, name: str, ours: Value, seen: Value) -> Value:
    """What is seen, with our richer form of each line that the remote shows so: a line that it only weakened did not move here."""
    if side.spec(name).merge is not Merge.TEXT or not isinstance(ours, str) or not isinstance(seen, str):
        return seen
    mine, shown = ours.split("\n"), str(side.shown(name, ours) or "").split("\n")
    if len(mine) != len(shown):  # they cannot be told by their places
        return seen
    said = {line_key(there): here for there, here in zip(shown, mine, strict=True)}
    return "\n".join(said.get(line_key(line), line) for line in seen.split("\n"))


def _combine(
    work: _Work,
    now: Item,
    name: str,
    view: View,
    stamp: Stamp,
    policy: Policy,
    sides: Mapping[str, Side],
    ranks: Ranks,
) -> Outcome:
    if name not in now.record:
        return Outcome(view.seen[name], stamp)
    agreed, local = work.agreed[view.remote], work.local[view.remote]
    edit = Edit(view.side, name, agreed.get(name), name in agreed, view.seen[name], stamp, local.get(name))
    mine = work.stamps.get(name, Stamp(HUB, 0))
    counterpart = replace(view.counterpart, local=local, agreed=agreed)
    we_moved = moved_here(view.side, counterpart, now, name)
    return combine(edit, now.record[name], mine, we_moved=we_moved, policy=policy, sides=sides, ranks=ranks)


def _result(item: Item, views: Sequence[View], work: _Work) -> Absorbed:
    counterparts = {
        v.remote: replace(v.counterpart, local=work.local[v.remote], agreed=work.agreed[v.remote]) for v in views
    }
    closing = CLOSED.get(item.kind)
    closed = item.closed and (closing is None or work.record.get(closing[0]) == closing[1])
    after = replace(item, record=work.record, stamps=work.stamps, closed=closed)
    return Absorbed(after, counterparts, tuple(work.clashes))
