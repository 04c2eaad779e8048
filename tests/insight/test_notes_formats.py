"""Notes as HTML, for Confluence and for Slack: what a template writes is formatting, what people wrote is words."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from insight_workspace import filled, opened

from pmhub.engine.notes.rules import Audience
from pmhub.insight.notes import draft_of, render_as
from pmhub.insight.notes.markup import as_confluence, as_html, as_part_of_a_page
from pmhub.insight.notes.slack import LONGEST_BLOCK, MOST_BLOCKS, as_slack
from pmhub.insight.picture import picture_of
from pmhub.insight.releases import release_named
from pmhub.model.kinds import Kind

MARKDOWN = """\
# Notes

Some **bold**, *italic*, ~~old~~ and `code < 1` with a [link](https://example.com/?a=1&b=2).

- one
  - inside
- two

1. first
2. second

> quoted

```python
if a < b: print("]]>")
```

![picture](https://example.com/i.png)

| a | b |
|---|---|
| 1 | 2 |
"""


def parsed(body: str) -> ET.Element:
    return ET.fromstring(f'<page xmlns:ac="ac" xmlns:ri="ri">{body}</page>')


def test_confluence_gets_xml_with_its_own_macros():
    page = parsed(as_confluence(MARKDOWN))
    [code] = page.iter("{ac}structured-macro")
    assert code.find("{ac}plain-text-body").text == 'if a < b: print("]]>")'
    assert code.find("{ac}parameter").text == "python"
    assert next(page.iter("{ri}url")).get("{ri}value") == "https://example.com/i.png"
    assert not list(page.iter("img"))
    assert page.find("table/tbody/tr/td").text == "1"


def test_html_in_markdown_is_text_everywhere():
    hostile = '<b onclick="x()">bold</b> <script>alert(1)</script>\n\n[go](javascript:alert(1))\n'
    for make in (as_html, as_confluence, lambda text: as_part_of_a_page(text, 1)):
        page = parsed(make(hostile))
        assert {element.tag for element in page.iter()} == {"page", "p"}
        assert "<script>alert(1)</script>" in "".join(page.itertext())


def test_a_part_of_a_page_begins_below_its_heading_and_loads_nothing():
    page = parsed(as_part_of_a_page(MARKDOWN, 2))
    assert page.find("h3").text == "Notes"
    assert not list(page.iter("img"))
    assert "https://example.com/i.png" in [link.get("href") for link in page.iter("a")]


def test_slack_gets_its_own_marks():
    [block] = as_slack(MARKDOWN, "A & B")["blocks"]
    text = block["text"]["text"]
    assert block["text"]["verbatim"] is True
    assert "*Notes*" in text
    assert "Some *bold*, _italic_, ~old~ and `code &lt; 1` with a <https://example.com/?a=1&amp;b=2|link>." in text
    assert "• one\n    • inside\n• two\n1. first\n2. second\n> quoted\n```if a &lt; b" in text
    assert as_slack("", "A & B <now>")["text"] == "A &amp; B &lt;now&gt;"


def test_slack_can_mention_nobody_through_a_title():
    [block] = as_slack("- all of \\<!channel\\> and <@U123>", "")["blocks"]
    assert "<" not in block["text"]["text"]


def test_blocks_are_as_long_as_slack_takes_them_and_what_does_not_fit_is_told():
    long = "\n".join(f"- {'word ' * 1_000}{number}" for number in range(60))
    blocks = as_slack(long, "")["blocks"]
    assert len(blocks) == MOST_BLOCKS
    assert all(0 < len(block["text"]["text"]) <= LONGEST_BLOCK for block in blocks)
    assert "more parts, which do not fit" in blocks[-1]["text"]["text"]


def test_code_that_is_cut_is_code_in_every_block():
    code = "\n".join(f"line {number}" for number in range(1_000))
    texts = [block["text"]["text"] for block in as_slack(f"```\n{code}\n```", "")["blocks"]]
    assert len(texts) > 1
    assert all(text.startswith("```") and text.endswith("```") for text in texts)


def test_what_is_cut_into_blocks_is_all_there():
    lines = [f"- ticket {number}" for number in range(900)]
    blocks = as_slack("\n".join(lines), "")["blocks"]
    told = "\n".join(block["text"]["text"] for block in blocks).splitlines()
    assert told == [line.replace("- ", "• ") for line in lines]


def test_another_audience_keeps_the_groups_and_not_what_is_left_out(tmp_path):
    with filled(tmp_path) as made:
        made.add(Kind.RELEASE, version="1.0", status="planned")
        made.add(Kind.TICKET, title="Pay", status="done", type="bug", labels=("internal",), releases=("1.0",))
    with opened(tmp_path) as found:
        picture = picture_of(found.workspace, found.hub)
        row = release_named(picture, "1.0")
        assert draft_of(picture, row).left_out == {"label": 1}
        internal = draft_of(picture, row, Audience.INTERNAL)
        assert "Pay" in internal.text
        document = json.loads(render_as(internal, "json"))
        assert document["audience"] == "internal"
        assert [entry["title"] for group in document["groups"] for entry in group["entries"]] == ["Pay"]
