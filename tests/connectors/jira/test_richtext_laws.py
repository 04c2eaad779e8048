"""What holds of every text and every document: valid, no word lost, nothing raised, settled after one pass."""

from __future__ import annotations

import html

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from richtext_oracle import adf_words, faults, words

from pmhub_jira.richtext import from_adf, to_adf

LAWS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)
_INLINE = st.one_of(
    _WORDS,
    _WORDS.map("**{}**".format),
    _WORDS.map("*{}*".format),
    _WORDS.map("~~{}~~".format),
    _WORDS.map("`{}`".format),
    _WORDS.map("[{}](https://example.com/a_b)".format),
    _WORDS.map("<kbd>{}</kbd>".format),
    _WORDS.map("H<sub>{}</sub>".format),
    st.sampled_from(
        ["https://example.com/x_y", "![pic](https://example.com/i.png)", "@octocat", r"\*", "<!-- note -->", "a | b"]
    ),
)
_LINE = st.lists(_INLINE, min_size=1, max_size=4).map(" ".join)
_LEAF = st.one_of(
    st.lists(_LINE, min_size=1, max_size=3).map("\n".join),
    _LINE.map("## {}".format),
    _LINE.map("```py\n{}\n```".format),
    st.tuples(_LINE, _LINE).map(lambda two: f"| {two[0]} | b |\n|---|---|\n| 1 | {two[1]} |".replace("a | b", "a b")),
    st.just("---"),
)


def _hung(marker):
    return lambda block: marker + block.replace("\n", "\n" + " " * len(marker))


def _containers(blocks):
    several = st.lists(blocks, min_size=1, max_size=3).map("\n\n".join)
    return st.one_of(
        several.map(_hung("- ")),
        several.map(_hung("1. ")),
        _LINE.map(_hung("- [x] ")),
        several.map(lambda text: "\n".join(f"> {line}" for line in text.split("\n"))),
        several.map(lambda text: "> [!NOTE]\n" + "\n".join(f"> {line}" for line in text.split("\n"))),
        several.map("<details>\n<summary>More</summary>\n\n{}\n\n</details>".format),
    )


_DOCUMENTS = st.lists(st.recursive(_LEAF, _containers, max_leaves=4), max_size=4).map("\n\n".join)
_SCRAPS = st.lists(
    st.sampled_from(
        [
            "a",
            "b1",
            " ",
            "\n",
            "\n\n",
            "*",
            "**",
            "_",
            "~~",
            "`",
            "```\n",
            "[",
            "](http://u.x)",
            "![",
            "<",
            "<b>",
            "<!-- c -->",
            "<br>",
            "<sub>",
            "</sub>",
            "> ",
            "- ",
            "1. ",
            "3) ",
            "# ",
            "---",
            "|",
            "|-|\n",
            "\\",
            "&amp;",
            "&",
            "[ ] ",
            "\t",
            "http://x.y/a_b",
            "    ",
            "[^1]: n",
            "[r]: /u",
            "[r]",
            "\x00",
            "\u00a0",
            "🚀",
            "![i](http://i.p)",
            "<http://a.b>",
            "===",
        ]
    ),
    max_size=12,
).map("".join)
_TEXTS = st.one_of(st.text(), _SCRAPS, _DOCUMENTS)

_MARKS = st.lists(
    st.sampled_from(
        [
            *({"type": kind} for kind in ("strong", "em", "strike", "code", "underline")),
            *({"type": "link", "attrs": {"href": href}} for href in ("https://e.com/x", "a b", "javascript:x", "")),
            *({"type": "textColor", "attrs": {"color": colour}} for colour in ("#8590a3", "#ff0000")),
            {"type": "subsup", "attrs": {"type": "sub"}},
        ]
    ),
    max_size=3,
)
_ADF_INLINE = st.one_of(
    st.builds(lambda text, marks: {"type": "text", "text": text, "marks": marks}, _SCRAPS, _MARKS),
    st.just({"type": "hardBreak"}),
    st.builds(
        lambda kind, text: {"type": kind, "attrs": {"id": "5", "text": text}},
        st.sampled_from(["mention", "status"]),
        _WORDS,
    ),
)
_ADF_PARAGRAPH = st.builds(lambda content: {"type": "paragraph", "content": content}, st.lists(_ADF_INLINE, max_size=4))
_KINDS = st.sampled_from(
    [
        "bulletList",
        "listItem",
        "orderedList",
        "taskList",
        "taskItem",
        "blockquote",
        "panel",
        "expand",
        "table",
        "tableRow",
        "tableCell",
        "heading",
        "codeBlock",
        "layoutSection",
        "mediaSingle",
        "fancyNewNode",
    ]
)
_ADF = st.recursive(
    st.one_of(_ADF_PARAGRAPH, _ADF_INLINE, st.just({"type": "rule"})),
    lambda inner: st.builds(
        lambda kind, content: {"type": kind, "content": content}, _KINDS, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "content", "attrs", "marks", "text", "level", "url", "order"]), inner, max_size=4
        )
        | st.builds(lambda kind, node: {"type": kind, "content": node, "attrs": node, "marks": node}, _KINDS, inner)
    ),
    max_leaves=12,
)


@LAWS
@given(_TEXTS)
def test_any_string_makes_a_valid_document(markdown):
    assert faults(to_adf(markdown, people=lambda name: ("5570:x", name))) == []


@LAWS
@given(_TEXTS)
def test_the_second_pass_of_any_string_changes_nothing(markdown):
    once = from_adf(to_adf(markdown)).text
    assert from_adf(to_adf(once)).text == once


@LAWS
@given(_DOCUMENTS)
def test_no_word_of_a_document_is_lost_on_either_way(markdown):
    wanted = words(html.unescape(markdown)) - {"details", "summary", "sub", "NOTE"}
    adf = to_adf(markdown)
    assert wanted - words(adf_words(adf)) - {"1", "x"} == set()  # list numbers and ticks are not text
    assert words(html.unescape(markdown)) - words(html.unescape(from_adf(adf).text)) == set()


@LAWS
@given(_ADF)
def test_the_second_pass_of_any_document_changes_nothing(node):
    once = from_adf({"version": 1, "type": "doc", "content": [node]}).text
    assert from_adf(to_adf(once)).text == once


@LAWS
@given(_ADF)
def test_no_word_of_any_document_is_lost(node):
    document = {"version": 1, "type": "doc", "content": [node]}
    shown = html.unescape(from_adf(document).text.replace("\\", ""))
    texts = [part["text"] for part in _texts(document)]
    assert {word for text in texts for word in words(html.unescape(text)) if word not in shown} == set()


def _texts(node):
    if isinstance(node.get("text"), str):
        yield node
    for child in node.get("content", []):
        yield from _texts(child)


@LAWS
@given(_JSON)
def test_any_json_is_read_without_raising(value):
    document = value if isinstance(value, dict) else {"type": "doc", "content": value}
    assert isinstance(from_adf(document).text, str)


@LAWS
@given(_TEXTS)
def test_the_same_text_makes_the_same_document(markdown):
    assert to_adf(markdown) == to_adf(markdown)
