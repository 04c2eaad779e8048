"""Single nodes and marks: what each becomes on the other side, and what is reported as left behind."""

from __future__ import annotations

import pytest
from richtext_oracle import doc, faults, nodes, paragraph, text

from pmhub_jira.richtext import Markdown, from_adf, to_adf

PEOPLE = {"octocat": ("5570:abc", "Octo Cat")}
NAMES = {"5570:abc": "octocat"}


def _kinds(markdown, **people):
    return [node["type"] for node in nodes(to_adf(markdown, **people))]


def test_nothing_is_an_empty_document_and_back():
    assert to_adf("") == {"version": 1, "type": "doc", "content": []}
    assert from_adf(None) == from_adf(to_adf("")) == Markdown("")


def test_a_known_person_is_mentioned_and_an_unknown_one_stays_text():
    adf = to_adf("ping @octocat, @stranger and `@octocat`", people=PEOPLE.get)
    mentions = [node["attrs"] for node in nodes(adf) if node["type"] == "mention"]
    assert mentions == [{"id": "5570:abc", "text": "@Octo Cat"}]
    assert faults(adf) == []
    assert from_adf(adf, people=NAMES.get) == Markdown("ping @octocat, @stranger and `@octocat`")


def test_a_mention_of_an_unmapped_person_keeps_the_name_and_pings_nobody():
    mention = {"type": "mention", "attrs": {"id": "5570:abc", "text": "@Octo Cat"}}
    assert from_adf(doc(paragraph(text("hi "), mention))) == Markdown("hi Octo Cat", ("mention",))


def test_mail_addresses_and_links_hold_no_mention():
    assert "mention" not in _kinds("mail a@octocat.example or [@octocat](https://e.com/@octocat)", people=PEOPLE.get)


@pytest.mark.parametrize(
    ("kind", "panel"),
    [("NOTE", "info"), ("TIP", "success"), ("IMPORTANT", "note"), ("WARNING", "warning"), ("CAUTION", "error")],
)
def test_an_alert_is_a_panel_both_ways(kind, panel):
    adf = to_adf(f"> [!{kind}]\n> words")
    assert adf["content"][0]["attrs"] == {"panelType": panel}
    assert from_adf(adf) == Markdown(f"> [!{kind}]\n> words")


def test_details_are_an_expand_both_ways_and_inside_each_other():
    markdown = "<details>\n<summary>A &amp; b</summary>\n\n- x\n\n<details>\n<summary>C</summary>\n\ny\n\n</details>\n\n</details>"
    adf = to_adf(markdown)
    assert [n["attrs"]["title"] for n in nodes(adf) if n["type"] in {"expand", "nestedExpand"}] == ["A & b", "C"]
    assert faults(adf) == []
    assert from_adf(adf) == Markdown(markdown)


def test_tasks_among_bullets_keep_their_boxes():
    markdown = "- [ ] a\n  - [x] b\n- plain\n- [x] c"
    assert _kinds(markdown).count("taskItem") == 3
    assert from_adf(to_adf(markdown)).text == markdown


def test_tasks_with_more_than_a_line_keep_their_boxes_as_text():
    markdown = "- [ ] a\n\n  ```py\n  x\n  ```"
    adf = to_adf(markdown)
    assert faults(adf) == []
    assert "taskItem" not in _kinds(markdown)
    assert from_adf(adf).text == markdown


@pytest.mark.parametrize(
    "markdown",
    [
        "> a\n>\n> > b\n> >\n> > c",
        "- a\n\n  > q\n  > r\n\n- b",
        "> - x\n>\n>   > y",
        "> > > deep",
        "- [ ] a\n\n  > q",
        "- > [!NOTE]\n  > a",
    ],
)
def test_quotes_inside_quotes_and_lists_come_back(markdown):
    adf = to_adf(markdown)
    assert faults(adf) == []
    assert from_adf(adf).text == markdown


@pytest.mark.parametrize(
    ("markdown", "left"),
    [
        ("> # Title\n>\n> a", "> **Title**\n>\n> a"),
        ("- a\n\n  | b | c |\n  |---|---|\n  | d | e |", "- a\n\n  b | c\n  d | e"),
        ("> a\n>\n> ---\n>\n> b", "> a\n>\n> b"),
    ],
)
def test_blocks_without_room_keep_their_words(markdown, left):
    adf = to_adf(markdown)
    assert faults(adf) == []
    assert from_adf(adf).text == left


def test_an_image_of_its_own_is_media_and_one_in_a_line_is_a_link():
    block = to_adf('![alt](https://e.com/i.png "title")')
    assert [node["type"] for node in nodes(block)] == ["doc", "mediaSingle", "caption", "text", "media"]
    assert from_adf(block).text == '![alt](https://e.com/i.png "title")'
    inline = to_adf("see ![alt](https://e.com/i.png) there")
    assert inline["content"][0]["content"][1]["marks"] == [{"type": "link", "attrs": {"href": "https://e.com/i.png"}}]
    assert from_adf(inline).text == "see ![alt](https://e.com/i.png) there"


def test_a_linked_image_keeps_both_its_addresses():
    assert (
        from_adf(to_adf("[![b](https://e.com/b.svg)](https://e.com/ci)")).text
        == "[![b](https://e.com/b.svg)](https://e.com/ci)"
    )


def test_html_is_shown_as_grey_text_and_comes_back_as_html():
    adf = to_adf("press <kbd>Ctrl</kbd>\n\n<!-- key=1 -->\n\n<div>\n  raw\n</div>")
    assert [n["text"] for n in nodes(adf) if n.get("marks")].count("<!-- key=1 -->") == 1
    assert from_adf(adf).text == "press <kbd>Ctrl</kbd>\n\n<!-- key=1 -->\n\n<div>\n  raw\n</div>"


