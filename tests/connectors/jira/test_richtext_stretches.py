"""What is read without the parser, or apart from what stands around it, is read as the parser reads the whole."""

from __future__ import annotations

import random

import pytest
from richtext_oracle import corpus
from richtext_texts import real_texts

from pmhub.model.markdown import strip_controls
from pmhub_jira.richtext.memo import Memo
from pmhub_jira.richtext.parse import parse, parse_runs, parse_whole
from pmhub_jira.richtext.segments import segments
from pmhub_jira.richtext.settle import settle
from pmhub_jira.richtext.shape import shape
from pmhub_jira.richtext.simple_lines import read_lines
from pmhub_jira.richtext.tree import Break, Style, Text

BLOCKS = [
    "\n", "\n\n", "\n\n", "\n\n", "\n\n\n", "word", "two words", "- ", "* ", "+ ", "-   ", "1. ", "2) ", "  - ", "    - ", "   1. ", "  ", "    ",
    "# ", "## head", "> ", ">", "```\n", "```py\n", "~~~\n", "  ```\n", "   ```\n", "====\n", "---\n", "***\n", "| a | b |\n|---|---|\n| c | d |\n",
    "<div>\n", "</div>\n", "<b>", "<!-- ", "-->", "<!-- one -->\n", "<pre>\n", "</pre>\n", "<details>\n<summary>x</summary>\n\n", "</details>\n\n",
    "[a]: /u\n", "[^1]: n", "[a]", "[ ] ", "[x] ", "\\", "**b**", "`c`", "\n- item", "\n* item", "\n1. item", "\n  - below", "\n  goes on", "\t",
    "\n```\ncode\n\nmore\n```\n", "\n- ```\n  code\n  ```\n", "\n# head\n", "|", "#", "1.", "-", "\u00a0", "é", "a:", "::\n", "\n    code\n",
]  # fmt: skip
LINES = [
    "word", "a", " ", "  ", "\n", "*", "**", "_", "__", "***", "`", "``", "~", "~~", "[", "]", "(", ")", "](", "!", "![", "<", ">", "&", "&amp;", "&#65;",
    "\\", "<br>", "<br/>", "<b>", "https://e.com/a_b", "<https://e.com>", "[a](https://e.com)", "[`c`](/x)", "![p](/i.png)", "[![p](/i.png)](/x)",
    "**bold**", "*em*", "_em_", "`co`", "``c`d``", "**Note:**", "snake_case", "a*b*c", "é", "1", ".", ":", "?", "\u00a0", "[x](javascript:a)", "[x](a b)",
    "(**b**)", "[ ] ", "*a **b** c*", "🚀", "\u200b", "data:x", "[a](data:x)", "[](/x)", "[ ](/x)", "'", '"', "- ", "# ", "|",
]  # fmt: skip


def _made(pieces, seed, most):
    chance = random.Random(seed)
    return "".join(chance.choice(pieces) for _ in range(chance.randint(1, most)))


def _differs(text):
    text = strip_controls(text)
    return shape(parse(text)) != shape(parse_whole(text))


def _line_differs(text):
    text = text.strip()
    simple = read_lines(text)
    return simple is not None and settle(simple) != settle(parse_runs(text))


def test_the_stretches_of_a_text_read_as_the_whole_does():
    assert [text for seed in range(700) if _differs(text := _made(BLOCKS, seed, 14))] == []
    assert [text for text in corpus("markdown").values() if _differs(text)] == []


def test_a_line_that_needs_no_parser_reads_as_by_the_parser():
    made = [_made(LINES, seed, 6) for seed in range(4_000)]
    assert sum(read_lines(text.strip()) is not None for text in made) > 500
    assert [text for text in made if _line_differs(text)] == []


@pytest.mark.soak
def test_ten_thousand_texts_read_in_stretches_as_the_whole_does():
    assert [text for seed in range(10_000) if _differs(text := _made(BLOCKS, seed, 24))] == []
    assert [text for seed in range(60_000) if _line_differs(text := _made(LINES, seed, 9))] == []
    assert [text for text in real_texts() if _differs(text)] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("one\n\ntwo\n\nthree", 3),
        ("- a\n\n- b\n\nend", 2),
        ("# head\ntext\n- a\n- b", 3),
        ("```\na\n\nb\n```\nend", 2),
        ("text\n\n```\nnever\n\nclosed", 2),
        ("<!-- a\n\nb -->\n\nend", 1),
        ("see [a]\n\n[a]: /u", 1),
        ("- a\n  ```\n  x\n  ```\n\nend", 2),
    ],
)
def test_a_text_parts_where_nothing_reaches_across(text, count):
    assert len(list(segments(text))) == count


def test_settled_inlines_are_left_as_they_are_and_others_are_not():
    bold = Style(frozenset({"strong"}))
    done = (Text("a "), Text("b", bold), Break(), Text("c"))
    assert settle(done) is done
    assert settle((Text("a"), Text(" b ", bold), Break(), Break())) == (Text("a "), Text("b", bold))


def test_a_memory_keeps_what_was_asked_for_last_and_never_more_than_it_has_room_for():
    memo = Memo[str, int](room=10)
    for number in range(100):
        memo.keep("often", 0, 1) if number == 0 else memo.get("often")
        memo.keep(str(number), number, 1)
    assert memo.get("often") == 0
    assert [number for number in range(99) if memo.get(str(number)) is not None] == list(range(90, 99))
    assert memo.keep("large", 1, 11) == 1
    assert memo.get("large") is None
