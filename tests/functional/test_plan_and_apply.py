"""A plan changes nothing; applying a plan does exactly its rows."""

import json
import sqlite3

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.errors import UserError
from pmhub.sync.preview import approve, preview
from pmhub.sync.run import run

KEPT = ("item", "counterpart", "intent", "conflict", "failure", "journal")


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage:
        for number in range(4):
            stage.github.user_create_issue(REPO, f"Issue {number}", "text")
        stage.github.user_comment(REPO, 1, "a comment")
        yield stage


def rows(stage):
    with sqlite3.connect(stage.workspace.database) as db:
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in KEPT}


def make_plan(stage):
    with stage.hub() as hub:
        return json.loads(json.dumps(preview(hub).to_json("1", 0)))


def apply(stage, plan):
    with stage.hub() as hub:
        approve(hub, plan, "1")
        return run(hub)


def test_a_plan_sends_no_mutating_request_and_changes_no_row_it_must_not(stage):
    stage.sync()
    stage.clock.advance(60)
    stage.github.user_edit_issue(REPO, 1, title="New title")
    stage.jira.user_create_issue(PROJECT, "Born there")
    before = rows(stage)
    stage.github.requests.clear()
    stage.jira.requests.clear()
    plan = make_plan(stage)
    assert sorted(row["op"] for row in plan["rows"]) == ["create", "update"]
    assert stage.writes == []
    assert rows(stage) == before


def test_a_first_plan_shows_things_and_what_is_on_them(stage):
    plan = make_plan(stage)
    assert sorted(row["kind"] for row in plan["rows"]) == ["comment", *["ticket"] * 4]


def test_planning_twice_gives_the_same_plan(stage):
    assert make_plan(stage)["rows"] == make_plan(stage)["rows"]


def test_applying_does_exactly_the_rows_of_the_file(stage):
    plan = make_plan(stage)
    chosen = {**plan, "rows": [row for row in plan["rows"] if row["title"] in {"Issue 1", "Issue 2"}]}
    apply(stage, chosen)
    assert sorted(issue.summary for issue in stage.jira.issues(PROJECT)) == ["Issue 1", "Issue 2"]
    report = stage.sync()
    assert len(stage.jira.issues(PROJECT)) == 4
    assert report.exit_code == 0


def test_a_stale_plan_is_refused_and_names_the_item(stage):
    stage.sync()
    stage.clock.advance(60)
    stage.github.user_edit_issue(REPO, 1, title="As planned")
    plan = make_plan(stage)
    stage.clock.advance(60)
    stage.github.user_edit_issue(REPO, 1, title="Changed since")
    stage.github.requests.clear()
    stage.jira.requests.clear()
    with pytest.raises(UserError, match="example/shop#1") as refused:
        apply(stage, plan)
    assert "stale" in str(refused.value)
    assert stage.writes == []


def test_after_a_sync_the_next_plan_is_empty(stage):
    stage.sync()
    stage.rest()
    stage.sync()
    assert make_plan(stage)["rows"] == []
