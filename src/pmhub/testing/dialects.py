"""Three remotes that differ as real ones do: in their words, in what they can hold, and in what they do to a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from pmhub.model.kinds import Kind
from pmhub.model.links import BLOCKED_BY, RELATIONS, relation_of
from pmhub.model.records import Fields, Value

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TICKET: ("title", "body", "status", "priority", "labels", "estimate", "parent", "links"),
    Kind.COMMENT: ("body",),
    Kind.ROADMAP_ITEM: ("title", "body", "status", "target", "labels", "parent"),
    Kind.RELEASE: ("version", "date"),
}
BACKLOG = (Kind.TICKET, Kind.COMMENT)
PLAN = (Kind.ROADMAP_ITEM, Kind.RELEASE, *BACKLOG)
Change = Callable[[str], str]


@dataclass(frozen=True)
class Dialect:
    """`statuses`: our word → the word shown in its place. `relations`: of links. `known`: by field, what the server does to a text, as the
    connector's `fit` tells; `unknown`: what it does besides.
    """

    statuses: Mapping[str, str]
    without: frozenset[str] = frozenset()
    relations: Collection[str] = RELATIONS
    known: Mapping[str, Change] = field(default_factory=dict)
    unknown: Mapping[str, Change] = field(default_factory=dict)

    def holds(self, kind: Kind) -> tuple[str, ...]:
        return tuple(name for name in FIELDS[kind] if name not in self.without)

    def words(self) -> list[str]:
        """The statuses a person can choose here."""
        return sorted(set(self.statuses.values()))

    def fit(self, kind: Kind, fields: Fields) -> dict[str, Value]:
        """What a connector believes that the remote would show; a word it does not know is left out."""
        held = self.holds(kind)
        fitted = {name: self._fitted(name, value) for name, value in fields.items() if name in held}
        if fitted.get("status") not in {None, *self.statuses.values()}:
            del fitted["status"]
        return fitted

    def stored(self, name: str, value: Value) -> Value:
        """What the server makes of a value that it is sent."""
        value = self._fitted(name, value)
        if isinstance(value, tuple):
            return tuple(sorted(set(value)))
        return self.unknown[name](value) if isinstance(value, str) and name in self.unknown else value

    def _fitted(self, name: str, value: Value) -> Value:
        if name == "links" and isinstance(value, tuple):
            return tuple(link for link in value if relation_of(link) in self.relations)
        if name == "status" and isinstance(value, str):
            return self.statuses.get(value, value)
        return self.known[name](value) if isinstance(value, str) and name in self.known else value


def _weaken(text: str) -> str:
    return text.replace("**", "*")


def _tidy(text: str) -> str:
    return "\n".join(re.sub(r" +", " ", line).strip() for line in text.split("\n"))


def _calm(title: str) -> str:
    return title.rstrip("!")


DIALECTS: Mapping[str, Dialect] = {
    "A": Dialect({word: word for word in ("idea", "todo", "doing", "review", "done")}),
    "B": Dialect(
        {"idea": "todo", "todo": "todo", "doing": "todo", "review": "todo", "done": "done"},
        without=frozenset({"estimate"}),
        relations=(BLOCKED_BY,),
        known={"body": _weaken},
        unknown={"body": _tidy},
    ),
    "C": Dialect(
        {"idea": "todo", "todo": "todo", "doing": "doing", "review": "doing", "done": "done"},
        unknown={"title": _calm},
    ),
}
