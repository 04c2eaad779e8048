"""An image whose address, words or link changed: size, layout and border stay."""

from __future__ import annotations

from pmhub_jira.richtext.adf_reader.node import children_of
from pmhub_jira.richtext.splice.context import Context, Node
from pmhub_jira.richtext.splice.inlines import spliced_inlines
from pmhub_jira.richtext.tree import Image, Picture, Text


def edit_picture(node: Node, block: Picture, context: Context) -> Node | None:
    """None for a file, whose address is not its own."""
    image = block.image
    if node.get("type") == "media":
        return None if image.title else _media(node, image)
    media, *captions = [dict(child) for child in children_of(node)] or [{}]
    if media.get("type") != "media" or (edited := _media(media, image)) is None:
        return None
    outer = {**node, "marks": _unlinked(node)} if _linked(media) or not image.href else node
    return {**_clean(outer), "content": [edited, *_captions(captions, image, context)]}


def _media(node: Node, image: Image) -> Node | None:
    attrs = node.get("attrs", {})
    if "url" not in attrs:
        return None
    attrs = {**{name: value for name, value in attrs.items() if name != "alt"}, "url": image.url}
    attrs |= {"alt": image.alt} if image.alt else {}
    link = [{"type": "link", "attrs": {"href": image.href}}] if image.href else []
    return _clean({**node, "attrs": attrs, "marks": [*_unlinked(node), *link]})


def _captions(captions: list[Node], image: Image, context: Context) -> list[Node]:
    if not image.title:
        return []
    old: Node = captions[0] if captions else {"type": "caption"}
    return [{**old, "content": spliced_inlines(old.get("content", []), (Text(image.title),), context)}]


def _linked(node: Node) -> bool:
    return len(_unlinked(node)) < len(node.get("marks", []))


def _unlinked(node: Node) -> list[Node]:
    return [mark for mark in node.get("marks", []) if mark.get("type") != "link"]


def _clean(node: Node) -> Node:
    return {name: value for name, value in node.items() if name != "marks" or value}
