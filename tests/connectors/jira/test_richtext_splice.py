"""An edit made on the Markdown side is laid into the document that stands there: all it did not touch stays as it was."""

from __future__ import annotations

import pytest
from richtext_oracle import corpus, doc, faults, nodes, paragraph, text

from pmhub.model.markdown import text_key
from pmhub_jira.richtext import from_adf, from_wiki, to_adf, to_adf_over, to_wiki_over

STATUS = {"type": "status", "attrs": {"text": "DONE", "color": "green", "localId": "s1"}}
RED = {"type": "textColor", "attrs": {"color": "#ff0000"}}
FILE = {
    "type": "mediaSingle",
    "attrs": {"layout": "wrap-left"},
    "content": [{"type": "media", "attrs": {"type": "file", "id": "f1", "collection": "c"}}],
}
MACRO = {
    "type": "extension",
    "attrs": {"extensionType": "com.example", "extensionKey": "chart", "parameters": {"a": [1]}},
}


def _edited(document, old, new):
    markdown = from_adf(document).text
    assert markdown.count(old) == 1
    result = to_adf_over(document, markdown.replace(old, new))
    assert faults(result) == []
    assert text_key(from_adf(result).text) == text_key(markdown.replace(old, new))
    return result


@pytest.mark.parametrize("name", corpus("adf"))
def test_a_block_beside_any_case_is_edited_and_the_case_stays_as_it_was(name):
    case = corpus("adf")[name]["content"]
    document = doc(paragraph(text("ahead")), *case, paragraph(text("edit me")))
    markdown = from_adf(document).text
    result = to_adf_over(document, markdown.replace("edit me", "edited **now**"))
    assert result["content"][:-1] == document["content"][:-1]
    assert result["content"][-1] == paragraph(text("edited "), text("now", "strong"))


@pytest.mark.parametrize("name", corpus("adf"))
def test_a_text_that_says_the_same_changes_nothing_in_any_case(name):
    case = corpus("adf")[name]
    assert to_adf_over(case, from_adf(case).text)["content"] == case["content"]


def test_a_word_beside_a_status_and_a_colour_changes_and_both_stay():
    document = doc(paragraph(text("is "), STATUS, text(" and "), text("red", RED, "strong"), text(" today")))
    result = _edited(document, "today", "tomorrow")
    assert result == doc(paragraph(text("is "), STATUS, text(" and "), text("red", RED, "strong"), text(" tomorrow")))


def test_a_paragraph_keeps_its_alignment_and_a_heading_its_id():
    centred = {**paragraph(text("one two")), "marks": [{"type": "alignment", "attrs": {"align": "center"}}]}
    heading = {"type": "heading", "attrs": {"level": 2, "localId": "h1"}, "content": [text("Title")]}
    result = _edited(doc(centred, heading), "two", "three")
    assert result["content"][0]["marks"] == centred["marks"]
    assert _edited(doc(centred, heading), "## Title", "### Name")["content"][1]["attrs"] == {
        "level": 3,
        "localId": "h1",
    }


def test_a_panel_of_any_sort_keeps_its_looks_and_its_other_blocks():
    panel = {
        "type": "panel",
        "attrs": {"panelType": "custom", "panelIcon": ":tada:", "panelColor": "#abc"},
        "content": [paragraph(text("first")), FILE, paragraph(text("last"))],
    }
    result = _edited(doc(panel, MACRO, paragraph(text("end"))), "last", "very last")
    assert result["content"][0]["attrs"] == panel["attrs"]
    assert result["content"][0]["content"][:2] == panel["content"][:2]
    assert result["content"][1:] == [MACRO, paragraph(text("end"))]


def test_columns_of_a_layout_stay_and_a_new_block_stands_where_it_was_written():
    columns = [
        {"type": "layoutColumn", "attrs": {"width": 50}, "content": [paragraph(text(words))]}
        for words in ("left", "right")
    ]
    layout = {"type": "layoutSection", "content": columns}
    result = _edited(doc(layout), "left", "left\n\nmore")
    assert result["content"][0]["content"][0]["content"] == [paragraph(text("left")), paragraph(text("more"))]
    assert result["content"][0]["content"][1] == columns[1]


def test_a_cell_changes_and_widths_colours_and_the_blocks_of_other_cells_stay():
    items = [{"type": "listItem", "content": [paragraph(text(word))]} for word in ("q", "w")]
    cells = [
        {"type": "tableCell", "attrs": {"background": "#fff", "colwidth": [90]}, "content": [paragraph(text("one"))]},
        {"type": "tableCell", "attrs": {}, "content": [{"type": "bulletList", "content": items}]},
    ]
    table = {"type": "table", "attrs": {"layout": "wide"}, "content": [{"type": "tableRow", "content": cells}]}
    row = _edited(doc(table), "one", "two")["content"][0]["content"][0]
    assert row["content"] == [{**cells[0], "content": [paragraph(text("two"))]}, cells[1]]
    in_list = _edited(doc(table), "• w", "• **x**")["content"][0]["content"][0]["content"][1]
    assert in_list["content"][0]["content"] == [
        items[0],
        {"type": "listItem", "content": [paragraph(text("x", "strong"))]},
    ]


