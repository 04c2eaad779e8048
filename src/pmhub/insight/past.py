"""Items as they were: what the journal says they took on since then, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pmhub.errors import BadValue
from pmhub.model.records import Fields, Value
from pmhub.store.reading import ChangeRow, ItemRow
from pmhub.store.store import Store

LEARNED = "learned"
_DAY = len("2026-05-31")


def as_it_was(record: Fields, changes: Iterable[ChangeRow]) -> dict[str, Value]:
    """`changes`: of this item, after that time, the oldest first. A field it had no value for yet is absent again."""
    fields = dict(record)
    for change in reversed(list(changes)):
        if change.result == LEARNED:
            fields.pop(change.field, None)
        else:
            fields[change.field] = change.before
    return fields


def set_before(row: ItemRow, changes: Sequence[ChangeRow], earlier: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """When its values of that time were set. `earlier`: (item, field) → the last change up to then."""
    moved = {change.field for change in changes}
    kept = {name: at for name, at in row.set_at.items() if name not in moved}
    return kept | {name: earlier[row.id, name] for name in moved if (row.id, name) in earlier}


def moment_of(day: str, store: Store, now: int) -> int:
    """The last millisecond of an ISO day in UTC, or the moment itself where a time of day is given. Raises UserError."""
    at = start_of(day) + (86_400_000 - 1 if len(day) <= _DAY else 0)
    first = store.reading.first_run()
    if first is None or at < first:
        told = "there was no run yet" if first is None else f"the first run was on {_day(first)}"
        raise BadValue(f"nothing is known of {day}: {told}", hint="The journal tells only what happened since.")
    return min(at, now)


def start_of(day: str) -> int:
    """Milliseconds since the epoch, of an ISO day or moment, in UTC unless it says otherwise. Raises UserError."""
    try:
        given = datetime.fromisoformat(day)
    except ValueError:
        raise BadValue(f"{day!r} is no date", hint="Write it as 2026-05-31, or 2026-05-31T12:00.") from None
    return int((given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp() * 1000)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
