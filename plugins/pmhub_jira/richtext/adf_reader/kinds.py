"""The types of node by what becomes of them (names of @atlaskit/adf-schema)."""

from __future__ import annotations

CARDS = frozenset({"inlineCard", "blockCard", "embedCard"})
CELLS = frozenset({"tableCell", "tableHeader"})
ITEMS = frozenset({"listItem", "taskItem", "decisionItem", "blockTaskItem"})
LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
MEDIA = frozenset({"media", "mediaInline"})

INLINES = frozenset(
    [
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "status",
        "date",
        "inlineCard",
        "placeholder",
        "inlineExtension",
        "mediaInline",
    ]
)
LOSSY = frozenset(
    [
        "blockCard",
        "bodiedExtension",
        "date",
        "decisionList",
        "embedCard",
        "extension",
        "inlineCard",
        "inlineExtension",
        "layoutSection",
        "mediaGroup",
        "mediaInline",
        "placeholder",
        "status",
    ]
)
_KEPT = frozenset(
    [
        "blockquote",
        "caption",
        "codeBlock",
        "doc",
        "expand",
        "heading",
        "layoutColumn",
        "media",
        "mediaSingle",
        "nestedExpand",
        "panel",
        "paragraph",
        "rule",
        "table",
        "tableRow",
    ]
)
KNOWN = INLINES | LOSSY | LISTS | ITEMS | CELLS | _KEPT
