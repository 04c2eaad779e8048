"""plan, apply and sync as a person or cron runs them: what is printed, what is written, how they exit."""

from __future__ import annotations

import json

import pytest
from cli_workspace import CANARY, PROJECT, REPO, cli_workspace
from functional.flavours import SIGNS_IN_AS


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step", labels=["shop"])
        yield workspace


@pytest.fixture
def synced(hub):
    hub.sync()
    hub.github.requests.clear()
    hub.jira.requests.clear()
    return hub


def edit_everywhere(hub):
    hub.jira.user_edit_issue("SHOP-1", summary="Pay in two steps", labels=["pay"])
    hub.github.user_create_issue(REPO, "Cart forgets its items", "first\n\nsecond")


def test_a_plan_tells_what_would_be_done_and_does_none_of_it(synced):
    edit_everywhere(synced)
    done = synced.run("plan")
    assert done.code == 0
    assert "SHOP-1 = example/shop#1" in done.out
    assert "title: Pay in one step → Pay in two steps" in done.out
    assert "labels: +pay -shop" in done.out
    assert "+ create jira  ticket" in done.out
    assert "body: (3 lines)" in done.out
    assert "github: 1 to update" in done.out
    assert done.err == ""
    assert synced.writes == []


def test_a_long_text_is_told_by_its_lines(synced):
    synced.github.user_edit_issue(REPO, 1, body="one\ntwo\nthree")
    synced.sync()
    synced.github.user_edit_issue(REPO, 1, body="one\n2\nthree\nfour")
    assert "body: +2 -1 lines" in synced.run("plan").out


def test_a_closing_is_told_apart_from_other_changes(synced):
    synced.github.user_close(REPO, 1)
    done = synced.run("plan")
    assert "- close jira" in done.out
    assert "jira: 1 to close" in done.out


def test_a_conflict_that_would_be_recorded_is_in_the_plan(synced):
    synced.write(fields='[syncs.backlog.fields]\ntitle = { conflict = "hold" }')
    synced.github.user_edit_issue(REPO, 1, title="From one side")
    synced.jira.user_edit_issue("SHOP-1", summary="From the other")
    done = synced.run("plan")
    assert "! conflict github  title (waits for you): From one side" in done.out
    assert "! conflict jira  title (waits for you): From the other" in done.out


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--detailed-exitcode"], 10)])
def test_changes_exit_with_10_only_when_that_was_asked_for(hub, options, code):
    assert hub.run("plan", *options).code == code


def test_a_settled_workspace_has_an_empty_plan(synced):
    done = synced.run("plan", "--detailed-exitcode")
    assert (done.code, done.out, done.err) == (0, "Settled: nothing to do.\n", "")


def test_a_plan_in_json_has_a_version_and_every_row(hub):
    document = hub.run("plan", "--format", "json").json
    assert document["schema_version"] == 1
    [row] = document["rows"]
    assert (row["connection"], row["op"], row["after"]["title"]) == ("github", "create", "Pay in one step")
    assert document["counts"] == {"github": {"create": 1}}


def test_a_plan_in_json_lines_is_a_version_the_rows_and_a_summary(hub):
    lines = [json.loads(line) for line in hub.run("plan", "--format", "jsonl").out.splitlines()]
    assert [line["type"] for line in lines] == ["version", "row", "summary"]


def test_a_plan_for_a_pull_request_notifies_nobody(hub):
    hub.github.user_create_issue(REPO, "ask @everyone | <img src=x> `code`")
    lines = hub.run("plan", "--format", "md").out.splitlines()
    [line] = [line for line in lines if "title: ask @everyone" in line]
    assert "`` title: ask @everyone │ <img src=x> `code` ``" in line


def test_an_applied_plan_does_what_it_said(hub):
    assert hub.run("plan", "-o", "plan.json").code == 0
    done = hub.run("apply", "plan.json")
    assert (done.code, done.out, done.err) == (0, "github: 1 created\n", "")
    assert hub.github.issue(REPO, 1).title == "Pay in one step"


def test_a_plan_file_is_for_its_owner_alone(hub):
    hub.run("plan", "-o", "plan.json")
    assert (hub.folder / "plan.json").stat().st_mode & 0o777 == 0o600


def test_an_applied_plan_leaves_alone_what_it_does_not_name(hub):
    hub.run("plan", "-o", "plan.json")
    hub.jira.user_create_issue(PROJECT, "Nobody approved this")
    assert hub.run("apply", "plan.json").code == 0
    assert [issue.title for issue in hub.github.issues(REPO).values()] == ["Pay in one step"]


