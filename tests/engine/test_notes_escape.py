"""Whatever people write in a title shows as they typed it, and is nothing but words to a reader of Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pmhub.engine.notes.escape import address, escaped, one_line

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PIECES = (
    "# ", "#", " #", "##", "- ", "-", "---", "+ ", "* ", "***", "1. ", "12)", "1.", "> ", "```", "~~~", "`", "``", "~~", "===",
    "| a | b |", "|---|", "|", "[", "]", "(", ")", "](", "![", "[x]: /u", "[ ] ", "<b>", "</b>", "<!-- pmhub:end -->", "<", ">",
    "&lt;", "&#35;", "&", ";", "\\", "\\\\", "\n", "\r", "\n\n", "    ", "\t", "\u2028", "\u202e", "\x00", "\ud800", "_", "__",
    "*", "**", "https://e.example/x", "<https://e.example>", "www.e.example", "$", "$$", "a", "word", "é", "1", ".", ":", "!", " ",
)  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), st.text(max_size=30))
PLACES = {
    "a paragraph": ("{}", ["paragraph_open", "inline", "paragraph_close"]),
    "below a line": ("above\n{}", ["paragraph_open", "inline", "paragraph_close"]),
    "a heading": ("### {}", ["heading_open", "inline", "heading_close"]),
    "a quote": ("> {}", ["blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"]),
}
WORDS = {"text", "text_special", "softbreak"}


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=150)
@given(TEXTS.filter(one_line))
def test_a_text_is_only_words_wherever_it_stands(place, text) -> None:
    frame, blocks = PLACES[place]
    tokens = READER.parse(frame.format(escaped(text)))
    assert [token.type for token in tokens] == blocks
    inline = next(token for token in tokens if token.type == "inline")
    assert {child.type for child in inline.children} <= WORDS
    assert "".join(child.content for child in inline.children).removeprefix("above") == one_line(text)


@settings(deadline=None, max_examples=150)
@given(TEXTS.filter(one_line))
def test_a_text_stays_in_its_cell_and_in_its_link(text) -> None:
    table = READER.parse(f"| a | b |\n|---|---|\n| {escaped(text)} | last |")
    assert [token.content for token in table if token.type == "inline"][3:] == ["last"]
    link = READER.parse(f"[{escaped(text)}](https://e.example)")[1].children
    assert [link[0].type, link[-1].type] == ["link_open", "link_close"]
    assert "".join(child.content for child in link[1:-1]) == one_line(text)


@pytest.mark.parametrize("bare", ["https://e.example", "HTTP://e.example", "www.e.example", "(ftp://e.example)"])
def test_an_address_in_a_title_is_no_link(bare) -> None:
    """Trackers make links of `://` and `www.` with nothing around them (GFM 6.9); a backslash stands in their way."""
    assert not re.search(r"[a-z]://|www[.]", escaped(bare), re.IGNORECASE)
    assert READER.renderInline(escaped(bare)) == bare


@pytest.mark.parametrize("plain", ["Pay by card", "SHOP-12", "5 of 7", "C# is nice", "1.5 times", "it's (not) so: 3%"])
def test_ordinary_words_stay_as_they_are(plain) -> None:
    assert escaped(plain) == plain


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://git.example/shop/pull/1", "https://git.example/shop/pull/1"),
        ("https://git.example/?a=1&copy;=(2)", "https://git.example/?a=1&amp;copy;=%282%29"),
        ("https://git.example/a b<c>`\\", "https://git.example/a%20b%3Cc%3E%60%5C"),
        ("https://git.example/é%20", "https://git.example/%C3%A9%20"),
        ("javascript:alert(1)", ""),
        ("/relative", ""),
        ("https://", ""),
        ("", ""),
    ],
)
def test_a_link_leads_to_a_web_address_or_nowhere(url, kept) -> None:
    assert address(url) == kept


@settings(deadline=None)
@given(TEXTS)
def test_no_address_leaves_its_link(rest) -> None:
    tokens = READER.parse(f"[key]({address('https://git.example/' + rest)})")
    assert [child.type for child in tokens[1].children] == ["link_open", "text", "link_close"]
