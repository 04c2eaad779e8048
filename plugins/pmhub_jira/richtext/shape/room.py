"""The room for blocks at one place of a document. How each block is fitted into it is a function of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.shape.alerts import fit_alert
from pmhub_jira.richtext.shape.expands import fit_expand, with_expands
from pmhub_jira.richtext.shape.leaves import fit_code, fit_heading, fit_paragraph, fit_picture, fit_rule
from pmhub_jira.richtext.shape.lists import fit_list, merged_lists
from pmhub_jira.richtext.shape.places import DEPTH, PLACES, WIDE, Place
from pmhub_jira.richtext.shape.quotes import fit_quote, merged_quotes
from pmhub_jira.richtext.shape.raw_html import fit_raw_html
from pmhub_jira.richtext.shape.tables import fit_table
from pmhub_jira.richtext.tree import (
    Alert,
    Block,
    Blocks,
    Code,
    Expand,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quote,
    RawHtml,
    Rule,
    Table,
    weight,
)


@dataclass(frozen=True, slots=True)
class Room:
    """`depth` counts the containers around it."""

    place: Place = Place.DOC
    depth: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it has no room for another container."""
        return self.depth >= DEPTH

    @property
    def is_wide(self) -> bool:
        return self.place in WIDE

    def holds(self, kind: type[Block]) -> bool:
        return self.place in PLACES[kind]

    def inside(self, place: Place) -> Room:
        return Room(place, self.depth + 1)

    def shape(self, blocks: Iterable[Block]) -> Blocks:
        source = with_expands(blocks) if self.holds(Expand) else blocks
        fit = self.fit if self.depth else self._remembered
        fitted = [new for block in source for new in fit(block)]
        return tuple(merged_lists(fitted if self.is_wide else merged_quotes(fitted)))

    def fit(self, block: Block) -> Iterable[Block]:
        return _FIT[type(block)](block, self)

    def _remembered(self, block: Block) -> Blocks:
        """What becomes of a block of the document itself; one that was read before is the same object."""
        known = _MEMO.get((id(block), self.place))
        if known is None:
            known = _MEMO.keep((id(block), self.place), (block, tuple(self.fit(block))), weight(block))
        return known[1]


_MEMO: Final[Memo[tuple[int, Place], tuple[Block, Blocks]]] = Memo()
"""By identity, which holds for as long as the block is kept here."""
_FIT: dict[type, Callable[..., Iterator[Block]]] = {
    Paragraph: fit_paragraph,
    Heading: fit_heading,
    Code: fit_code,
    Rule: fit_rule,
    RawHtml: fit_raw_html,
    Picture: fit_picture,
    Quote: fit_quote,
    Alert: fit_alert,
    Expand: fit_expand,
    Listing: fit_list,
    Table: fit_table,
}
