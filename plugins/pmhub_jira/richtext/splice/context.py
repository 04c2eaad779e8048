"""Reading and writing at one place of a document, so that what is read compares with what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.adf_reader.reader import Reader, key_of
from pmhub_jira.richtext.adf_writer import AdfWriter
from pmhub_jira.richtext.markdown_writer import write
from pmhub_jira.richtext.memo import ROOM, Memo
from pmhub_jira.richtext.parse import parse
from pmhub_jira.richtext.shape.places import Place
from pmhub_jira.richtext.shape.room import Room
from pmhub_jira.richtext.tree import Blocks

Node: TypeAlias = dict[str, Any]
Accounts: TypeAlias = Callable[[str], tuple[str, str] | None]
Names: TypeAlias = Callable[[str], str | None]

_MEMO: Final[Memo[tuple[bytes, Room], Blocks]] = Memo(3 * ROOM)


@dataclass(frozen=True)
class Context:
    """`accounts` and `names` are the people to write and to read; `ids` gives numbers that no local id of the document has."""

    accounts: Accounts | None
    names: Names | None
    ids: Iterator[int]
    room: Room = Room()

    def inside(self, place: Place) -> Context:
        return replace(self, room=self.room.inside(place))

    def read(self, nodes: Sequence[Node]) -> Blocks:
        """As these nodes come back when their Markdown is parsed."""
        key = key_of(nodes[0]) if len(nodes) == 1 else b""
        if not key:
            return self._read(nodes)
        known = _MEMO.get((key, self.room))
        return _MEMO.keep((key, self.room), self._read(nodes), len(key)) if known is None else known

    def _read(self, nodes: Sequence[Node]) -> Blocks:
        return self.settled(self.room.shape(Reader(self.names).blocks({"content": nodes}, 0)))

    def settled(self, blocks: Blocks) -> Blocks:
        return self.room.shape(parse(write(blocks)))

    def write(self, blocks: Sequence[Any]) -> list[Node]:
        return self.writer().at(self.room.place, tuple(blocks))

    def writer(self) -> AdfWriter:
        return AdfWriter(self.accounts, self.ids)
