"""The corpus of hard cases goes to ADF and back."""

from __future__ import annotations

import pytest
from richtext_oracle import corpus, faults

from pmhub.model.markdown import text_key
from pmhub_jira.richtext import from_adf, to_adf

# What ADF has no room for, and what is left of it.
LEFT_BEHIND = {
    "code in bold": "`cfg.toml` is bold code",  # code carries no other mark than a link
    "table align": "| A | B | C |\n|---|---|---|\n| 1 | 2 | 3 |",
}
# ADF cases that come back as another node; their words are in the Markdown.
CHANGED = {
    "marks", "textColor", "mention", "emoji", "status", "date", "inlineCard", "blockCard", "mediaSingle file", "mediaGroup",
    "decisionList", "table hdr", "table colspan", "table w/ list", "align mark", "line-start special",
    "leading/trailing sp bold", "empty para", "extension", "layoutSection", "unknown node",
}  # fmt: skip


def test_every_markdown_case_comes_back_the_same_but_for_the_named_ones():
    cases = corpus("markdown")
    back = {name: from_adf(to_adf(markdown)).text for name, markdown in cases.items()}
    missed = {name: back[name] for name in cases if text_key(back[name]) != text_key(cases[name])}
    assert missed == LEFT_BEHIND


def test_every_markdown_case_makes_a_valid_document():
    assert {name: found for name, case in corpus("markdown").items() if (found := faults(to_adf(case)))} == {}


def test_every_adf_case_makes_a_valid_document_again():
    assert {name: found for name, case in corpus("adf").items() if (found := faults(to_adf(from_adf(case).text)))} == {}


def test_every_adf_case_comes_back_the_same_but_for_the_named_ones():
    changed = {name for name, case in corpus("adf").items() if _bare(to_adf(from_adf(case).text)) != _bare(case)}
    assert changed == CHANGED


@pytest.mark.parametrize("kind", ["markdown", "adf"])
def test_the_second_pass_changes_nothing(kind):
    for name, case in corpus(kind).items():
        once = from_adf(to_adf(case) if kind == "markdown" else case).text
        assert from_adf(to_adf(once)).text == once, name


def _bare(node):
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in node.items() if key != "localId"}
    return [_bare(child) for child in node] if isinstance(node, list) else node