def test_a_plan_is_applied_under_the_choice_it_was_made_with(synced):
    synced.github.user_edit_issue(REPO, 1, title="From one side")
    synced.jira.user_edit_issue("SHOP-1", summary="From the other, later")
    synced.run("plan", "--prefer", "github", "-o", "plan.json")
    assert synced.run("apply", "plan.json").code == 0
    assert synced.jira.issue("SHOP-1").summary == "From one side"


def test_a_stale_plan_writes_nothing(hub):
    hub.run("plan", "-o", "plan.json")
    hub.clock.behind -= 1  # what changes in the very instant of the reading is not seen
    hub.jira.user_edit_issue("SHOP-1", summary="Changed since")
    done = hub.run("apply", "plan.json")
    assert done.code == 1
    assert "the plan is stale: create of SHOP-1 on github" in done.err
    assert "hint: Make a new plan" in done.err
    assert hub.writes == []


def test_a_plan_that_cannot_be_checked_is_not_called_stale(hub):
    hub.run("plan", "-o", "plan.json")
    done = hub.run("apply", "plan.json", JIRA_TOKEN="fake-token-wrong")
    assert done.code == 4
    assert "]: jira:" in done.err
    assert "stale" not in done.err
    assert hub.writes == []


def test_a_sync_tells_what_it_did_on_each_connection(synced):
    edit_everywhere(synced)
    done = synced.run("sync")
    assert done.code == 0
    assert done.out == "jira: 1 created, 1 taken over\ngithub: 1 updated\n"


def test_a_sync_that_has_nothing_to_do_says_nothing(synced):
    done = synced.run("sync")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_connection_that_was_not_reached_is_not_said_to_be_settled(hub):
    done = hub.run("sync", "-v", JIRA_TOKEN="fake-token-wrong")
    assert (done.code, done.out) == (4, "github: nothing to do\n")
    assert "]: jira: " in done.err


def test_a_quiet_sync_says_nothing_when_all_is_well(hub):
    done = hub.run("sync", "-q")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert len(hub.github.issues(REPO)) == 1


def test_a_sync_in_json_counts_by_connection(hub):
    document = hub.run("sync", "--format", "json").json
    assert document["connections"]["github"] == {"created": 1}
    assert (document["schema_version"], document["exit_code"], document["problems"]) == (1, 0, [])


def test_one_item_alone_can_be_synchronised(synced):
    synced.jira.user_create_issue(PROJECT, "Another")
    synced.sync()
    synced.jira.user_edit_issue("SHOP-1", summary="Changed")
    synced.jira.user_edit_issue("SHOP-2", summary="Changed too")
    assert synced.run("sync", "--only", "example/shop#2").code == 0
    assert [issue.title for issue in synced.github.issues(REPO).values()] == ["Pay in one step", "Changed too"]


def test_a_guard_stops_before_the_first_write_and_says_what_to_do(synced):
    synced.jira.user_create_issue(PROJECT, "Another")
    synced.sync()
    before = len(synced.writes)
    for key in ("SHOP-1", "SHOP-2"):
        synced.jira.user_edit_issue(key, summary=f"Changed {key}")
    done = synced.run("sync", "--max-changes", "1")
    assert done.code == 8
    assert "a guard stopped this before the first write: 2 changes are planned and the limit is 1" in done.err
    assert "--max-changes" in done.err
    assert len(synced.writes) == before
    assert synced.run("sync", "--max-changes", "2").code == 0


def test_a_held_conflict_exits_with_6_and_names_the_way_out(synced):
    synced.write(fields='[syncs.backlog.fields]\ntitle = { conflict = "hold" }')
    synced.github.user_edit_issue(REPO, 1, title="From one side")
    synced.jira.user_edit_issue("SHOP-1", summary="From the other")
    done = synced.run("sync", "-q")
    assert done.code == 6
    assert "1 conflict waits for you: see `pmhub conflicts list`" in done.err


def test_quietly_a_problem_that_lasts_is_told_once_and_once_when_it_is_over(synced):
    synced.jira.revoke(SIGNS_IN_AS, CANARY)
    told = [synced.run("sync", "-q") for _ in range(3)]
    assert [done.code for done in told] == [4, 4, 4]
    assert ["jira" in done.err for done in told] == [True, False, False]
    assert "jira" in synced.run("sync").err
    synced.jira.token(SIGNS_IN_AS, CANARY, "bot")
    assert [synced.run("sync", "-q").err for _ in range(2)] == ["recovered: jira\n", ""]
