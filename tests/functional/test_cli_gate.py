"""`pmhub gate` and `pmhub notes` on a workspace between both simulators, without network or secrets."""

from __future__ import annotations

import html
import json
from xml.etree import ElementTree as ET

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace
from functional.flavours import below

RELEASES = f"""
[syncs.releases]
kind = "release"
endpoints = [{{ connection = "jira", project = "{PROJECT}" }}, {{ connection = "github", repo = "{REPO}" }}]
notes = {{ template = "customer" }}

[syncs.roadmap]
kind = "roadmap_item"
endpoints = [{{ connection = "jira", project = "{PROJECT}", types = ["Epic"] }}, {{ connection = "github", repo = "{REPO}" }}]
"""
REPORT = """\
<testsuite name="shop"><testcase classname="cart" name="pays"><properties><property name="requirements" value="{}"/></properties>{}
</testcase></testsuite>
"""
HOSTILE = 'Pay <script>alert(1)</script> & *all* of it "now" | @ann'


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("gate")) as workspace:
        workspace.write(fields=RELEASES)
        jira = workspace.jira
        jira.add_version(PROJECT, "1.0", release="2027-01-31")
        jira.add_version(PROJECT, "2.0")
        goal = jira.user_create_issue(PROJECT, "A cart that works", type="Epic").key
        jira.user_create_issue(PROJECT, HOSTILE, type="Story", fixVersions=[{"name": "1.0"}], **below(goal))
        jira.user_create_issue(
            PROJECT, "A cart that adds up", type="Story", fixVersions=[{"name": "2.0"}], **below(goal)
        )
        workspace.sync()
        jira.user_transition("SHOP-2", "In Progress")
        jira.user_transition("SHOP-2", "Done")
        report = workspace.folder / "report.xml"
        report.write_text(REPORT.format("SHOP-2", ""))
        assert workspace.run("ingest", "junit", str(report), "--run", "1").code == 0
        workspace.sync()
        workspace.sync()
        jira.requests.clear()
        for name in ("JIRA_TOKEN", "GITHUB_TOKEN"):
            del workspace.environ[name]
        yield workspace
        assert jira.requests == []


def signals_of(done):
    return [(row["signal"], row["name"]) for row in done.json["signals"]]


def test_a_release_that_is_ready_exits_with_0(hub):
    done = hub.run("gate", "1.0")
    assert done.code == 0, done.out + done.err
    assert done.out.splitlines()[0] == "1.0 is ready: nothing stands against it"
    assert "checked: 1 ticket, 1 test, jira (read " in done.out


def test_quiet_says_nothing_of_a_release_that_is_ready(hub):
    assert hub.run("gate", "1.0", "-q").out == ""


def test_a_release_that_is_not_ready_exits_with_9_and_names_why(hub):
    done = hub.run("gate", "2.0")
    assert done.code == 9
    assert "2.0 is not ready: 2 signals" in done.out
    assert "SHOP-3  A cart that adds up: still todo" in done.out
    assert signals_of(hub.run("gate", "2.0", "--format", "json")) == [("open ticket", "SHOP-3"), ("no notes", "2.0")]


def test_no_answer_is_a_bare_percentage(hub):
    for format_ in ("text", "json", "md"):
        assert "%" not in hub.run("gate", "2.0", "--format", format_).out


def test_a_failing_test_holds_a_release_up_by_name(hub, tmp_path):
    report = hub.folder / "bad.xml"
    report.write_text(REPORT.format("SHOP-2", '<failure message="2 is not 3"/>'))
    hub.run("ingest", "junit", str(report), "--run", "2", "--environment", "linux")
    done = hub.run("gate", "1.0")
    assert done.code == 9
    assert "shop cart.pays fails on linux" in done.out
    report.write_text(REPORT.format("SHOP-2", ""))
    hub.run("ingest", "junit", str(report), "--run", "3", "--environment", "linux")
    assert hub.run("gate", "1.0").code == 0


def test_the_configuration_says_what_counts(hub):
    file = hub.folder / "pmhub.toml"
    before = file.read_text()
    file.write_text(before + '\n[gate]\nopen_tickets = false\nnotes = false\nmax_age = "30d"\n')
    assert hub.run("gate", "2.0").code == 0
    file.write_text(before + '\n[gate]\nmax_age = "0s"\n')
    stale = [name for signal, name in signals_of(hub.run("gate", "1.0", "--format", "json")) if signal == "stale data"]
    assert stale == ["backlog", "backlog", f"pull requests of {REPO}", "releases", "releases"]
    file.write_text(before)


