"""Values to write where the author gives none. A connector's `fit` says which of them its remote can hold."""

from __future__ import annotations

from collections.abc import Mapping

from pmhub.sdk import Kind
from pmhub.testing.conformance.bench import Sample

_TITLES: Sample = ("Pay in one step", "Pay in two steps")
_BODIES: Sample = ("Why it matters\n\n- one\n- two", "Why it does **not** matter")
_LABELS: Sample = (("checkout", "web"), ("web", "wish"))
_DATES: Sample = ("2026-03-02", "2026-04-30")

SAMPLES: Mapping[Kind, Mapping[str, Sample]] = {
    Kind.TICKET: {
        "title": _TITLES,
        "body": _BODIES,
        "status": ("todo", "done"),
        "labels": _LABELS,
        "due": _DATES,
        "estimate": (3.0, 5.0),
        "priority": ("high", "low"),
    },
    Kind.COMMENT: {"body": ("Said at first", "Said **later**")},
    Kind.ROADMAP_ITEM: {
        "title": _TITLES,
        "body": _BODIES,
        "status": ("planned", "shipped"),
        "labels": _LABELS,
        "start": _DATES,
        "target": _DATES,
        "horizon": ("now", "later"),
        "objective": ("Fewer lost carts", "No lost carts"),
    },
    Kind.RELEASE: {
        "version": ("1.0", "1.1"),
        "date": _DATES,
        "notes": ("### Fixed\n\n- Paying twice", "### New\n\n- Paying once"),
    },
}

TEXTS = (
    "plain",
    "Grüße, 你好, שלום, 👩‍👩‍👧 and e\u0301",
    "# Heading\n\nA **bold** and an *inclined* word, `code`, a [link](https://example.com/a_b).",
    "- one\n- two\n  - deeper\n\n1. first\n2. second",
    "- [ ] open\n- [x] done",
    "```python\nprint('x <y> & z')\n```",
    "> quoted\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "a < b && c > d, 100 %, C:\\path, snake_case_word, *not closed, <b>html</b>",
    "  leading blanks, trailing blanks  \n\n\n\nand a gap",
    "x" * 3_000,
)
