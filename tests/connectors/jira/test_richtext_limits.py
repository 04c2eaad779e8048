"""A body longer than a tool takes is cut between blocks, by that tool's own count of characters."""

from __future__ import annotations

import pytest
from adf_validity import AdfSchema
from markdown_it import MarkdownIt
from richtext_oracle import adf_schema, nodes

from pmhub.sdk import People
from pmhub_github import texts as github
from pmhub_jira import texts

NOBODY = People({})
BLOCKS = {
    "paragraphs": "word 🚀 and more words\n\n",
    "fences": "```py\nx = '🚀'\n\ny = 2\n```\n\n",
    "tables": "| a | 🚀 |\n|---|---|\n| 1 | 2 |\n\n",
    "lists": "> 1. item 🚀\n>    - below\n\n",
    "quotes": "> quoted 🚀\n>\n> - more\n\n",
}
JIRA_LIMIT, GITHUB_LIMIT = 32_767, 65_536


def _units(text):
    return len(text.encode("utf-16-le")) // 2


def _whole_blocks(kept, block, note):
    """Whether `kept` is nothing but blocks as they were, and the note."""
    rest = kept.removesuffix(note).rstrip("\n") + "\n\n"
    return rest.replace(block.rstrip("\n") + "\n\n", "") == ""


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("form", [texts.ADF, texts.WIKI], ids=["ADF", "wiki"])
def test_a_body_over_jiras_limit_keeps_whole_blocks(name, form):
    body = BLOCKS[name] * 1_700
    written = texts.document(body, NOBODY, form=form)
    shown = texts.read(written, NOBODY)
    length = _units(written if form is texts.WIKI else "".join(node.get("text", "") for node in nodes(written)))
    assert JIRA_LIMIT * 0.15 < length <= JIRA_LIMIT
    assert _whole_blocks(shown, texts.read(texts.document(BLOCKS[name], NOBODY, form=form), NOBODY), texts.NOTE)
    if form is texts.ADF:
        assert AdfSchema(adf_schema()).is_valid(written)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_body_over_githubs_limit_keeps_whole_blocks_and_fills_most_of_the_room(name):
    body = BLOCKS[name] * 5_000
    written = github.body(body)
    assert GITHUB_LIMIT * 0.9 < len(written) <= GITHUB_LIMIT
    assert _whole_blocks(written, BLOCKS[name], github.CUT_NOTE)


@pytest.mark.parametrize("form", [texts.ADF, texts.WIKI], ids=["ADF", "wiki"])
def test_a_sign_beyond_the_basic_plane_counts_twice_and_is_never_halved(form):
    body = "🚀" * 20_000
    shown, was_cut = texts.shown(body, NOBODY, form=form)
    assert was_cut
    assert JIRA_LIMIT - 1_000 < _units(shown) <= JIRA_LIMIT + 100
    assert set(shown.removesuffix(texts.NOTE).strip()) == {"🚀"}
    assert texts.shown("🚀" * 16_000, NOBODY, form=form) == ("🚀" * 16_000, False)


@pytest.mark.parametrize("name", BLOCKS)
def test_what_was_cut_once_fits_and_stays(name):
    once, _ = texts.shown(BLOCKS[name] * 2_500, NOBODY)
    assert texts.shown(once, NOBODY) == (once, False)
    assert MarkdownIt().parse(once)[-2].content == texts.NOTE
