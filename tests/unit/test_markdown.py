"""The Markdown normal form: what is the same, what is not, and where a text may be cut."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pmhub.model.markdown import cut, line_key, strip_controls, text_key

NOTE = "(cut)"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("*x*", "_x_"),
        ("**x**", "__x__"),
        ("***x***", "**_x_**"),
        ("- a", "* a"),
        ("- a", "+   a"),
        ("1. a", "1) a"),
        ("- [X] a", "- [x]  a"),
        ("a  b", "a b  "),
        ("a\r", "a"),
        (r"a\_b", "a_b"),
        (r"2 \* 3", "2 * 3"),
        ("a &amp; b", "a & b"),
        ("##  a ##", "## a"),
        ("| a |b|", "|a|  b |"),
        ("|:--|---|", "| :------ | - |"),
        ("***", "- - -"),
        ("~~~ py", "```py"),
        ("<https://e.com/x>", "https://e.com/x"),
        ("`` a ``", "`a`"),
        ("a<br/>b", "a<br>b"),
        ("> a", ">a"),
    ],
)
def test_what_tools_merely_reformat_has_one_key(one, other):
    assert line_key(one) == line_key(other)
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "b"),
        ("a", "**a**"),
        ("*a*", "**a**"),
        ("*x*", r"\*x\*"),
        ("# a", r"\# a"),
        ("# a", "## a"),
        ("- a", r"\- a"),
        ("1. a", "2. a"),
        ("- [ ] a", "- [x] a"),
        ("[a](b)", "[a](c)"),
        ("[a](b)", '[a](b "t")'),
        ("[a](b)", "![a](b)"),
        ("`*a*`", "`_a_`"),
        ("`a  b`", "`a b`"),
        ("*a *b* c*", "*a _b* c_"),
        ("<b>", "&lt;b>"),
        ("|:-|-|", "|-:|-|"),
        ("```py", "```js"),
        ("    *a*", "    _a_"),
    ],
)
def test_what_renders_differently_has_two_keys(one, other):
    assert line_key(one) != line_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a\n\n\n\nb", "a\n\nb"),
        ("\n\na\n\n", "a"),
        ("a\r\nb", "a\nb"),
        ("a  \nb\\\nc", "a\nb\nc"),
        ("- a\n\n- b", "- a\n- b"),
        ("- a\n    - b", "- a\n  - b"),
        ("Title\n=====", "# Title"),
        ("```\na\n```", "~~~~\na\n~~~~"),
    ],
)
def test_whole_texts_that_say_the_same_have_one_key(one, other):
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("- a\n- b", "- a\n  - b"),
        ("a\n\nb", "a\nb"),
        ("a\n---", "a\n***"),
        ("```\n*a*\n```", "```\n_a_\n```"),
        ("```\na\n\n\nb\n```", "```\na\n\nb\n```"),
        ("```\na  b\n```", "```\na b\n```"),
        ("`a\n*x*\nb`", "`a\n_x_\nb`"),
        ("<pre>\n*a*\n\n*b*\n</pre>", "<pre>\n_a_\n\n_b_\n</pre>"),
        ("a\\", "a"),
        ("a\\\n===\nb", "a\nb"),
        ("- a\n\nb\n\n    code", "- a\n\nb\n\n  code"),
    ],
)
def test_whole_texts_that_say_something_else_have_two_keys(one, other):
    assert text_key(one) != text_key(other)


@pytest.mark.parametrize("text", [None, "", " ", "\n\t\r\n"])
def test_no_text_is_one_thing(text):
    assert text_key(text) == ()


_PIECES = [
    "a",
    "b",
    " ",
    "*",
    "_",
    "**",
    "`",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "# ",
    "> ",
    "\\",
    "[",
    "](u)",
    "&amp;",
    "&",
    "```\n",
]
_SWAPS = {"*": "_", "**": "__", "- ": "* ", "&": "&amp;", " ": "  "}


@given(st.lists(st.sampled_from(_PIECES), max_size=8), st.data())
def test_equal_keys_render_the_same(pieces, data):
    one = "".join(pieces)
    other = "".join(data.draw(st.sampled_from([p, _SWAPS.get(p, p), f"\\{p}"])) for p in pieces)
    if text_key(one) == text_key(other):
        assert _rendered(one) == _rendered(other)


def _rendered(text: str) -> str:
    """What a tracker shows: newlines as breaks, loose lists as tight ones."""
    html = MarkdownIt("commonmark", {"breaks": True}).render(text)
    html = (
        re.sub(r"<br />|</?p>", " ", html)
        .replace("<em><strong>", "<strong><em>")
        .replace("</strong></em>", "</em></strong>")
    )
    return re.sub(r"\s+", "", html)


@given(st.text())
def test_a_text_has_the_key_of_itself_with_other_line_ends(text):
    plain = strip_controls(text)
    assert text_key(plain) == text_key(plain.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "`" * 60_000,
        "*a " * 20_000,
        "[a](" * 15_000,
        "<a" * 30_000,
        "1. " * 20_000,
        '[a](b "' * 8_000,
        "- " * 30_000,
        "\\" * 60_000,
    ],
    ids=lambda text: text[:4],
)
def test_no_body_makes_the_key_slow(text):
    start = time.process_time()
    text_key(text)
    assert time.process_time() - start < 3  # a quadratic reading takes minutes


def test_controls_go_and_everything_a_person_typed_stays():
    assert strip_controls("a\x00b\x07\x85c\x1b") == "abc"
    assert strip_controls("a\r\nb\rc\td") == "a\nb\nc\td"
    assert strip_controls("\u200f👩‍💻\u202e") == "\u200f👩‍💻\u202e"
    assert strip_controls("a\ud800b") == "a\ufffdb"
    assert strip_controls("\ud83d\ude80") == "🚀"


def test_a_text_that_fits_is_left_alone():
    assert cut("a\n\n", 3, NOTE) == ("a\n\n", False)


def test_a_text_is_cut_at_the_last_blank_line_that_fits():
    assert cut("one\n\ntwo\n\nthree three", 20, NOTE) == (f"one\n\ntwo\n\n{NOTE}", True)


def test_a_cut_never_falls_into_code_or_a_table():
    code = "intro\n\n```\na\n\nb\n\nc\n\nd\n```\n\nend"
    assert cut(code, 26, NOTE)[0] == f"intro\n\n{NOTE}"
    table = "intro\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"
    assert cut(table, 40, NOTE)[0] == f"intro\n\n{NOTE}"
    assert cut("```\n" + "a\n\n" * 50 + "```", 40, NOTE)[0] == NOTE
    assert cut("a | b\n--|--\n" + "c | d\n" * 50, 40, NOTE)[0] == NOTE


def test_one_long_paragraph_is_cut_between_words():
    assert cut("word " * 50, 30, NOTE)[0] == f"word word word word\n\n{NOTE}"


def test_a_paragraph_before_code_that_must_go_stays():
    assert cut("words\nmore words\n```\n" + "x\n" * 50, 40, NOTE)[0] == f"words\nmore words\n\n{NOTE}"


def test_a_cut_keeps_surrogate_halves_together():
    kept, _ = cut("\ud83d\ude80" * 20, 16, NOTE)
    assert kept.removesuffix(f"\n\n{NOTE}").encode("utf-16-le", "surrogatepass").decode("utf-16-le") == "🚀" * 4


@given(
    st.lists(st.sampled_from(["a ", "word", "\n", "\n\n", "```\n", "| a |\n", "|---|\n", "~~~"])).map("".join),
    st.integers(0, 60),
)
def test_a_cut_text_is_never_longer_than_its_limit_and_leaves_no_code_open(text, limit):
    kept, was_cut = cut(text, limit, NOTE)
    assert len(kept) <= limit
    assert was_cut == (len(text) > limit)
    if was_cut and limit > len(NOTE):
        assert kept.endswith(NOTE)
        last = MarkdownIt().parse(kept)[-2]
        assert last.content == NOTE
