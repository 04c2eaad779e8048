"""Which blocks ADF holds at which place (@atlaskit/adf-schema)."""

from __future__ import annotations

from enum import Enum, auto

from pmhub_jira.richtext.tree import Alert, Expand, Heading, Rule, Table

DEPTH = 16  # containers inside each other; deeper ones are flattened


class Place(Enum):
    DOC = auto()
    EXPAND = auto()
    NESTED_EXPAND = auto()
    ALERT = auto()
    QUOTE = auto()
    ITEM = auto()
    INNER_QUOTE = auto()  # a quote where ADF has none: its paragraphs begin with "> "


WIDE = frozenset({Place.DOC, Place.EXPAND, Place.NESTED_EXPAND})
PLACES: dict[type, frozenset[Place]] = {
    Heading: WIDE | {Place.ALERT},
    Rule: WIDE | {Place.ALERT},
    Table: frozenset({Place.DOC, Place.EXPAND}),
    Expand: frozenset({Place.DOC, Place.EXPAND}),
    Alert: WIDE,
}
