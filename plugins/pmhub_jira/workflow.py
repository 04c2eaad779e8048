"""Which transitions bring an issue to the wanted status, of a workflow of which only parts are known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Category, Kind, Refused, Scope
from pmhub_jira import words

HOPS: Final = 6
"""As many transitions as one change of status may take."""

ORDER: Final = (Category.TODO, Category.DOING, Category.DONE)

Json = Mapping[str, Any]
Step = dict[str, Any]
"""`{"id", "name", "to": {"id", "name", "category"}, "fields": {field id: {"name", "required", "schema"}}}`."""

Graph = Mapping[str, Sequence[Step]]
"""Status id → the transitions that leave it. A status that is no key of it is one nobody has looked at."""


@dataclass(frozen=True)
class Goal:
    """A status of ours to reach, in a scope's words."""

    scope: Scope
    wanted: str
    kind: Kind = Kind.TICKET

    def is_met(self, status: Json) -> bool:
        return self._word(status) == self._shown

    def is_near(self, status: Json) -> bool:
        """Of the same category as what is wanted."""
        return self._category(status) is self.scope.vocabulary.category(self._shown)

    def is_on_the_way(self, status: Json, start: Json) -> bool:
        """Neither behind where it starts nor beyond where it leads."""
        first, last = sorted(ORDER.index(each) for each in (self._category(start), self._category_wanted))
        return first <= ORDER.index(self._category(status)) <= last

    @property
    def _shown(self) -> str:
        return words.status_shown(self.scope.vocabulary, self.wanted, self.kind)

    @property
    def _category_wanted(self) -> Category:
        return self.scope.vocabulary.category(self._shown)

    def _word(self, status: Json) -> str | None:
        return words.status(self.scope.vocabulary, status["name"], status["category"], self.kind)

    def _category(self, status: Json) -> Category:
        word = self._word(status)
        return self.scope.vocabulary.category(word) if word else Category.TODO


def routes(graph: Graph, start: str, may: Callable[[Step], bool]) -> Iterator[list[Step]]:
    """Ways from `start` to every status that can be reached, the shortest first, by steps that we `may` take."""
    waiting: list[tuple[str, list[Step]]] = [(start, [])]
    seen = {start}
    while waiting:
        at, way = waiting.pop(0)
        for step in graph.get(at, ()) if len(way) < HOPS else ():
            to = str(step["to"]["id"])
            if to not in seen and may(step):
                seen.add(to)
                waiting.append((to, [*way, step]))
                yield [*way, step]


def exact(goal: Goal, graph: Graph, start: str, may: Callable[[Step], bool]) -> list[Step] | None:
    """To a status that reads as what is wanted."""
    return next((way for way in routes(graph, start, may) if goal.is_met(way[-1]["to"])), None)


def near(goal: Goal, graph: Graph, start: str, may: Callable[[Step], bool]) -> list[Step] | None:
    """To a status of the wanted one's category."""
    return next((way for way in routes(graph, start, may) if goal.is_near(way[-1]["to"])), None)


def unknown(graph: Graph, start: str, may: Callable[[Step], bool]) -> list[list[Step]]:
    """To statuses that nobody has looked at."""
    return [way for way in routes(graph, start, may) if str(way[-1]["to"]["id"]) not in graph]


def missing(step: Step, configured: Collection[str]) -> list[str]:
    """What the transition's screen asks for and nothing says: fields by id or by the name that people see."""
    return [
        field_id
        for field_id, field in step["fields"].items()
        if field["required"] and not {field_id, field["name"]} & set(configured)
    ]


def refusal(goal: Goal, graph: Graph, start: Json, configured: Collection[str]) -> Refused:
    """Why not, in the words of a person who could change it."""
    current, offered = start["name"], graph.get(str(start["id"]), ())
    at = str(start["id"])
    every = exact(goal, graph, at, lambda _: True) or near(goal, graph, at, lambda _: True)
    lacking = [(step["name"], names) for step in every or () if (names := missing(step, configured))]
    if lacking:
        step_name, names = lacking[0]
        what = f"the transition `{step_name}` from `{current}` to `{goal.wanted}` asks for {', '.join(names)}"
        hint = f"Say it in the endpoint: transition_fields = {{ {names[0]} = … }}."
        return Refused(what, field="status", hint=hint)
    told = ", ".join(f"{each['name']} → {each['to']['name']}" for each in offered)
    return Refused(
        f"no transition leads from `{current}` to `{goal.wanted}`; available: {told or 'none that this account may take'}",
        field="status",
        hint="Move it by hand, or add the transition to the project's workflow.",
    )
