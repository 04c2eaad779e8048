"""After an older database came back: what was passed on since the backup is agreed, as the change logs tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pmhub.engine.canon import equal
from pmhub.engine.state import Item, Stamp, View
from pmhub.engine.verify import Entry
from pmhub.model.lean import dataclass
from pmhub.model.records import ABSENT, Absent, FieldSpec, Value

Logs = Mapping[tuple[str, str], Sequence[Entry]]
"""By remote and field, of that field alone."""


@dataclass(frozen=True)
class _PassedOn:
    """A write of ours at a time. `value`: in the words of the side that had it before, as `stamp` tells."""

    at: int
    value: Value
    stamp: Stamp


def caught_up(item: Item, views: Sequence[View], logs: Logs) -> tuple[Item, list[View]]:
    """The same as they would be had the database known what was passed on. Where the item has moved by itself, or a log does
    not tell values, nothing changes.

    That our account wrote a value does not suffice, as a person may use it too: another side must have had it before.
    """
    sides = {view.remote: view for view in views}
    for name in dict.fromkeys(name for _, name in logs):
        since = {v.remote: _since(v, name, logs[v.remote, name]) for v in views if (v.remote, name) in logs}
        passed = list(_passed_on(views[0].side.spec(name), since))
        if passed and all(_stands(item, sides[remote], name) for remote in since):
            last = max(passed, key=lambda one: one.at)
            record, stamps = {**item.record, name: last.value}, {**item.stamps, name: last.stamp}
            item = replace(item, record=record, stamps=stamps)
            sides |= {remote: _agreed(sides[remote], name, told, passed) for remote, told in since.items()}
    return item, list(sides.values())


def _since(view: View, name: str, log: Sequence[Entry]) -> Sequence[Entry]:
    """What was changed there after what is agreed."""
    spec, agreed = view.side.spec(name), view.counterpart.agreed.get(name, ABSENT)
    stood = [*(entry.old for entry in log), *(entry.new for entry in log[-1:])]
    return log[max((n for n, value in enumerate(stood) if _same(spec, value, agreed)), default=len(log)) :]


def _passed_on(spec: FieldSpec, since: Mapping[str, Sequence[Entry]]) -> Iterator[_PassedOn]:
    """The last write on each side that the database does not know."""
    for remote, log in since.items():
        for wrote in [entry for entry in log if entry.by_us][-1:]:
            had = [(e, one) for one, e in _others(since, remote) if e.at <= wrote.at and _same(spec, e.new, wrote.new)]
            for first, one in sorted(had, key=lambda pair: pair[0].at)[:1]:
                if not isinstance(first.new, Absent):
                    yield _PassedOn(wrote.at, first.new, Stamp(one, first.at, first.by_us, sure=True))


def _others(since: Mapping[str, Sequence[Entry]], remote: str) -> Iterator[tuple[str, Entry]]:
    return ((one, entry) for one, told in since.items() if one != remote for entry in told)


def _stands(item: Item, view: View, name: str) -> bool:
    ours, known = item.record.get(name, ABSENT), view.counterpart.local.get(name, ABSENT)
    return _same(view.side.spec(name), ours, known)


def _agreed(view: View, name: str, told: Sequence[Entry], passed: Sequence[_PassedOn]) -> View:
    """With the last of what was passed on that it had by then."""
    spec, known = view.side.spec(name), view.counterpart
    had = (e.new for e in reversed(told) if any(e.at <= one.at and _same(spec, e.new, one.value) for one in passed))
    base = next(had, ABSENT)
    if isinstance(base, Absent):
        return view
    local, agreed = {**known.local, name: base}, {**known.agreed, name: base}
    return replace(view, counterpart=replace(known, local=local, agreed=agreed))


def _same(spec: FieldSpec, one: Value | Absent, other: Value | Absent) -> bool:
    return not isinstance(one, Absent) and not isinstance(other, Absent) and equal(spec, one, other)