@pytest.mark.parametrize("setting", ['max_age = "soon"', "max_age = true", 'tests = "some"', "typse = []"])
def test_a_gate_that_cannot_be_read_is_a_mistake(hub, setting):
    file = hub.folder / "pmhub.toml"
    before = file.read_text()
    file.write_text(before + f"\n[gate]\n{setting}\n")
    done = hub.run("gate", "1.0")
    file.write_text(before)
    assert done.code == 1
    assert "gate." in done.err


def test_a_release_goes_by_version_tag_key_and_id(hub):
    document = hub.run("show", "SHOP@1.0", "--format", "json").json
    for name in ("1.0", "v1.0", "SHOP@1.0", document["id"], document["counterparts"][0]["url"]):
        assert hub.run("gate", name).code == 0, name


def test_a_release_that_is_not_there_is_an_error_that_names_those_that_are(hub):
    done = hub.run("gate", "9.9")
    assert done.code == 1
    assert "there is no release 9.9" in done.err
    assert "Known: 1.0, 2.0." in done.err


def test_two_releases_of_one_version_are_told_apart_by_id(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.add_project("CART", name="Cart")
        workspace.github.add_repo("example/cart", private=True)
        other = RELEASES.partition("[syncs.roadmap]")[0].replace("[syncs.releases]", "[syncs.others]")
        other = other.replace(PROJECT, "CART").replace(REPO, "example/cart")
        workspace.write(fields=RELEASES + other)
        for project in (PROJECT, "CART"):
            workspace.jira.add_version(project, "1.0")
        workspace.sync()
        done = workspace.run("gate", "1.0")
        assert done.code == 1
        assert "1.0 means 2 releases:" in done.err
        assert workspace.run("gate", "CART@1.0").code == 9


def test_markdown_for_a_pull_request_shows_titles_as_words(hub):
    out = hub.run("gate", "2.0", "--format", "md").out
    assert out.startswith("## ❌ `2.0` is not ready\n")
    assert "| open ticket | [`SHOP-3`](" in out


def test_notes_of_the_shell_are_those_that_were_published(hub):
    published = hub.run("show", "SHOP@1.0", "--format", "json").json["fields"]["notes"]
    assert hub.run("notes", "1.0").out.strip() == published


@pytest.mark.parametrize("format_", ["md", "html", "confluence", "slack"])
def test_a_title_is_words_in_every_format(hub, format_):
    out = hub.run("notes", "1.0", "--format", format_).out
    assert "<script>" not in out
    assert "script" in out


def test_confluence_takes_it_as_xml(hub):
    body = hub.run("notes", "1.0", "--format", "confluence").out
    page = f'<page xmlns:ac="a" xmlns:ri="r">{body}</page>'
    assert HOSTILE in "".join(ET.fromstring(page).itertext())


def test_html_shows_the_title_as_it_was_typed(hub):
    assert HOSTILE in html.unescape(hub.run("notes", "1.0", "--format", "html").out)


def test_json_holds_the_title_itself(hub):
    document = json.loads(hub.run("notes", "1.0", "--format", "json").out)
    assert document["schema_version"] == 1
    assert document["groups"][0]["entries"][0]["title"] == HOSTILE


def test_people_inside_read_what_is_planned_too(hub):
    assert "adds up" not in hub.run("notes", "2.0").out
    assert "adds up" in hub.run("notes", "2.0", "--audience", "internal").out


def test_what_is_left_out_is_told_to_the_person_and_not_to_the_readers(hub):
    done = hub.run("notes", "1.0", "--shown-to", "public")
    assert "script" not in done.out
    assert "left out: 1 entry (visibility)" in done.err


def test_a_goal_tells_how_far_it_is_and_what_was_counted(hub):
    done = hub.run("show", "SHOP-1", "--explain")
    assert "progress: 1 of 2 tickets done" in done.out
    assert "tests: OK (anywhere OK" in done.out
    assert "; 1 of 2 without a test" in done.out
    assert "todo  SHOP-3" in done.out
    assert "SHOP-3" not in hub.run("show", "SHOP-1").out


def test_a_day_before_the_first_run_is_not_known(hub):
    done = hub.run("show", "SHOP-1", "--as-of", "2020-01-01")
    assert done.code == 1
    assert "nothing is known of 2020-01-01: the first run was on" in done.err
    assert "is no date" in hub.run("show", "SHOP-1", "--as-of", "yesterday").err