@pytest.mark.parametrize(
    "typed", ["<b>", "<!-- x -->", "<script>alert(1)</script>", "# no", "- no", "1. no", "> no", "*a*", "`a`"]
)
def test_what_a_person_typed_as_text_in_the_tracker_is_text(typed):
    markdown = from_adf(doc(paragraph(text(typed)))).text
    assert markdown != typed
    assert to_adf(markdown) == doc(paragraph(text(typed)))


@pytest.mark.parametrize(
    "plain",
    [
        "a_b c_d",
        "2 * 3 * 4",
        "5* or so",
        "a < b & c > d",
        "[x] done",
        "text[1]: no",
        "#123 and a#b",
        "1.5 m",
        "C:\\dir",
        "~5 min",
    ],
)
def test_ordinary_text_gets_no_backslash(plain):
    assert from_adf(doc(paragraph(text(plain)))).text == plain
    assert from_adf(to_adf(plain)).text == plain


def test_a_script_link_is_never_made():
    assert from_adf(doc(paragraph(text("x", {"type": "link", "attrs": {"href": "javascript:alert(1)"}})))).text == "x"
    assert all(not node.get("marks") for node in nodes(to_adf("[x](javascript:alert(1))")))


@pytest.mark.parametrize(
    ("first", "second", "written"),
    [
        (("a", "strong"), ("b", "em"), "**a***b*"),
        (("a ", "strong"), ("b", "strong", "em"), "**a *b***"),
        (('"a"', "strong"), ("b",), '"a"b'),
        (("a", "code", "strong"), ("b", "strong"), "`a`**b**"),
    ],
)
def test_marks_that_touch_read_back_or_are_dropped(first, second, written):
    markdown = from_adf(doc(paragraph(text(*first), text(*second)))).text
    assert markdown == written
    assert from_adf(to_adf(markdown)).text == markdown


@pytest.mark.parametrize(
    ("node", "markdown", "lossy"),
    [
        (paragraph({"type": "status", "attrs": {"text": "DONE", "color": "green"}}), "DONE", ("status",)),
        (paragraph({"type": "date", "attrs": {"timestamp": "1700000000000"}}), "2023-11-14", ("date",)),
        (paragraph({"type": "emoji", "attrs": {"shortName": ":rocket:"}}), ":rocket:", ()),
        (paragraph({"type": "inlineCard", "attrs": {"url": "https://e.com/x"}}), "https://e.com/x", ("inlineCard",)),
        (paragraph(text("u", "underline")), "u", ("underline",)),
        (paragraph(text("2", {"type": "subsup", "attrs": {"type": "sup"}})), "<sup>2</sup>", ()),
        (
            paragraph({"type": "mediaInline", "attrs": {"id": "1", "collection": "c", "alt": "a.png"}}),
            "a.png",
            ("mediaInline",),
        ),
        (
            {"type": "mediaGroup", "content": [{"type": "media", "attrs": {"id": "1"}}]},
            "(attachment)",
            ("media", "mediaGroup"),
        ),
        ({"type": "extension", "attrs": {"text": "chart"}}, "chart", ("extension",)),
        ({"type": "zig", "content": [paragraph(text("in"))]}, "in", ("zig",)),
        ({"type": "text", "text": "bare"}, "bare", ()),
    ],
)
def test_what_markdown_cannot_carry_keeps_its_words_and_is_named(node, markdown, lossy):
    assert from_adf(doc(node)) == Markdown(markdown, lossy)


def test_a_cell_with_blocks_becomes_lines():
    items = [{"type": "listItem", "content": [paragraph(text(word))]} for word in ("q", "w")]
    cell = {"type": "tableCell", "content": [paragraph(text("a|b")), {"type": "bulletList", "content": items}]}
    table = {"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}
    assert from_adf(doc(table)) == Markdown("| a\\|b<br>• q<br>• w |\n|---|", ("tableCell",))


def test_cells_beyond_the_header_are_kept():
    assert from_adf(to_adf("| a |\n|---|\n| b | extra |")).text == "| a |  |\n|---|---|\n| b | extra |"


def test_link_definitions_are_used_or_kept_as_text():
    assert from_adf(to_adf("[a][r]\n\n[r]: https://e.com/x\n[s]: /unused 'words'")).text == (
        "[a](https://e.com/x)\n\n[s\\]: /unused 'words'"
    )


def test_footnotes_stay_as_they_are():
    assert from_adf(to_adf("text[^1]\n\n[^1]: note")).text == "text[^1]\n\n[^1]: note"


def test_neighbouring_lists_stay_apart():
    assert from_adf(to_adf("- a\n\n* b")).text == "- a\n\n* b"
    assert from_adf(to_adf("1. a\n\n1) b")).text == "1. a\n\n1) b"


def test_a_task_of_blocks_in_a_cell_keeps_its_box():
    task = {
        "type": "blockTaskItem",
        "attrs": {"localId": "1", "state": "DONE"},
        "content": [paragraph(text("ship it"))],
    }
    tasks = {"type": "taskList", "attrs": {"localId": "2"}, "content": [task]}
    row = {"type": "tableRow", "content": [{"type": "tableCell", "attrs": {}, "content": [tasks]}]}
    assert "[x] ship it" in from_adf(doc({"type": "table", "content": [row]})).text.replace("\\", "")
