"""One list of Markdown that is several of ADF, in one place or across the edge of a frame: an edit goes to the one it is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.shape.lists import merged_lists
from pmhub_jira.richtext.splice.alignment import same
from pmhub_jira.richtext.splice.context import Node
from pmhub_jira.richtext.splice.merging import Slot
from pmhub_jira.richtext.tree import Block, Item, Listing


@dataclass(frozen=True, slots=True)
class Joint:
    """`slot` stands for its members where they are compared with the one list they read as."""

    slot: Slot[Node, Block]
    members: tuple[Slot[Node, Block], ...]

    def parts_of(self, block: Block) -> Iterator[tuple[Slot[Node, Block], Block]]:
        """Each member with what becomes of it; a list without items is nothing."""
        if not isinstance(block, Listing):
            yield self.members[0], block
            yield from ((member, Listing(())) for member in self.members[1:])
            return
        lists = [block for member in self.members for block in member.values if isinstance(block, Listing)]
        ends = _ends([len(one.items) for one in lists], [item for one in lists for item in one.items], block.items)
        start = 0
        for member, end in zip(self.members, ends, strict=True):
            yield member, Listing(block.items[start:end], block.start)
            start = end

    def settle(self) -> None:
        """Gives what was laid around the slot to its first and last member; where it went, they went."""
        if not self.slot.now:
            for member in self.members:
                member.now = []
        self.members[0].before[:0] = self.slot.before
        self.members[-1].after += self.slot.after


def joints_of(slots: Sequence[Slot[Node, Block]]) -> list[Joint]:
    found: list[Joint] = []
    run: list[Slot[Node, Block]] = []
    for slot in slots:
        if run and slot.values and not _join(run[-1], slot):
            found += _joint(run)
            run = []
        if slot.values:
            run.append(slot)
    return [*found, *_joint(run)]


def with_joints(slots: Sequence[Slot[Node, Block]], joints: Sequence[Joint]) -> list[Slot[Node, Block]]:
    first = {id(joint.members[0]): joint.slot for joint in joints}
    rest = {id(member) for joint in joints for member in joint.members[1:]}
    return [first.get(id(slot), slot) for slot in slots if id(slot) not in rest]


def _join(one: Slot[Node, Block], other: Slot[Node, Block]) -> bool:
    return len(one.values) == len(other.values) == 1 and len(merged_lists([*one.values, *other.values])) == 1


def _joint(run: Sequence[Slot[Node, Block]]) -> list[Joint]:
    if len(run) < 2:  # noqa: PLR2004 - a joint has two sides
        return []
    whole = merged_lists([block for slot in run for block in slot.values])
    natives = tuple(node for slot in run for node in slot.natives)
    return [Joint(Slot(natives, tuple(whole)), tuple(run))]


def _ends(sizes: Sequence[int], old: Sequence[Item], new: Sequence[Item]) -> list[int]:
    """Where in the new items each member ends: before the first item that stayed of the next one."""
    pairs = same(old, new)
    ends: list[int] = []
    border = 0
    for size in sizes[:-1]:
        border += size
        before = [there + 1 for here, there in pairs if here < border]
        after = [there for here, there in pairs if here >= border]
        known = after[0] if after else before[-1] if before else 0
        ends.append(border if len(old) == len(new) else known)
    return [*ends, len(new)]
