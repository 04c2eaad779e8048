"""Under which heading an entry stands, in which order headings come, and how many changes make a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from pmhub.engine.notes.entries import Entry
from pmhub.engine.notes.rules import OTHER, PLANNED, GroupBy, Rules, fold
from pmhub.model.lean import dataclass

_FEATURES, _IMPROVEMENTS, _FIXES = "Features", "Improvements", "Fixes"
_TYPE_ORDER: Final = (_FEATURES, _IMPROVEMENTS, _FIXES)
_TYPE_TITLES: Final[Mapping[str, str]] = {
    "feature": _FEATURES,
    "new feature": _FEATURES,
    "story": _FEATURES,
    "enhancement": _IMPROVEMENTS,
    "improvement": _IMPROVEMENTS,
    "bug": _FIXES,
    "defect": _FIXES,
}
_WITHOUT_A_WORD: Final = ("chore", "sub-task", "task")
_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    _FEATURES: ("feature", "features"),
    _IMPROVEMENTS: ("improvement", "improvements"),
    _FIXES: ("fix", "fixes"),
    OTHER: ("other change", "other changes"),
    PLANNED: ("planned", "planned"),
}


@dataclass(frozen=True, slots=True)
class Headings:
    """One way of grouping, with the rules worked out. `titles`: folded name → heading."""

    by: GroupBy
    titles: Mapping[str, str]
    order: Sequence[str]
    other: str
    planned: str

    def of(self, entry: Entry) -> str:
        if not entry.is_done:
            return self.planned
        if self.by is GroupBy.TYPE:
            return self._heading(entry.type)
        return self._heading(self._chosen(entry.components if self.by is GroupBy.COMPONENT else entry.labels))

    def rank(self, heading: str) -> tuple[int, int, str]:
        """Sorts headings: those in `order`, the others by name, what belongs to no group, what is planned."""
        name, last = fold(heading), [fold(self.other), fold(self.planned)]
        ordered = [fold(self._heading(each)) for each in self.order]
        if name in ordered:
            return 0, ordered.index(name), heading
        return (2, last.index(name), heading) if name in last else (1, 0, heading)

    def _heading(self, name: str) -> str:
        return self.titles.get(fold(name)) or " ".join(name.split()) or self.other

    def _chosen(self, names: Collection[str]) -> str:
        listed = [*map(fold, self.order), *self.titles]
        known = [(listed.index(fold(name)), name) for name in names if fold(name) in listed]
        if known or (listed and self.by is GroupBy.LABEL):
            return min(known, default=(0, ""))[1]
        return min(names, default="")


def group_headings(rules: Rules) -> Headings:
    """How the notes are grouped."""
    by_type = rules.group_by is GroupBy.TYPE
    titles = {**(_type_titles(rules) if by_type else {}), **{fold(name): title for name, title in rules.titles.items()}}
    return Headings(rules.group_by, titles, rules.order or (_TYPE_ORDER if by_type else ()), rules.other, rules.planned)


def type_headings(rules: Rules) -> Headings:
    """How the changes are counted: by type, whatever the notes are grouped by."""
    if rules.group_by is GroupBy.TYPE:
        return group_headings(rules)
    return Headings(GroupBy.TYPE, _type_titles(rules), _TYPE_ORDER, rules.other, rules.planned)


def sentence(counts: Mapping[str, int]) -> str:
    """`4 features, 3 fixes.`"""
    return ", ".join(_counted(heading, count) for heading, count in counts.items()) + "." if counts else "No changes."


def _type_titles(rules: Rules) -> dict[str, str]:
    return {**_TYPE_TITLES, **dict.fromkeys(_WITHOUT_A_WORD, rules.other)}


def _counted(heading: str, count: int) -> str:
    """A heading we do not know has no singular that we could know."""
    if heading not in _NOUNS:
        return f"{heading}: {count}"
    one, many = _NOUNS[heading]
    return f"{count} {one if count == 1 else many}"
