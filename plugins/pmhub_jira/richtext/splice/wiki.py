"""An edit laid into wiki markup: every paragraph, list, table and macro that no edit touched is the text that stood there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.markdown_writer import write
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.parse import parse
from pmhub_jira.richtext.shape import shape
from pmhub_jira.richtext.splice.likeness import likeness_of_blocks, likeness_of_items
from pmhub_jira.richtext.splice.merging import Merge, Slot
from pmhub_jira.richtext.splice.words import with_words_changed
from pmhub_jira.richtext.tree import Block, Blocks, Item, Listing
from pmhub_jira.richtext.wiki import write_wiki
from pmhub_jira.richtext.wiki.blocks import Chunk, chunks_of, read_text, read_top
from pmhub_jira.richtext.wiki.inline_writer import MENTION, People
from pmhub_jira.richtext.wiki.inlines import InlineReader
from pmhub_jira.richtext.wiki.lines import lines_of
from pmhub_jira.richtext.wiki.lists import split_items


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text; `before` is what stood between it and the piece before it."""

    text: str
    before: str = ""


_Slot: TypeAlias = Slot[_Piece, Block]


_MEMO: Final[Memo[tuple[str, str, tuple[str | None, ...]], str]] = Memo()


def splice_wiki(over: str, markdown: str, accounts: People | None, names: People | None) -> str:
    """`over` as it has to be so that it reads as `markdown`."""
    if "[~" in over:
        return _spliced(over, markdown, accounts, names)
    who = tuple(map(accounts, MENTION.findall(markdown))) if accounts is not None and "@" in markdown else ()
    key = (over, markdown, who)
    known = _MEMO.get(key)
    return _MEMO.keep(key, _spliced(over, markdown, accounts, names), len(over)) if known is None else known


def _spliced(over: str, markdown: str, accounts: People | None, names: People | None) -> str:
    over = over.replace("\r\n", "\n").replace("\r", "\n")
    wanted = _settled(shape(parse(markdown)))
    slots = _slots(over, names)
    if not slots:
        return write_wiki(wanted, accounts)
    people = _People(accounts, names)
    merge: Merge[_Piece, Block] = Merge(likeness_of_blocks, people.rewrite, people.write)
    merge.into(slots, wanted)
    text = _joined([piece for slot in slots for piece in slot.all]) + _tail(over)
    return text if _read(text, names) == wanted else write_wiki(wanted, accounts)


@dataclass(frozen=True, slots=True)
class _People:
    """Who is written and who is read."""

    accounts: People | None
    names: People | None

    def write(self, blocks: Sequence[Block]) -> list[_Piece]:
        return [_Piece(write_wiki((block,), self.accounts)) for block in blocks]

    def rewrite(self, slot: _Slot, block: Block) -> list[_Piece]:
        piece = slot.natives[0]
        tried = with_words_changed(piece.text, write(slot.values), write((block,)))
        if tried is None or _read(tried, self.names) != (block,):
            tried = self._by_items(piece.text, slot.values[0], block)
        if tried is None or _read(tried, self.names) != (block,):
            tried = write_wiki((block,), self.accounts)
        return [_Piece(tried, piece.before)]

    def _by_items(self, text: str, old: Block, block: Block) -> str | None:
        """A list in which every item that stayed is as it was."""
        items = split_items(text)
        if not isinstance(old, Listing) or not isinstance(block, Listing) or len(items) != len(old.items):
            return None
        slots = [Slot((one,), (item,)) for one, item in zip(items, old.items, strict=True)]

        def lines_of_items(items: Sequence[Item]) -> list[str]:
            return [write_wiki((Listing((item,), block.start),), self.accounts) for item in items]

        merge: Merge[str, Item] = Merge(likeness_of_items, lambda _, item: lines_of_items([item]), lines_of_items)
        merge.into(slots, block.items)
        return "\n".join(one for slot in slots for one in slot.all)


def _slots(text: str, names: People | None) -> list[_Slot]:
    """One for each chunk, or for the run of chunks that does not read as its parts do."""
    chunks = list(chunks_of(lines_of(text)))
    pieces = [_piece(text, chunk, chunks[number - 1].end if number else 0) for number, chunk in enumerate(chunks)]
    slots = [
        Slot((piece,), _settled(shape(read_top(piece.text, chunk, InlineReader(names)))))
        for piece, chunk in zip(pieces, chunks, strict=True)
    ]
    whole = _read(text, names)
    if tuple(block for slot in slots for block in slot.values) == whole:
        return slots
    return [Slot((_Piece(text),), whole)] if whole else []


def _piece(text: str, chunk: Chunk, end: int) -> _Piece:
    return _Piece(text[chunk.start : chunk.end], text[end : chunk.start])


def _tail(text: str) -> str:
    """What stands below the last chunk."""
    return text[[chunk.end for chunk in chunks_of(lines_of(text))][-1] :]


def _joined(pieces: Sequence[_Piece]) -> str:
    """A piece keeps what parted it from its neighbour, if that parts them at all."""
    text = ""
    for piece in pieces:
        gap = piece.before if "\n" in piece.before or not text else "\n\n"
        text += (gap if text or not gap.strip("\n") else "") + piece.text
    return text


def _read(text: str, names: People | None) -> Blocks:
    return _settled(shape(read_text(text, InlineReader(names))))


def _settled(blocks: Blocks) -> Blocks:
    return shape(parse(write(blocks)))