def test_rows_come_and_go_around_those_that_stay():
    markdown = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"
    table = to_adf(markdown)["content"][0] | {"attrs": {"localId": "t"}}
    table["content"][2]["content"][0]["attrs"] = {"background": "#eee"}
    result = _edited(doc(table), "| 1 | 2 |\n", "| 5 | 6 |\n| 7 | 8 |\n")["content"][0]
    assert (result["attrs"], len(result["content"])) == ({"localId": "t"}, 4)
    assert result["content"][0] == table["content"][0]
    assert result["content"][3] == table["content"][2]


def test_a_task_is_ticked_and_every_id_stays():
    document = to_adf("- [ ] a\n  - [ ] b\n- [ ] c")
    result = _edited(document, "[ ] b", "[x] b")
    ids = [
        [node["attrs"]["localId"] for node in nodes(one) if "localId" in node.get("attrs", {})]
        for one in (document, result)
    ]
    assert ids[0] == ids[1]
    assert [node["attrs"]["state"] for node in nodes(result) if node["type"] == "taskItem"].count("DONE") == 1


def test_an_item_is_added_between_items_that_stay():
    items = [
        {"type": "listItem", "attrs": {"localId": word}, "content": [paragraph(text(word))]} for word in ("a", "b")
    ]
    result = _edited(doc({"type": "bulletList", "content": items}), "- a", "- a\n- new")
    assert result["content"][0]["content"] == [
        items[0],
        {"type": "listItem", "content": [paragraph(text("new"))]},
        items[1],
    ]


def test_a_deleted_block_goes_and_its_neighbours_stay():
    result = _edited(doc(MACRO, paragraph(text("go")), FILE, {"type": "rule"}), "go\n\n", "")
    assert result["content"] == [MACRO, FILE, {"type": "rule"}]


def test_new_tasks_get_ids_that_no_task_has():
    document = to_adf("- [ ] a")
    result = _edited(doc(*document["content"], paragraph(text("x"))), "\n\nx", "\n\nx\n\n- [ ] b")
    ids = [node["attrs"]["localId"] for node in nodes(result) if "localId" in node.get("attrs", {})]
    assert len(ids) == len(set(ids)) == 4


def test_a_mention_that_stands_there_stays_one_in_an_edited_line():
    mention = {"type": "mention", "attrs": {"id": "5570:abc", "text": "@Octo Cat", "localId": "m"}}
    document = doc(paragraph(text("ask "), mention, text(" soon")))
    result = to_adf_over(document, "ask @octocat now", None, {"5570:abc": "octocat"}.get)
    assert result == doc(paragraph(text("ask "), mention, text(" now")))


def _bullet(*items):
    return {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph(text(one))]} for one in items]}


def _tasks(number, *items):
    made = [
        {"type": "taskItem", "attrs": {"localId": f"{number}{one}", "state": "TODO"}, "content": [text(one)]}
        for one in items
    ]
    return {"type": "taskList", "attrs": {"localId": str(number)}, "content": made}


def test_lists_that_read_as_one_stay_the_lists_they_are_when_an_item_of_one_changes():
    document = doc(_bullet("a", "b"), _tasks(1, "c", "d"), _bullet("e"))
    changed = _edited(document, "[ ] d", "[ ] new")
    assert changed["content"] == [
        _bullet("a", "b"),
        {**_tasks(1, "c", "d"), "content": changed["content"][1]["content"]},
        _bullet("e"),
    ]
    assert _edited(document, "- b\n", "")["content"] == [_bullet("a"), *document["content"][1:]]
    assert _edited(document, "- e", "- e\n- f")["content"] == [*document["content"][:2], _bullet("e", "f")]


def test_a_list_across_the_edge_of_a_column_is_edited_on_the_side_the_item_is_on():
    columns = [
        {"type": "layoutColumn", "attrs": {"width": 50}, "content": [one]}
        for one in (paragraph(text("x")), _bullet("a", "b"))
    ]
    layout = {"type": "layoutSection", "content": columns}
    document = doc(layout, _tasks(1, "c"), paragraph(text("end")))
    assert _edited(document, "[ ] c", "[ ] new")["content"][0] == layout
    inside = _edited(document, "- b", "- new")["content"]
    assert inside[0]["content"][1]["content"] == [_bullet("a", "new")]
    assert inside[1:] == document["content"][1:]
    gone = _edited(document, "- a\n- b\n- [ ] c\n\n", "")["content"]
    assert gone[1:] == [paragraph(text("end"))]


WIKI = "h1. T\n\n{color:red}warn{color} one\n{panel:title=X}\nbody\n{panel}\n\n\n* a\n* b !i.png|thumbnail!\n\nlast [~ann] +u+\n"


@pytest.mark.parametrize(
    ("old", "new", "was", "becomes"),
    [
        ("# T", "# T2", "h1. T\n", "h1. T2\n"),
        ("one", "two", "one\n", "two\n"),
        ("last", "first", "last", "first"),
        ("- a\n", "", "* a\n", ""),
        ("- a", "- a\n- *n*", "* a", "* a\n* _n_"),
        ("> body", "> corpse", "body", "corpse"),
        ("warn one", "new\n\nwarn one", "h1. T\n\n", "h1. T\n\nnew\n\n"),
    ],
)
def test_wiki_text_changes_only_where_the_edit_is(old, new, was, becomes):
    markdown = from_wiki(WIKI).text
    assert markdown.count(old) == 1
    assert to_wiki_over(WIKI, markdown.replace(old, new)) == WIKI.replace(was, becomes, 1)


def test_wiki_text_that_says_the_same_stays_as_it_is():
    assert to_wiki_over(WIKI, from_wiki(WIKI).text) == WIKI
