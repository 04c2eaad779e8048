"""Node ids of issues by their key (`owner/repo#7`) and back: REST names a comment's issue and a parent only by address."""

from __future__ import annotations

from collections.abc import Iterable

from pmhub.sdk import Context
from pmhub_github import shapes
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire

WEEK = 7 * 24 * 3600 * 1000


class Names:
    """What this run has seen, then the context's memory, then one GraphQL query for all that is still missing."""

    def __init__(self, wire: Wire, context: Context) -> None:
        self._wire = wire
        self._context = context
        self._ids: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def learn(self, key: str | None, node_id: str | None) -> None:
        if key and node_id:
            self._ids[key.casefold()] = node_id
            self._keys[node_id] = key

    def fill(self, things: Iterable[Shape], part: str) -> None:
        """Set the `node_id` of each thing's `parent` or `issue`; it stays None where GitHub no longer tells it.

        A comment's issue has nearly always changed with it and so was listed in the same run. The query asks for the
        things themselves, 100 at once, as GraphQL tells the other issue's id with them.
        """
        open_ones = [thing for thing in things if thing[part] and not thing[part]["node_id"]]
        unknown = [thing for thing in open_ones if self._known(thing[part]["key"]) is None]
        if unknown:
            self._look_up(unknown, part)
        for thing in open_ones:
            thing[part] = {**thing[part], "node_id": self._known(thing[part]["key"])}

    def key(self, node_id: str) -> str | None:
        """`owner/repo#7` of an issue."""
        if node_id not in self._keys:
            node = self._wire.issue_nodes([node_id]).found.get(node_id)
            if node and "number" in node:
                self._remember(f"{node['repository']['nameWithOwner']}#{node['number']}", node_id)
        return self._keys.get(node_id)

    def _known(self, key: str) -> str | None:
        if key.casefold() not in self._ids:
            self.learn(key, self._context.memory.get(memory_key(key)))
        return self._ids.get(key.casefold())

    def _look_up(self, things: list[Shape], part: str) -> None:
        for node in self._wire.issue_nodes([thing["node_id"] for thing in things]).found.values():
            told = node.get(part)
            if told:
                self._remember(*pair_of(shapes.reference_from_node(told)))

    def _remember(self, key: str, node_id: str) -> None:
        self.learn(key, node_id)
        self._context.memory.put(memory_key(key), node_id, until=self._context.clock() + WEEK)


def pair_of(reference: Shape) -> tuple[str, str]:
    return str(reference["key"]), str(reference["node_id"])


def memory_key(key: str) -> str:
    return f"node-id:{key.casefold()}"
