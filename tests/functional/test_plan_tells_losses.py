"""A plan says what a write would take away that Markdown cannot say, and waits with it unless the endpoint says otherwise."""

from __future__ import annotations

import json

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.cli.telling_plan import plan_document
from pmhub.sync.preview import preview, rows_from

pytestmark = pytest.mark.flavour("a macro of Cloud's documents", jira=("cloud",))

CHART = {
    "type": "extension",
    "attrs": {"extensionType": "com.example", "extensionKey": "chart", "text": "a chart of sales"},
}
BODY = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "first words"}]}, CHART],
}


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        stage.jira.user_create_issue(PROJECT, "With a chart", BODY)
        stage.sync()
        stage.rest()
        yield stage


def _planned(stage, old, new):
    (issue,) = stage.github.issues(REPO).values()
    stage.github.user_edit_issue(REPO, issue.number, body=issue.body.replace(old, new))
    with stage.hub() as hub:
        return preview(hub)


def test_a_plan_names_the_macro_that_a_write_would_take_away(stage):
    found = _planned(stage, "a chart of sales", "no chart")
    (row,) = found.rows
    assert row.losses == ("waits for you: it would take away a macro “a chart of sales” in “a chart of sales”",)
    text = "\n".join(plan_document(found, found.to_json("1", 0), str).text)
    assert "! waits for you: it would take away a macro “a chart of sales”" in text
    assert rows_from(json.loads(json.dumps(found.to_json("1", 0)))) == [row]


def test_an_edit_beside_the_macro_takes_nothing_away_and_travels(stage):
    (row,) = _planned(stage, "first words", "other words").rows
    assert row.losses == ()
    stage.sync()
    (issue,) = stage.jira.issues(PROJECT)
    assert issue.description["content"][1] == CHART
    assert "other words" in str(issue.description)


def test_while_a_body_waits_every_other_field_travels(stage):
    (issue,) = stage.github.issues(REPO).values()
    body = issue.body.replace("a chart of sales", "no chart")
    stage.github.user_edit_issue(REPO, issue.number, title="A better title", body=body)
    assert stage.sync().exit_code == 3
    (there,) = stage.jira.issues(PROJECT)
    assert (there.summary, there.description) == ("A better title", BODY)
