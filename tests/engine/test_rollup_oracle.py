"""The roll-up against the slowest way to say the same: reachability by closure, on 10,000 random graphs with rings."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pmhub.engine.results import state
from pmhub.engine.rollup import Forest, Node, TestFact, roll_up
from pmhub.model.results import Outcome
from pmhub.model.vocabulary import Category

GRAPHS = 10_000
TODAY = "2026-05-01"
DAY = date.fromisoformat(TODAY)


def random_nodes(chance: random.Random) -> list[Node]:
    size = chance.randint(1, 8)
    ids = [chr(ord("a") + number) for number in range(size)]
    return [random_node(chance, id_, ids, chance.choice((0.5, 1.2, 2.5))) for id_ in ids]


def random_node(chance: random.Random, id_: str, ids: list[str], edges: float) -> Node:
    """Parents may be the item itself, later ones, or unknown: rings and dangling ends are common."""

    def some(average):
        return tuple(other for other in [*ids, "unknown"] if chance.random() < average / len(ids))

    def day():
        return (DAY + timedelta(days=chance.randint(-9, 9))).isoformat() if chance.random() < 0.4 else None

    tests = [TestFact(str(number), chance.choice(("linux", "mac")), None) for number in range(3)]
    return Node(
        id=id_,
        parents=some(edges),
        category=chance.choice(list(Category)),
        dropped=chance.random() < 0.1,
        estimate=chance.choice((None, None, 0.0, 1.0, 3.0)),
        target=day(),
        blocked_by=some(0.4),
        tests=tuple(TestFact(t.test, t.environment, outcome_of(t)) for t in tests if chance.random() < 0.2),
    )


def outcome_of(fact: TestFact) -> Outcome | None:
    """The latest result of one test in one environment is one, whoever speaks of it."""
    return [*Outcome, None][(int(fact.test) * 2 + (fact.environment == "mac")) % 5]


def closure(nodes: dict[str, Node]) -> dict[str, set[str]]:
    """Item → what can be reached from it over at least one step."""
    reach = {id_: {n.id for n in nodes.values() if id_ in n.parents} for id_ in nodes}
    for via in nodes:
        for id_ in nodes:
            if via in reach[id_]:
                reach[id_] |= reach[via]
    return reach


def expected(every: list[Node], goal: Node) -> dict[str, object]:
    nodes = {node.id: node for node in every if not node.dropped}
    reach = closure(nodes)
    below = (reach[goal.id] if goal.id in nodes else set()) - {goal.id}

    def lowest(ids):
        return {id_ for id_ in ids if all(id_ in reach[other] for other in reach[id_] & set(ids))}

    leaves = lowest(nodes) & below
    estimated = {id_ for id_, node in nodes.items() if node.estimate is not None}
    units = lowest(estimated) & below

    def without(marked):
        return {leaf for leaf in leaves if not any(id_ == leaf or leaf in reach[id_] for id_ in marked & below)}

    facts = {fact for id_ in below for fact in nodes[id_].tests} | set(goal.tests)
    late = [(date.fromisoformat(nodes[id_].target) - date.fromisoformat(goal.target)).days
            for id_ in below if goal.target and nodes[id_].target and not nodes[id_].is_done]  # fmt: skip
    late += [(DAY - date.fromisoformat(goal.target)).days] if goal.target else []
    return {
        "leaves": leaves,
        "items": [sum(nodes[id_].category is each for id_ in leaves) for each in Category],
        "points": [sum(nodes[i].estimate for i in units if nodes[i].category is each) for each in Category],
        "has points": bool(units),
        "unestimated": without(estimated),
        "uncovered": without({id_ for id_, node in nodes.items() if node.tests}),
        "state": state(fact.outcome for fact in facts),
        "environments": {
            name: state(fact.outcome for fact in facts if fact.environment == name)
            for name in {fact.environment for fact in facts}
        },
        "slip": max(late, default=0) if not goal.is_done and max(late, default=0) > 0 else None,
        "blocked": {
            (node.id, other)
            for node in (goal, *(nodes[id_] for id_ in below))
            for other in node.blocked_by
            if not node.is_done and other in nodes and not nodes[other].is_done
        },
    }


def found(every: list[Node], goal: Node) -> dict[str, object]:
    rolled = roll_up(Forest(every), goal, TODAY)
    points = rolled.points
    assert len(set(rolled.leaves)) == len(rolled.leaves)
    return {
        "leaves": set(rolled.leaves),
        "items": [rolled.items.todo, rolled.items.doing, rolled.items.done],
        "points": [points.todo, points.doing, points.done] if points else [0, 0, 0],
        "has points": points is not None,
        "unestimated": set(rolled.unestimated),
        "uncovered": set(rolled.uncovered),
        "state": rolled.state,
        "environments": dict(rolled.environments),
        "slip": rolled.slip.days if rolled.slip else None,
        "blocked": {(each.item, each.by) for each in rolled.blocked},
    }


def test_the_roll_up_is_what_brute_force_finds():
    rings = leaves = 0
    for seed in range(GRAPHS):
        nodes = random_nodes(random.Random(seed))
        want = expected(nodes, nodes[0])
        assert found(nodes, nodes[0]) == want, f"seed {seed}: {nodes}"
        leaves += len(want["leaves"])
        reach = closure({node.id: node for node in nodes})
        rings += any(id_ in reach[id_] for id_ in reach)
    assert rings > GRAPHS // 4, "the graphs have too few rings to tell"
    assert leaves > GRAPHS // 2, "the graphs have too few leaves to tell"
