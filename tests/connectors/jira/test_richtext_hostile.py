"""Bodies made to hurt: deep, wide, broken. They are read in time, keep their words and stay valid."""

from __future__ import annotations

import time

import pytest
from richtext_oracle import adf_words, doc, faults, nodes, words

from pmhub_jira.richtext import from_adf, to_adf

_PROSE = "Some **bold** text with `code`, a [link](https://example.com/a_b), *emphasis* and https://example.com/x.\n"
_ORDINARY = (_PROSE * 3 + "\n- item\n  - nested **x**\n- [ ] task\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n") * 170
_WIDE = {
    "brackets": "[" * 60_000,
    "images": "![" * 30_000,
    "half links": "[a](" * 15_000,
    "stars": "*a " * 20_000,
    "tight stars": "**a***b*" * 8_000,
    "ticks": "".join("`" * length + " " for length in range(360)),
    "angles": "<" * 60_000,
    "tags": "<b>" * 10_000,
    "comments": "<!--" * 15_000,
    "entities": "&a" * 30_000,
    "pipes": "|" * 3_000 + "\n" + "|-" * 3_000 + "\n" + ("|a" * 10 + "\n") * 1_000,
    "definitions": "".join(f"[a{number}]: /u\n" for number in range(3_000)),
    "parentheses": "http://x" + "(" * 30_000 + ")" * 30_000,
    "open details": "<details>\n<summary>x</summary>\n\n" * 1_000,
}
_DEEP = {
    "quotes": ">" * 10_000 + " deep",
    "lists": "- " * 10_000 + "deep",
    "numbers": "1. " * 10_000 + "deep",
    "quotes and lists": "> - " * 10_000 + "deep",
    "indented lists": "\n".join(" " * (2 * level) + f"- w{level}" for level in range(250)) + " deep",
    "lines of quotes": "\n".join(">" * level + f" w{level}" for level in range(250)) + " deep",
}


def _timed(markdown):
    start = time.process_time()
    adf = to_adf(markdown)
    back = from_adf(adf).text
    return adf, back, time.process_time() - start


def test_a_long_ordinary_body_goes_both_ways_in_about_a_second():
    assert len(_ORDINARY) > 64_000
    _, back, seconds = _timed(_ORDINARY)
    assert seconds < 3  # 0.6 s on an idle core; the rest is for a busy machine
    assert from_adf(to_adf(back)).text == back


@pytest.mark.parametrize("name", _WIDE)
def test_a_wide_body_is_read_in_time_and_settles(name):
    _, back, seconds = _timed(_WIDE[name])
    assert seconds < 10  # a quadratic reading takes minutes
    assert from_adf(to_adf(back)).text == back


@pytest.mark.parametrize("name", _DEEP)
def test_a_deep_body_is_flattened_and_keeps_its_words(name):
    adf, back, seconds = _timed(_DEEP[name])
    assert seconds < 5
    assert "deep" in back
    assert words(_DEEP[name]) - words(adf_words(adf)) - {"1"} == words(_DEEP[name]) - words(back) - {"1"} == set()
    assert from_adf(to_adf(back)).text == back


@pytest.mark.parametrize(
    "kinds", [["blockquote"], ["bulletList", "listItem"], ["panel"], ["expand"], ["table"], ["paragraph"], ["zig"]]
)
def test_a_deep_document_is_flattened_and_keeps_its_words(kinds):
    node = {"type": "text", "text": "deep"}
    for level in range(10_000):
        node = {"type": kinds[level % len(kinds)], "content": [node]}
    assert "deep" in from_adf(doc(node)).text


@pytest.mark.parametrize(
    ("broken", "shown"),
    [
        ({}, ""),
        ({"type": 5}, ""),
        ({"type": "doc", "content": 5}, ""),
        ({"type": "doc", "content": {"type": "paragraph"}}, ""),
        ({"type": "doc", "content": [1, None, "words", [], {}]}, "words"),
        ({"type": "text", "text": "words"}, "words"),
        ({"type": "heading", "attrs": {"level": float("nan")}, "content": ["words"]}, "# words"),
        ({"type": "orderedList", "attrs": {"order": float("inf")}, "content": ["words"]}, "1. words"),
        ({"type": "bulletList", "content": [{"type": "paragraph", "content": ["words"]}]}, "- words"),
        ({"type": "table", "content": ["words"]}, "| words |\n|---|"),
        ({"type": "text", "text": "words", "marks": "strong"}, "words"),
        ({"type": "text", "text": "words", "marks": [{"type": ["a"]}, {"type": "link"}]}, "words"),
        ({"type": "panel", "attrs": {"panelType": []}, "content": ["words"]}, "> [!NOTE]\n> words"),
        ({"type": "date", "attrs": {"timestamp": "soon"}}, "soon"),
        ({"type": "paragraph", "content": [{"type": "rule"}, {"type": "heading", "content": ["words"]}]}, "words"),
        ({"type": "tableRow", "content": [{"type": "tableCell", "content": ["words"]}]}, "words"),
    ],
)
def test_a_broken_document_shows_what_it_can(broken, shown):
    assert from_adf(broken).text == shown


@pytest.mark.parametrize(
    "dirty",
    ["a\x00b", "\x07", "a\u009fb\x1b[31m", "&#0;&#7;&#12;", "`\x00`", "```\n\x0c\n```", "[\x01](/\x02)", "\ud800"],
)
def test_no_control_character_reaches_a_text_node(dirty):
    assert faults(to_adf(dirty)) == []
    assert from_adf(doc({"type": "text", "text": dirty})).text.isprintable() or "\n" in dirty


def test_local_ids_are_unique_and_the_same_each_time():
    adf = to_adf("- [ ] a\n  - [x] b\n\npara\n\n- [ ] c")
    ids = [node["attrs"]["localId"] for node in nodes(adf) if "localId" in node.get("attrs", {})]
    assert len(ids) == len(set(ids)) == 6
    assert adf == to_adf("- [ ] a\n  - [x] b\n\npara\n\n- [ ] c")
