"""Wiki markup of Jira Server: the corpus goes there and back, its notation is read, nobody is notified by accident."""

from __future__ import annotations

import html

import pytest
from richtext_oracle import corpus, words

from pmhub.model.markdown import text_key
from pmhub_jira.richtext import Markdown, from_wiki, to_wiki

LEFT_BEHIND = {
    "code in bold": "`cfg.toml` is bold code",
    "ordered nested start": "1. three\n2. four\n   1. sub\n   2. sub2",  # a list begins with 1
    "table align": "| A | B | C |\n|---|---|---|\n| 1 | 2 | 3 |",
}
NAMES = {"ann": "octocat", "5570:abc": "octocat"}


def test_every_markdown_case_comes_back_the_same_but_for_the_named_ones():
    cases = corpus("markdown")
    back = {name: from_wiki(to_wiki(markdown)).text for name, markdown in cases.items()}
    missed = {name: back[name] for name in cases if text_key(back[name]) != text_key(cases[name])}
    assert missed == LEFT_BEHIND


def test_no_word_of_any_case_is_lost_and_the_second_pass_changes_nothing():
    for name, markdown in corpus("markdown").items():
        wiki = to_wiki(markdown)
        once = from_wiki(wiki).text
        assert words(html.unescape(markdown)) - words(html.unescape(once)) - {"3", "4"} == set(), name
        assert from_wiki(to_wiki(once)).text == once, name


@pytest.mark.parametrize(
    ("wiki", "markdown"),
    [
        ("h2. Title", "## Title"),
        ("*bold* text", "**bold** text"),
        ("_it_ text", "*it* text"),
        ("-gone- kept", "~~gone~~ kept"),
        ("{{code}} x", "`code` x"),
        ("* a\n** b\n*** c\n* d", "- a\n  - b\n    - c\n- d"),
        ("- a\n- b", "- a\n- b"),
        ("# a\n#* x\n# b", "1. a\n   - x\n2. b"),
        ("||A||B||\n|1|*2*|", "| A | B |\n|---|---|\n| 1 | **2** |"),
        ("{code:python}\nx = 1\n{code}", "```python\nx = 1\n```"),
        ("{noformat}\n*raw*\n{noformat}", "```\n*raw*\n```"),
        ("{quote}q{quote}", "> q"),
        ("bq. one line", "> one line"),
        ("[site|https://example.com]", "[site](https://example.com)"),
        ("[https://example.com]", "https://example.com"),
        ("!https://e.com/i.png!", "![](https://e.com/i.png)"),
        ("a\n----\nb", "a\n\n---\n\nb"),
        ("see ABC-1", "see ABC-1"),
        ("ok (/) (!)", "ok ✅ ⚠️"),
        ("a\\\\b", "a\nb"),
        ("x^2^ H{~}2{~}O", "x^2^ H<sub>2</sub>O".replace("x^2^", "x^2^")),
        ("\\*no\\* a_b_c \\{x}", "\\*no\\* a_b_c {x}"),
        ("2 * 3 and -- so --- on", "2 * 3 and -- so --- on"),
        ("[mailto:a@b.example]", "[a@b.example](mailto:a@b.example)"),
        ("* item\n{code}\nx\n{code}\n* next", "- item\n\n  ```\n  x\n  ```\n\n- next"),
        ("{panel:title=Note|bgColor=#deebff}\nwatch *out*\n{panel}", "> [!NOTE]\n> watch **out**"),
        ("C:\\dir &#92; &amp;", "C:\\dir \\ &"),
        ("{unknown} {quote} never closed", "{unknown} {quote} never closed"),
    ],
)
def test_wiki_notation_is_read(wiki, markdown):
    assert from_wiki(wiki) == Markdown(markdown)


@pytest.mark.parametrize(
    ("wiki", "markdown", "lossy"),
    [
        ("+under+ x", "under x", "underline"),
        ("??cited?? x", "*cited* x", "citation"),
        ("{color:red}x{color} y", "x y", "color"),
        ("!i.png|thumbnail!", "i.png", "attachment"),
        ("[^file.txt]", "file.txt", "attachment"),
        ("[ABC-1|https://x.example/browse/ABC-1|smart-link]", "[ABC-1](https://x.example/browse/ABC-1)", "smart-link"),
        ("{panel:title=T}body{panel}", "> [!NOTE]\n> **T**\n>\n> body", "panel"),
        ("{anchor:here}words", "words", "anchor"),
        ("{code:title=Foo.java}\nx\n{code}", "**Foo.java**\n\n```\nx\n```", "code title"),
    ],
)
def test_what_markdown_cannot_carry_keeps_its_words_and_is_named(wiki, markdown, lossy):
    assert from_wiki(wiki) == Markdown(markdown, (lossy,))


def test_a_known_person_is_mentioned_and_an_unknown_one_keeps_the_name_as_text():
    assert from_wiki("ping [~ann], [~accountid:5570:abc] and [~bob]", NAMES.get) == Markdown(
        "ping @octocat, @octocat and bob", ("mention",)
    )
    assert to_wiki("ping @octocat, @stranger and `@octocat`", {"octocat": "ann"}.get) == (
        "ping [~ann], @stranger and {{@octocat}}"
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "> [!NOTE]\n> a\n>\n> - b",
        "<details>\n<summary>More | {x}</summary>\n\n> [!TIP]\n> b\n\n</details>",
        "> a\n>\n> > b\n> >\n> > c",
        "- a\n\n  b\n\n  > q",
        "```mermaid\nx {code} y\n```",
        "```\nx {noformat} y\n```",
        "h1. no heading\n\n\\# no list\n\n\\* no list\n\nbq. x",
        "**a**b *c*d ~~e~~ `f*g` `` `h` ``",
        "a{b}c [x] !y! {code} {{z}} (x) :) 5 \\* 3 \\_a\\_",
        "[a **b** `c`](https://example.com/x_y?z=1)",
        '![a, b](https://example.com/i.png) and ![c](https://example.com/j.png "t")',
        "[![b](https://e.com/b.svg)](https://e.com/ci)",
        "C:\\dir\\\\x and \\\\\\\\server",
        "| a \\| b | `c \\| d` |\n|---|---|\n| [l](https://e.com) | x<br>y |",
    ],
)
def test_what_wiki_lacks_or_means_otherwise_comes_back(markdown):
    once = from_wiki(to_wiki(markdown)).text
    assert text_key(once.replace("¦", "|").replace("(x)</summary>", "{x}</summary>")) == text_key(markdown)
    assert from_wiki(to_wiki(once)).text == once


@pytest.mark.parametrize(
    "plain", ["a_b_c", "2 * 3", "f(x)", "a - b", "well-known", "C:\\dir", "5!", "#1 and a#b", "x? y!"]
)
def test_ordinary_text_gets_no_backslash(plain):
    assert to_wiki(plain) == plain
