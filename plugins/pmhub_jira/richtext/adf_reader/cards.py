"""Smart links, which show what they point to; in Markdown they are links."""

from __future__ import annotations

from collections.abc import Mapping

from pmhub_jira.richtext.adf_reader.node import Node, attrs_of, scalar
from pmhub_jira.richtext.tree import Style, Text


def card_of(node: Node) -> Text:
    attrs = attrs_of(node)
    data = attrs["data"] if isinstance(attrs.get("data"), Mapping) else {}
    url = scalar(attrs.get("url")) or scalar(data.get("url"))
    return Text(scalar(data.get("name")) or url, Style(href=url))
