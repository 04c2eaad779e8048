"""Our words and what each remote calls them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category, Words

_OPEN = (Category.TODO, Category.DOING)


@dataclass(frozen=True)
class Word:
    name: str
    natives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    category: Category | None = None
    nearest: str | None = None

    def native(self, connection: str, connector: str) -> tuple[str, ...]:
        return self.natives.get(connection, self.natives.get(connector, ()))


def categories(words: Iterable[Word]) -> dict[str, Category]:
    return {word.name: word.category for word in words if word.category}


def words_for(words: Collection[Word], connection: str, connector: str) -> Words | None:
    """None when nothing is said about this remote: it keeps its own reading."""
    spoken = [word for word in words if word.native(connection, connector)]
    if not spoken:
        return None
    lifts = {native: word.name for word in spoken for native in word.native(connection, connector)}
    return Words(lifts, _nearest(words, spoken))


def _nearest(words: Collection[Word], spoken: Collection[Word]) -> dict[str, str]:
    """What is not said follows from the category, whose own name may be asked for without being a word of the map."""
    known = {word.name for word in spoken}
    asked: dict[str, Category | None] = {word.name: word.category for word in words}
    if any(asked.values()):
        asked = {**{str(category): category for category in Category}, **asked}
    derived = {name: _of_category(category, spoken) for name, category in asked.items() if name not in known}
    said = {word.name: word.nearest for word in words if word.nearest}
    return {name: word for name, word in derived.items() if word} | said


def _of_category(category: Category | None, spoken: Collection[Word]) -> str | None:
    """The first word of the category; what is not done may be told by any word that is not done."""
    wanted = (category, *(other for other in _OPEN if category in _OPEN))
    return next((word.name for each in wanted if each for word in spoken if word.category is each), None)
