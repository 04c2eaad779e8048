"""What the laws of all kinds share: texts and labels to try, and how to compare what is shown with what is seen."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from pmhub.engine.canon import equal
from pmhub.model.records import Merge, schema
from pmhub.sdk import Kind, Record, SetChange, kind_of, values

MARKDOWN = (
    "# Title", "- one\n- two", "1. a\n2. b", "**bold** and `code`", "> quoted", "```py\nx = 1\n```", "| a | b |\n|---|---|\n| 1 | 2 |",
    "[x] done", "see https://example.com/a_b", "@Ann Lee", "<b>html</b>", "line\\\nbreak", "a\n\n\nb", "fixes #12", "Ann wrote:", "---",
)  # fmt: skip
BODIES = st.one_of(
    st.none(),
    st.lists(st.sampled_from(MARKDOWN) | st.text(max_size=60), max_size=5).map("\n\n".join),
    st.text(st.sampled_from(string.printable), max_size=200),
)
LABELS = st.lists(st.text(max_size=30) | st.sampled_from(["good first issue", "a␣b", "my_label"]), max_size=4).map(
    tuple
)


def differences(shown: Record, seen: Record) -> dict[str, tuple[Any, Any]]:
    specs, there = schema(kind_of(shown)), values(seen)
    return {
        name: (value, there.get(name))
        for name, value in values(shown).items()
        if name not in there or not equal(specs[name], value, there[name])
    }


def change(kind: Kind, name: str, now: Any, was: Any) -> Any:
    if schema(kind)[name].merge is not Merge.SET:
        return now
    return SetChange(tuple(sorted(set(now) - set(was))), tuple(sorted(set(was) - set(now))))
