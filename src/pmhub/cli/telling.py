"""Values, changes and times in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from difflib import SequenceMatcher

from pmhub.cli.plain import line
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.links import relation_of, target_of
from pmhub.model.records import Merge, Value, schema

EMPTY = "(empty)"
MOST_PAIRS = 250_000
"""Of lines to compare in order. Thousands of equal lines would take minutes: beyond, a line that only moved does not count."""


@dataclass(frozen=True)
class Teller:
    """`name`: an item's id → what people call it."""

    kind: Kind
    name: Callable[[str], str]

    def value(self, field: str, value: Value) -> str:
        if value is None or value in ("", ()):
            return EMPTY
        if isinstance(value, tuple):
            return line(", ".join(self._members(field, value)))
        if self._merge(field) is Merge.REF:
            return line(self.name(str(value)))
        text = str(value)
        return f"({_count(text)})" if "\n" in text.strip() else line(text)

    def change(self, field: str, before: Value, after: Value) -> str:
        if self._merge(field) in {Merge.SET, Merge.LINKS}:
            return _moved(self._members(field, before), self._members(field, after))
        if _is_long(before) or _is_long(after):
            return _lines_changed(str(before or ""), str(after or ""))
        return f"{self.value(field, before)} → {self.value(field, after)}"

    def _members(self, field: str, value: Value) -> tuple[str, ...]:
        """A link by its relation, in words, and what people call its other end."""
        members = value if isinstance(value, tuple) else ()
        if self._merge(field) is not Merge.LINKS:
            return members
        return tuple(f"{relation_of(one).replace('_', ' ')} {self.name(target_of(one))}" for one in members)

    def _merge(self, field: str) -> Merge | None:
        spec = None if self.kind is Kind.TEST_RUN else schema(self.kind).get(field)
        return spec.merge if spec else None


def moment(at: int) -> str:
    """`at`: milliseconds since the epoch."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def age(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(int(seconds // size), unit)
    return counted(max(0, int(seconds)), "second")


def _is_long(value: Value) -> bool:
    return isinstance(value, str) and "\n" in value.strip()


def _count(text: str) -> str:
    return counted(len(text.strip().splitlines()), "line")


def _moved(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    was, now = set(before), set(after)
    return line(" ".join([*(f"+{one}" for one in sorted(now - was)), *(f"-{one}" for one in sorted(was - now))]))


def _lines_changed(before: str, after: str) -> str:
    old, new = before.strip().splitlines(), after.strip().splitlines()
    if len(old) * len(new) > MOST_PAIRS:
        removed, added = ((Counter(one) - Counter(other)).total() for one, other in ((old, new), (new, old)))
        return f"+{added} -{removed} lines"
    added = removed = 0
    for tag, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed, added = removed + end - start, added + to - from_
    return f"+{added} -{removed} lines"
