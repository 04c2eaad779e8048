"""What only a run can know of a release: open pull requests, what waits for what, and which syncs were read when."""

from __future__ import annotations

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace

from pmhub.store import Store
from pmhub_github.simulator.faults import Fault

RELEASES = f"""
[syncs.releases]
kind = "release"
endpoints = [{{ connection = "jira", project = "{PROJECT}" }}, {{ connection = "github", repo = "{REPO}", tag = "v{{version}}" }}]
"""
GATE = """
[gate]
open_tickets = false
notes = false
tests = "ignored"
"""


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.write(fields=RELEASES + GATE)
        workspace.jira.add_version(PROJECT, "1.0")
        workspace.jira.user_create_issue(PROJECT, "Pay", type="Story", fixVersions=[{"name": "1.0"}])
        yield workspace


def signals_of(done):
    return [(row["signal"], row["name"], row["what"]) for row in done.json["signals"]]


def judged(hub):
    return signals_of(hub.run("gate", "1.0", "--format", "json"))


def asked_for_pulls(hub):
    return [x.status for x in hub.github.requests if x.path.endswith("/pulls")]


def test_an_open_pull_request_holds_its_ticket_up_until_it_is_merged(hub):
    by_key = hub.github.user_create_pull(REPO, "SHOP-1: pay by card")
    hub.sync()
    issue = next(number for number, one in hub.github.issues(REPO).items() if not one.is_pull)
    by_number = hub.github.user_create_pull(REPO, "Pay by invoice", f"Closes #{issue}")
    hub.github.user_create_pull(REPO, "Unrelated", f"see #{issue} and SHOP-1")
    hub.sync()
    told = [f"{REPO}#{each.number} ({each.title}) is not merged" for each in (by_key, by_number)]
    assert judged(hub) == [("unmerged pull request", "SHOP-1", each) for each in told]
    for each in (by_key, by_number):
        hub.github.user_merge_pull(REPO, each.number)
    hub.sync()
    assert judged(hub) == []


def test_a_pull_request_that_names_the_release_itself_holds_it_up(hub):
    pull = hub.github.user_create_pull(REPO, "Raise the version", labels=["release/1.0"])
    hub.sync()
    assert judged(hub) == [("unmerged pull request", "1.0", f"{REPO}#{pull.number} (Raise the version) is not merged")]


def test_a_ticket_that_a_link_says_is_blocked_waits_until_the_other_is_done(hub):
    other = hub.jira.user_create_issue(PROJECT, "Prices", type="Story").key
    hub.jira.user_link("Blocks", other, "SHOP-1")
    hub.sync()
    assert judged(hub) == [("blocked", "SHOP-1", f"waits for {other}")]
    for status in ("In Progress", "Done"):
        hub.jira.user_transition(other, status)
    hub.sync()
    assert judged(hub) == []


@pytest.mark.flavour("an App asks for its own token and its installation", github=("token", "enterprise"))
def test_at_rest_the_list_is_asked_for_once_and_costs_nothing(hub):
    hub.github.user_create_pull(REPO, "SHOP-1: pay by card")
    hub.sync()
    hub.github.requests.clear()
    hub.sync()
    assert asked_for_pulls(hub) == [304]


@pytest.mark.parametrize(
    "config", [GATE + "pull_requests = false\n", RELEASES + GATE + "pull_requests = false\n", GATE]
)
def test_where_no_rule_asks_nothing_is_asked(hub, config):
    hub.write(fields=config)
    hub.sync()
    assert asked_for_pulls(hub) == []


def test_pull_requests_that_may_not_be_read_stop_no_run_and_are_named_by_the_gate(hub):
    refusal = {"message": "Resource not accessible by personal access token"}
    hub.github.fault(Fault("status", path="/pulls$", times=99, status=403, body=refusal))
    hub.sync()
    ((signal, name, what),) = judged(hub)
    assert (signal, name) == ("stale data", f"pull requests of {REPO}")
    assert "its account may not read them" in what
    assert "the token may not read pull requests" in hub.run("doctor").out


def test_stale_data_names_the_sync_that_was_left_out(hub):
    hub.sync()
    file = hub.folder / "pmhub.toml"
    file.write_text(file.read_text() + 'max_age = "1h"\n')
    age(hub, 7_200)
    assert hub.run("sync", "releases").code == 0
    stale = {(name, what) for signal, name, what in judged(hub) if signal == "stale data"}
    assert {name for name, _ in stale} == {"backlog"}
    assert {what for _, what in stale} == {f"last read whole from {one} 2 hours ago" for one in ("jira", "github")}
    late = hub.run("status", "--max-age", "1h", "-q")
    assert (late.code, late.out) == (1, "")
    assert late.err == "backlog was last brought up to date 2 hours ago\n"
    assert hub.run("status", "--max-age", "1h", "releases").code == 0


def test_status_says_nothing_twice_of_a_sync_that_the_last_run_brought_up_to_date(hub):
    hub.sync()
    assert "brought up to date" not in hub.run("status").out
    age(hub, 7_200)
    hub.run("sync", "releases")
    told = hub.run("status").out
    assert "backlog: 1 ticket, was last brought up to date 2 hours ago" in told
    assert told.count("brought up to date") == 1


def test_a_run_for_one_item_leaves_the_rest_as_old_as_it_was(hub):
    hub.sync()
    age(hub, 7_200)
    assert hub.run("sync", "--only", "SHOP-1").code == 0
    late = hub.run("status", "--max-age", "1h", "-q")
    assert late.code == 1
    assert "backlog was last" in late.err


def test_runs_of_an_older_version_count_for_all_syncs(hub):
    hub.sync()
    store = Store(hub.database)
    with store.transaction():
        store.database.write('UPDATE run SET outcome = \'{"code":0,"done":{}}\'')
    store.close()
    assert hub.run("status", "--max-age", "1h").code == 0
    assert judged(hub) == []


def age(hub, seconds):
    """What was done up to now was done so long ago."""
    store = Store(hub.database)
    with store.transaction():
        store.database.write("UPDATE run SET ended = ended - ?, started = started - ?", [seconds * 1000] * 2)
    store.close()
