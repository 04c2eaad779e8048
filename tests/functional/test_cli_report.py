"""`pmhub report`, and the past of `status`, as a person asks for them in the folder of a workspace."""

from __future__ import annotations

import re
import stat

import pytest
from cli_workspace import PROJECT, cli_workspace


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("report")) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in <b>one</b> step")
        workspace.sync()
        workspace.jira.requests.clear()
        for name in ("JIRA_TOKEN", "GITHUB_TOKEN"):
            del workspace.environ[name]
        yield workspace
        assert workspace.jira.requests == []


def test_a_page_is_written_for_its_owner(hub):
    done = hub.run("report")
    assert (done.code, done.out, done.err) == (0, "", "report.html is written\n")
    file = hub.folder / "report.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Pay in &lt;b&gt;one&lt;/b&gt; step" in file.read_text("utf-8")


def test_a_page_can_go_to_stdout_and_quiet_is_quiet(hub):
    assert hub.run("report", "-o", "-").out.startswith("<!doctype html>")
    assert hub.run("report", "-q").err == ""


def test_the_next_report_tells_what_changed_since_this_one(hub):
    hub.run("report", "-o", "again.html")
    at = int(re.search(r'pmhub-report-at" content="(\d+)"', (hub.folder / "again.html").read_text("utf-8"))[1])
    hub.run("report", "-o", "again.html")
    page = (hub.folder / "again.html").read_text("utf-8")
    assert "Nothing." in page.partition('id="changes"')[2]
    assert int(re.search(r'pmhub-report-at" content="(\d+)"', page)[1]) >= at


def test_changes_since_a_day(hub):
    hub.run("report", "-o", "since.html", "--since", "2020-01-01")
    assert "Since 1 January 2020, 00:00 UTC." in (hub.folder / "since.html").read_text("utf-8")


def test_a_file_that_cannot_be_written_is_an_error_with_a_remedy(hub):
    done = hub.run("report", "-o", str(hub.folder / "nowhere" / "report.html"))
    assert done.code == 1
    assert "cannot be written" in done.err
    assert "hint: Give another file with -o." in done.err


@pytest.mark.parametrize("words", [("report", "-o", "past.html"), ("status",)])
def test_a_day_before_the_first_run_is_not_made_up(hub, words):
    done = hub.run(*words, "--as-of", "2001-01-01")
    assert done.code == 1
    assert "nothing is known of 2001-01-01" in done.err


def test_status_of_today_is_what_there_is(hub):
    day = hub.run("status", "--format", "json").json["runs"][0]["ended"][:10]
    found = hub.run("status", "--as-of", day, "--format", "json").json
    assert found["as_of"].startswith(day)
    assert [(each["sync"], each["items"]) for each in found["syncs"]] == [("backlog", {"ticket": 1})]
    assert len(found["runs"]) == 1


def test_show_of_today_is_what_there_is(hub):
    day = hub.run("status", "--format", "json").json["runs"][0]["ended"][:10]
    now, then = (
        hub.run("show", "SHOP-1", "--format", "json").json,
        hub.run("show", "SHOP-1", "--as-of", day, "--format", "json").json,
    )
    assert then["fields"] == now["fields"]
    assert then["counterparts"] == []


def test_help_of_what_is_read_imports_no_template_engine(hub):
    done = hub.child("report", "--help")
    assert done.code == 0
    assert "--as-of" in done.out
