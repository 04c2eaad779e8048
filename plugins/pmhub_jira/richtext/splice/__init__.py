"""An edit laid into the document that stands there: only the blocks that changed are converted, and of these only what did."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final, cast

from pmhub_jira.richtext.adf_reader.reader import key_of
from pmhub_jira.richtext.adf_writer import MENTION
from pmhub_jira.richtext.memo import ROOM, Memo
from pmhub_jira.richtext.parse import parse
from pmhub_jira.richtext.splice.blocks import converted_children, spliced_children
from pmhub_jira.richtext.splice.context import Accounts, Context, Names, Node

__all__ = ["splice_adf"]


_MEMO: Final[Memo[tuple[bytes, str, tuple[tuple[str, str] | None, ...]], bytes]] = Memo(3 * ROOM)
"""The same edit is asked for twice: by the plan, which tells what it takes away, and by the write."""


def splice_adf(over: Mapping[str, Any], markdown: str, accounts: Accounts | None, names: Names | None) -> Node:
    """`over` as it has to be so that it reads as `markdown`; every node that no edit touched is as it stood there."""
    who = tuple(map(accounts, MENTION.findall(markdown))) if accounts is not None and "@" in markdown else ()
    key = (key_of(over), markdown, who)
    if not key[0]:
        return _spliced(over, markdown, accounts, names)
    known = _MEMO.get(key)
    if known is None:
        written = marshal.dumps(_spliced(over, markdown, accounts, names))
        known = _MEMO.keep(key, written, len(written))
    return cast("Node", marshal.loads(known))  # noqa: S302 - written above


def _spliced(over: Mapping[str, Any], markdown: str, accounts: Accounts | None, names: Names | None) -> Node:
    context = Context(accounts, names, _new_ids(over))
    wanted = context.settled(context.room.shape(parse(markdown)))
    for splice in (spliced_children, converted_children):
        content = splice(over.get("content", []), wanted, context)
        if context.read(content) == wanted:
            break
    else:
        content = context.write(wanted)
    return {"version": 1, "type": "doc", **over, "content": content}


def _new_ids(over: Mapping[str, Any]) -> Iterator[int]:
    used = set(_local_ids(over))
    yield from (number for number in count(1) if str(number) not in used)


def _local_ids(node: object) -> Iterator[str]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            attrs = one.get("attrs")
            yield str(attrs.get("localId", "")) if isinstance(attrs, Mapping) else ""
            waiting.extend(one["content"] if isinstance(one.get("content"), list) else [])
