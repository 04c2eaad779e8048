"""An edit laid into the document that stands there: only the blocks that changed are converted, and of these only what did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from pmhub_jira.richtext.parse import parse
from pmhub_jira.richtext.splice.blocks import converted_children, spliced_children
from pmhub_jira.richtext.splice.context import Accounts, Context, Names, Node

__all__ = ["splice_adf"]


def splice_adf(over: Mapping[str, Any], markdown: str, accounts: Accounts | None, names: Names | None) -> Node:
    """`over` as it has to be so that it reads as `markdown`; every node that no edit touched is the one that stood there."""
    used = set(_local_ids(over))
    context = Context(accounts, names, (number for number in count(1) if str(number) not in used))
    wanted = context.settled(context.room.shape(parse(markdown)))
    for splice in (spliced_children, converted_children):
        content = splice(over.get("content", []), wanted, context)
        if context.read(content) == wanted:
            break
    else:
        content = context.write(wanted)
    return {"version": 1, "type": "doc", **over, "content": content}


def _local_ids(node: object) -> Iterator[str]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            attrs = one.get("attrs")
            yield str(attrs.get("localId", "")) if isinstance(attrs, Mapping) else ""
            waiting.extend(one["content"] if isinstance(one.get("content"), list) else [])
