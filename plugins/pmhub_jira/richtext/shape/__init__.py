"""Fits a tree to what ADF can hold at each place: what has no room is flattened, its words kept.

Both directions pass through here, so a text that went through once comes back the same from then on.
"""

from __future__ import annotations

from collections.abc import Iterable

from pmhub_jira.richtext.shape.room import Room
from pmhub_jira.richtext.tree import Block, Blocks

__all__ = ["shape"]


def shape(blocks: Iterable[Block]) -> Blocks:
    return Room().shape(blocks)
