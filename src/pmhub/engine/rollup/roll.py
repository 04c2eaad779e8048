"""The roll-up of one goal. Nothing in it is a bare percentage: every figure names what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pmhub.engine.results import state
from pmhub.engine.rollup.forest import Forest
from pmhub.engine.rollup.node import Node, TestFact
from pmhub.engine.rollup.slip import Slip, slip
from pmhub.model.ci import State
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category


@dataclass(frozen=True, slots=True)
class Share:
    """Items, or points, by how far they are."""

    done: float
    doing: float
    todo: float

    @property
    def total(self) -> float:
        return self.done + self.doing + self.todo


@dataclass(frozen=True, slots=True)
class Blocked:
    """`item` is open and waits for `by`, which is open too."""

    item: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """`leaves`: what was counted, level by level. `points` None: nothing below has an estimate; `unestimated`: leaves that
    no estimate speaks for. `uncovered`: leaves that no test speaks of, neither by themselves nor by what they belong to.
    """

    goal: str
    leaves: tuple[str, ...]
    items: Share
    points: Share | None
    unestimated: tuple[str, ...]
    state: State
    environments: Mapping[str, State]
    uncovered: tuple[str, ...]
    slip: Slip | None
    blocked: tuple[Blocked, ...]


def roll_up(forest: Forest, goal: Node, today: str) -> Rollup:
    """`today`: an ISO day. Of a ticket without anything below it all counts are 0."""
    below = forest.below(goal.id)
    leaves = tuple(id_ for id_ in below if id_ in forest.leaves)
    units = [node for id_, node in below.items() if id_ in forest.units]
    spoken_for = forest.reached(id_ for id_, node in below.items() if node.estimate is not None)
    tested = forest.reached(id_ for id_, node in below.items() if node.tests)
    facts = {fact for node in (goal, *below.values()) for fact in node.tests}
    return Rollup(
        goal=goal.id,
        leaves=leaves,
        items=_share((below[id_], 1) for id_ in leaves),
        points=_share((node, node.estimate or 0) for node in units) if units else None,
        unestimated=tuple(id_ for id_ in leaves if id_ not in spoken_for),
        state=state(fact.outcome for fact in facts),
        environments=_by_environment(facts),
        uncovered=tuple(id_ for id_ in leaves if id_ not in tested),
        slip=slip(goal, below.values(), today),
        blocked=tuple(_blocked(forest, (goal, *below.values()))),
    )


def _share(weighed: Iterable[tuple[Node, float]]) -> Share:
    sums = dict.fromkeys(Category, 0.0)
    for node, weight in weighed:
        sums[node.category] += weight
    return Share(sums[Category.DONE], sums[Category.DOING], sums[Category.TODO])


def _by_environment(facts: Iterable[TestFact]) -> Mapping[str, State]:
    ordered = sorted(facts, key=lambda fact: fact.environment)
    names = dict.fromkeys(fact.environment for fact in ordered)
    return {name: state(fact.outcome for fact in ordered if fact.environment == name) for name in names}


def _blocked(forest: Forest, nodes: Iterable[Node]) -> Iterable[Blocked]:
    for node in nodes:
        if not node.is_done:
            blockers = (forest.nodes.get(id_) for id_ in dict.fromkeys(node.blocked_by))
            yield from (Blocked(node.id, each.id) for each in blockers if each and not each.is_done)
