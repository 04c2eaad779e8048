"""What stands in a remote steers no terminal: no escape, no turn of the reading direction reaches stdout or stderr."""

from __future__ import annotations

import re

import pytest
from cli_workspace import PROJECT, REPO, cli_workspace
from functional.flavours import written

from pmhub_github.simulator import Fault as GitHubFault
from pmhub_jira.simulator import Fault as JiraFault

HOSTILE = "a\x1b[2J\x1b]0;owned\x07\x9b31m\x85\u202eevil\u2066x\u200f\u061c\u2028 \x1b]8;;https://e.example\x1b\\"
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
READS = (
    ("plan",), ("plan", "--format", "json"), ("plan", "--format", "md"), ("plan", "--format", "jsonl"), ("sync", "-vv"), ("status",),
    ("status", "--format", "md"), ("conflicts", "list", "--all"), ("conflicts", "list", "--all", "--format", "md"),
    ("errors", "list", "--all"), ("errors", "list", "--format", "md"),
)  # fmt: skip


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        yield workspace


def steering(hub):
    return [text for text in hub.outputs if STEERS.search(text)]


def test_nothing_that_a_remote_holds_steers_the_terminal(hub):
    hub.write(fields='[syncs.backlog.fields]\ntitle = { conflict = "hold" }')
    hub.github.user_create_issue(REPO, f"{HOSTILE} title", f"{HOSTILE} body", labels=["la\x1b[31mbel"], user="mallory")
    hub.github.user_comment(REPO, 1, f"{HOSTILE} said")
    hub.jira.user_create_issue(PROJECT, "plain \u202e title", description=written(f"{HOSTILE} there"))
    for args in READS:
        hub.run(*args, "--log-format", "text")
    key = hub.jira.issues(PROJECT)[0].key
    hub.rest()
    hub.jira.user_edit_issue(key, summary="theirs \u202e")
    for number in hub.github.issues(REPO):
        hub.github.user_edit_issue(REPO, number, title=f"{HOSTILE} mine", body=f"{HOSTILE}\n\nmore")
    for args in READS:
        hub.run(*args)
    for item in (key, f"{REPO}#1", HOSTILE):
        for verb in ("show", "why"):
            hub.run(verb, item)
            hub.run(verb, item, "--format", "md")
    assert any("<U+001B>" in text or "U+202E" in text for text in hub.outputs)
    assert steering(hub) == []


def test_nothing_that_a_remote_says_of_an_error_steers_the_terminal(hub):
    hub.jira.user_create_issue(PROJECT, "Pay in one step")
    told = {"message": HOSTILE, "errors": [{"field": HOSTILE, "message": HOSTILE}]}
    hub.github.fault(
        GitHubFault("status", method="POST", path=f"/repos/{REPO}/issues", status=422, times=99, body=told)
    )
    for _ in range(5):
        hub.run("sync", "-vv")
        hub.rest()
    hub.run("errors", "list", "--all")
    hub.jira.fault(JiraFault("status", path="/myself", status=401, times=9, body={"errorMessages": [HOSTILE]}))
    assert hub.run("sync", "-vv").code == 4
    assert "owned" in "".join(hub.outputs)
    assert steering(hub) == []
