"""Items and what is below them, however many parents they have and wherever these run in a ring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pmhub.engine.rollup.node import Node


class Forest:
    """`leaves`: items with nothing below them; `units`: items with an estimate and no estimate below them.

    In a ring, where everything is below everything, each item is a leaf unless something hangs below the ring; the same
    goes for units. So each piece of work counts once, and none gets lost in a ring. Dropped items are not here.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes: Mapping[str, Node] = {node.id: node for node in nodes if not node.dropped}
        self._children = _children(self.nodes)
        self.leaves, self.units = self._lowest()

    def below(self, id_: str) -> dict[str, Node]:
        """Everything below an item, itself excluded, level by level. Nothing for an unknown item."""
        return self.reached([id_], without=id_)

    def reached(self, ids: Iterable[str], *, without: str = "") -> dict[str, Node]:
        """These items and everything below them, in breadth."""
        seen = dict.fromkeys(id_ for id_ in ids if id_ in self.nodes)
        waiting = list(seen)
        for id_ in waiting:
            fresh = [child for child in self._children[id_] if child not in seen]
            seen.update(dict.fromkeys(fresh))
            waiting += fresh
        return {id_: self.nodes[id_] for id_ in seen if id_ != without}

    def _lowest(self) -> tuple[frozenset[str], frozenset[str]]:
        leaves: set[str] = set()
        units: set[str] = set()
        ring_of: dict[str, int] = {}
        estimated: dict[int, bool] = {}
        for number, ring in enumerate(rings(list(self.nodes), self._children.__getitem__)):
            ring_of.update(dict.fromkeys(ring, number))
            outside = {ring_of[child] for id_ in ring for child in self._children[id_]} - {number}
            with_estimate = [id_ for id_ in ring if self.nodes[id_].estimate is not None]
            below = any(estimated[other] for other in outside)
            estimated[number] = below or bool(with_estimate)
            leaves.update(() if outside else ring)
            units.update(() if below else with_estimate)
        return frozenset(leaves), frozenset(units)


def _children(nodes: Mapping[str, Node]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {id_: [] for id_ in nodes}
    for node in nodes.values():
        for parent in dict.fromkeys(node.parents):
            if parent in found:
                found[parent].append(node.id)
    return {id_: tuple(children) for id_, children in found.items()}


def rings(ids: Iterable[str], children: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Strongly connected components, what is below a ring before the ring itself (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    open_: set[str] = set()
    for root in ids:
        if root in index:
            continue
        path = [(root, iter(children(root)))]
        _enter(root, index, low, stack, open_)
        while path:
            here, below = path[-1]
            child = next((each for each in below if each not in index or _lower(here, each, low, index, open_)), None)
            if child is not None:
                path.append((child, iter(children(child))))
                _enter(child, index, low, stack, open_)
                continue
            path.pop()
            if path:
                low[path[-1][0]] = min(low[path[-1][0]], low[here])
            if low[here] == index[here]:
                yield _ring(here, stack, open_)


def _enter(id_: str, index: dict[str, int], low: dict[str, int], stack: list[str], open_: set[str]) -> None:
    index[id_] = low[id_] = len(index)
    stack.append(id_)
    open_.add(id_)


def _lower(here: str, child: str, low: dict[str, int], index: dict[str, int], open_: set[str]) -> bool:
    """An edge back into a ring that is not closed yet; there is nothing to go into."""
    if child in open_:
        low[here] = min(low[here], index[child])
    return False


def _ring(root: str, stack: list[str], open_: set[str]) -> tuple[str, ...]:
    ring: list[str] = []
    while not ring or ring[-1] != root:
        ring.append(stack.pop())
    open_.difference_update(ring)
    return tuple(ring)
