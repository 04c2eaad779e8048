"""One node that became another block of its kind: its attributes stay, its content is edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.splice.inlines import spliced_inlines
from pmhub_jira.richtext.splice.joints import joints_of, with_joints
from pmhub_jira.richtext.splice.likeness import likeness_of_blocks
from pmhub_jira.richtext.splice.lists import rewrite_list
from pmhub_jira.richtext.splice.merging import Merge
from pmhub_jira.richtext.splice.pictures import edit_picture
from pmhub_jira.richtext.splice.slots import BlockSlot, flat, nodes_of, slots_of, with_one_between
from pmhub_jira.richtext.splice.tables import rewrite_table
from pmhub_jira.richtext.stand_ins import PANELS
from pmhub_jira.richtext.tree import (
    Alert,
    Block,
    Blocks,
    Code,
    Expand,
    Heading,
    Inlines,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Table,
)


def spliced_children(nodes: Sequence[Node], wanted: Blocks, context: Context) -> list[Node]:
    """The children of a node, edited so that they read as `wanted`."""
    parts = slots_of(nodes, context)
    slots = list(flat(parts))
    if not slots:
        return context.write(wanted)
    joints = joints_of(slots)
    by_place = {id(joint.slot): joint for joint in joints}

    def rewrite(slot: BlockSlot, block: Block) -> list[Node]:
        if (joint := by_place.get(id(slot))) is None:
            return rewritten(slot, block, context)
        for member, part in joint.parts_of(block):
            member.now = rewritten(member, part, context) if part != member.values[0] else list(member.natives)
        return list(slot.natives)

    merge: Merge[Node, Block] = Merge(likeness_of_blocks, rewrite, context.write)
    merge.into(with_joints(slots, joints), wanted)
    for joint in joints:
        joint.settle()
    return nodes_of(parts)


def converted_children(nodes: Sequence[Node], wanted: Blocks, context: Context) -> list[Node]:
    """As `spliced_children`, with each block that changed written anew as a whole."""
    slots = with_one_between(nodes, context.read(nodes), context)
    if not slots:
        return context.write(wanted)
    merge: Merge[Node, Block] = Merge(likeness_of_blocks, lambda _, block: context.write((block,)), context.write)
    merge.into(slots, wanted)
    return nodes_of(slots)


def rewritten(slot: BlockSlot, block: Block, context: Context) -> list[Node]:
    """A slot's nodes for the block it became; written anew where an edit in place does not read as that block."""
    if isinstance(block, Listing) and not block.items:
        return []
    if (nodes := _edited(slot, block, context)) and context.read(nodes) == (block,):
        return nodes
    return context.write((block,))


def _edited(slot: BlockSlot, block: Block, context: Context) -> list[Node] | None:
    if isinstance(block, Listing):
        old = slot.values[0]
        return rewrite_list(slot.natives, old, block, context, spliced_children) if isinstance(old, Listing) else None
    if len(slot.natives) != 1 or (edit := _EDITS.get(type(block))) is None:
        return None
    edited = edit(slot.natives[0], block, context)
    return None if edited is None else [edited]


def _edit_paragraph(node: Node, block: Paragraph, context: Context) -> Node | None:
    return _with_inlines(node, block.inlines, context) if node.get("type") in {"paragraph", "caption"} else None


def _edit_heading(node: Node, block: Heading, context: Context) -> Node | None:
    if node.get("type") != "heading":
        return None
    attrs = {**node.get("attrs", {}), "level": block.level}
    return _with_inlines({**node, "attrs": attrs}, block.inlines, context)


def _with_inlines(node: Node, inlines: Inlines, context: Context) -> Node:
    return {**node, "content": spliced_inlines(node.get("content", []), inlines, context)}


def _edit_code(node: Node, block: Code, _context: Context) -> Node | None:
    if node.get("type") != "codeBlock":
        return None
    attrs = {name: value for name, value in node.get("attrs", {}).items() if name != "language"}
    attrs |= {"language": block.info} if block.info else {}
    content = [{"type": "text", "text": block.text}] if block.text else []
    return {**node, "attrs": attrs, "content": content}


def _edit_quote(node: Node, block: Quote, context: Context) -> Node | None:
    return _with_blocks(node, block.blocks, context, Place.QUOTE) if node.get("type") == "blockquote" else None


def _edit_alert(node: Node, block: Alert, context: Context) -> Node | None:
    if node.get("type") != "panel":
        return None
    if _kind(node, context) != block.kind:
        node = {**node, "attrs": {**node.get("attrs", {}), "panelType": PANELS[block.kind]}}
    return _with_blocks(node, block.blocks, context, Place.ALERT)


def _kind(node: Node, context: Context) -> str:
    read = context.read([node])
    return read[0].kind if read and isinstance(read[0], Alert) else ""


def _edit_expand(node: Node, block: Expand, context: Context) -> Node | None:
    if node.get("type") not in {"expand", "nestedExpand"}:
        return None
    attrs = node.get("attrs", {})
    if attrs.get("title", "") != block.title:
        node = {**node, "attrs": {**attrs, "title": block.title}}
    is_outer = context.room.place is Place.DOC
    return _with_blocks(node, block.blocks, context, Place.EXPAND if is_outer else Place.NESTED_EXPAND)


def _with_blocks(node: Node, blocks: Blocks, context: Context, place: Place) -> Node:
    content = spliced_children(node.get("content", []), blocks, context.inside(place))
    return {**node, "content": content or [{"type": "paragraph"}]}


_EDITS: Final[dict[type, Callable[..., Node | None]]] = {
    Paragraph: _edit_paragraph,
    Heading: _edit_heading,
    Code: _edit_code,
    Quote: _edit_quote,
    Alert: _edit_alert,
    Expand: _edit_expand,
    Table: rewrite_table,
    Picture: edit_picture,
}
