"""A write says what it would take away that Markdown cannot express, and nothing else."""

from __future__ import annotations

import pytest
from richtext_oracle import doc, paragraph, text

from pmhub.sdk import People
from pmhub_jira import texts
from pmhub_jira.richtext import from_adf, to_adf

NOBODY = People({})
STATUS = {"type": "status", "attrs": {"text": "DONE", "color": "green"}}
FILE = {
    "type": "mediaSingle",
    "attrs": {"layout": "center"},
    "content": [{"type": "media", "attrs": {"type": "file", "id": "f1", "collection": "c", "alt": "plan.png"}}],
}
CHART = {"type": "extension", "attrs": {"extensionType": "com.example", "extensionKey": "chart", "text": "a chart"}}
DOCUMENT = doc(
    paragraph(text("state "), STATUS, text(" today")), FILE, CHART, paragraph(text("red", "underline"), text(" end"))
)


def _lost(document, old, new):
    markdown = from_adf(document).text
    assert old in markdown
    written = texts.rewritten(document, markdown.replace(old, new), NOBODY)
    return texts.losses(document, written)


@pytest.mark.parametrize(
    ("old", "new"), [("today", "now"), ("end", "end\n\nnew"), ("state DONE today\n\n", ""), ("red", "x")]
)
def test_an_edit_beside_what_markdown_cannot_say_loses_nothing(old, new):
    assert _lost(DOCUMENT, old, new) == ()


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("plan.png", "plan.pdf", ("an attachment “plan.png”",)),
        ("plan.png\n\n", "", ("an attachment “plan.png”",)),
        ("a chart\n\n", "", ("a macro “a chart” in “a chart”",)),
        ("state DONE today", "**state DONE today**", ("status “DONE” in “state DONE today”",)),
        ("red end", "## red end", ("underline in “red end”",)),
    ],
)
def test_what_a_write_would_take_away_is_named_with_its_place(old, new, lost):
    assert _lost(DOCUMENT, old, new) == lost


COLUMNS = {
    "type": "layoutSection",
    "content": [
        {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph(text(words))]}
        for words in ("left one", "right two")
    ],
}
PANEL = {"type": "panel", "attrs": {"panelType": "custom", "panelColor": "#abc"}, "content": [paragraph(text("in it"))]}
MACRO = {**CHART, "attrs": {"extensionType": "com.example", "extensionKey": "jira:chart"}}


@pytest.mark.parametrize(
    ("old", "new"), [("left one", "left one more"), ("in it", "in it too"), ("right two", "right two\n\nbelow")]
)
def test_an_edit_inside_columns_or_a_panel_takes_neither_away(old, new):
    assert _lost(doc(COLUMNS, PANEL, MACRO, paragraph(text("end"))), old, new) == ()


def test_a_panel_of_a_sort_that_markdown_has_not_and_a_macro_without_words_are_named():
    document = doc(PANEL, MACRO, paragraph(text("end")))
    assert _lost(document, "> [!NOTE]\n> in it", "in it") == ("a panel of type custom in “in it”",)
    assert texts.losses(document, to_adf("in it")) == ("a panel of type custom in “in it”", "a macro “jira:chart”")


def test_a_write_over_the_whole_document_names_all_of_it():
    written = to_adf(from_adf(DOCUMENT).text)
    assert [phrase.partition(" in ")[0] for phrase in texts.losses(DOCUMENT, written)] == [
        "status “DONE”",
        "an attachment “plan.png”",
        "a macro “a chart”",
        "underline",
    ]


def test_a_document_of_nothing_but_markdown_loses_nothing_whatever_is_written():
    assert texts.losses(to_adf("# a\n\n- b\n\n| c |\n|---|\n| d |"), to_adf("other")) == ()
    assert texts.losses(None, to_adf("x")) == texts.losses("", "x") == ()


def test_wiki_text_names_what_the_changed_paragraph_had():
    wiki = "{color:red}a{color} b\n\nsee !plan.png|thumbnail! c\n\nd"
    assert texts.losses(wiki, wiki.replace(" c", " x")) == ()
    assert texts.losses(wiki, "a b\n\nsee !plan.png|thumbnail! c\n\nd") == ("color in “{color:red}a{color} b”",)
