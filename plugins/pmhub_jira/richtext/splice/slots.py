"""The children of a node as slots: the fewest that can be read apart and still read as the whole does.

Layouts and macros with a body have no words of their own: their children are slots as if they stood outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.shape.lists import merged_lists
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.splice.merging import Slot
from pmhub_jira.richtext.tree import Block, Blocks, Listing

BlockSlot: TypeAlias = Slot[Node, Block]

_FRAMES: Final = frozenset(
    {"layoutSection", "layoutColumn", "bodiedExtension", "bodiedSyncBlock", "mediaGroup", "mediaSingle"}
)
_EMPTY: Final[Node] = {"type": "paragraph"}


@dataclass(frozen=True, slots=True)
class Frame:
    """A node that is read as its children are."""

    node: Node
    parts: tuple[BlockSlot | Frame, ...]


def slots_of(nodes: Sequence[Node], context: Context) -> tuple[BlockSlot | Frame, ...]:
    whole = context.read(nodes)
    for parted in (_parts, _single, _with_merged_lists):
        parts = parted(nodes, context)
        if _joined(block for slot in flat(parts) for block in slot.values) == whole:
            return parts
    return with_one_between(nodes, whole, context)


def _joined(blocks: Iterable[Block]) -> Blocks:
    """Lists of bullets and of tasks that stand beside each other, whatever they stand in, are one list of Markdown."""
    return tuple(merged_lists(list(blocks)))


def flat(parts: Sequence[BlockSlot | Frame]) -> Iterator[BlockSlot]:
    for part in parts:
        if isinstance(part, Frame):
            yield from flat(part.parts)
        else:
            yield part


def nodes_of(parts: Sequence[BlockSlot | Frame]) -> list[Node]:
    """What the parts are now."""
    return list(chain.from_iterable(_rebuilt(part) for part in parts))


def _rebuilt(part: BlockSlot | Frame) -> list[Node]:
    if isinstance(part, Slot):
        return list(part.all)
    content = nodes_of(part.parts)
    if content == part.node["content"]:
        return [part.node]
    return list(_REBUILD.get(part.node["type"], _around)(part.node, content))


def _around(node: Node, content: list[Node]) -> Iterator[Node]:
    yield {**node, "content": content or [_EMPTY]}


def _media_apart(node: Node, content: list[Node]) -> Iterator[Node]:
    """Nothing but media stays in a group of media."""
    for is_media, group in groupby(content, lambda child: child.get("type") == "media"):
        run = list(group)
        yield from _around(node, run) if is_media else run


def _captioned(node: Node, content: list[Node]) -> Iterator[Node]:
    """A picture keeps its caption; what became of either otherwise stands on its own."""
    kinds = [child.get("type") for child in content]
    size = 2 if kinds[:2] == ["media", "caption"] else 1 if kinds[:1] == ["media"] else 0
    if size:
        yield {**node, "content": content[:size]}
    for child in content[size:]:
        yield {**child, "type": "paragraph"} if child.get("type") == "caption" else child


def _in_columns(node: Node, content: list[Node]) -> Iterator[Node]:
    """A section holds two columns or three and nothing else: where one of them is none any more, all stand outside."""
    kinds = [child.get("type") for child in content]
    if kinds == ["layoutColumn"] * len(node["content"]):
        yield {**node, "content": content}
        return
    for child in content:
        yield from child["content"] if child.get("type") == "layoutColumn" else [child]


_REBUILD: Final[dict[str, Callable[[Node, list[Node]], Iterator[Node]]]] = {
    "layoutSection": _in_columns,
    "mediaGroup": _media_apart,
    "mediaSingle": _captioned,
}


def _parts(nodes: Sequence[Node], context: Context) -> tuple[BlockSlot | Frame, ...]:
    return tuple(_frame(node, context) if _may_be_frame(node) else _slot([node], context) for node in nodes)


def _may_be_frame(node: Node) -> bool:
    content = node.get("content")
    return node.get("type") in _FRAMES and isinstance(content, list) and bool(content)


def _frame(node: Node, context: Context) -> BlockSlot | Frame:
    """A slot where the children do not read apart as they do inside."""
    frame, whole = Frame(node, slots_of(node["content"], context)), _slot([node], context)
    return frame if _joined(block for slot in flat([frame]) for block in slot.values) == whole.values else whole


def _slot(nodes: Sequence[Node], context: Context) -> BlockSlot:
    return Slot(tuple(nodes), context.read(nodes))


def _single(nodes: Sequence[Node], context: Context) -> tuple[BlockSlot, ...]:
    return tuple(_slot([node], context) for node in nodes)


def _with_merged_lists(nodes: Sequence[Node], context: Context) -> tuple[BlockSlot, ...]:
    """Tasks beside bullets are one list of Markdown."""
    merged: list[BlockSlot] = []
    for slot in _single(nodes, context):
        together = (
            _slot([*merged[-1].natives, *slot.natives], context) if merged and _are_lists(merged[-1], slot) else None
        )
        if together is not None and len(together.values) == 1:
            merged[-1] = together
        else:
            merged.append(slot)
    return tuple(merged)


def _are_lists(one: BlockSlot, other: BlockSlot) -> bool:
    return all(len(slot.values) == 1 and isinstance(slot.values[0], Listing) for slot in (one, other))


def with_one_between(nodes: Sequence[Node], whole: Blocks, context: Context) -> tuple[BlockSlot, ...]:
    """Single slots from both ends as far as they read as the whole does there, and one of all between."""
    single = _single(nodes, context)
    head, first = _fitting(single, whole)
    tail, last = _fitting(single[head:][::-1], whole[first:][::-1], step=-1)
    end = len(single) - tail
    middle = tuple(node for slot in single[head:end] for node in slot.natives)
    return (*single[:head], Slot(middle, whole[first : len(whole) - last]), *single[end:])


def _fitting(slots: Sequence[BlockSlot], whole: Sequence[Block], step: int = 1) -> tuple[int, int]:
    """How many slots, and how many blocks they are."""
    at = 0
    for number, slot in enumerate(slots):
        if tuple(slot.values[::step]) != tuple(whole[at : at + len(slot.values)]):
            return number, at
        at += len(slot.values)
    return len(slots), at
