"""A token appears nowhere: no output, log, database, plan file, archive or process title."""

from __future__ import annotations

import base64
import json
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from cli_workspace import CANARY, PROJECT, REPO, cli_workspace

from pmhub_github.simulator import Fault as GitHubFault
from pmhub_jira.simulator import Fault as JiraFault

FORMS = (
    CANARY,
    quote(CANARY, safe=""),
    base64.b64encode(CANARY.encode()).decode(),
    base64.b64encode(f"bot@example.com:{CANARY}".encode()).decode(),
)


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        yield workspace


def leaks(hub):
    found = [text for text in hub.outputs if any(form in text for form in FORMS)]
    files = [path for path in hub.folder.rglob("*") if path.is_file()]
    assert any(path.name == "pmhub.db" for path in files)
    return found + [path.name for path in files if any(form.encode() in path.read_bytes() for form in FORMS)]


def test_an_ordinary_life_leaks_nothing(hub):
    assert hub.child("plan", "-vv").code == 0
    for args in (
        ["plan", "-vv", "-o", "plan.json"],
        ["plan", "--format", "json", "-vv"],
        ["apply", "plan.json", "-vv", "--log-format", "json"],
        ["sync", "-vv", "--log-format", "text"],
        ["status", "-vv"],
        ["show", "SHOP-1"],
        ["why", "SHOP-1", "--format", "json"],
        ["config", "check", "-vv"],
        ["config", "schema"],
    ):
        assert hub.run(*args).code == 0
    assert leaks(hub) == []


@pytest.mark.flavour("what a token is told", jira=("cloud",), github=("token", "enterprise"))
def test_failures_leak_nothing_not_even_in_tracebacks(hub):
    told = {"message": f"{CANARY} is no good, nor is {FORMS[1]}"}
    hub.github.fault(GitHubFault("status", path="/user", status=401, times=9, body=told))
    hub.jira.fault(
        JiraFault("status", path="/myself", status=403, times=9, body={"errorMessages": [f"bad {FORMS[3]}"]})
    )
    assert hub.run("sync", "-vv").code == 4
    hub.jira.faults.clear()
    hub.jira.fault(JiraFault("status", path="/search", status=400, times=9, body={"errorMessages": [f"bad {CANARY}"]}))
    assert hub.run("sync", "-vv").code != 0
    assert any("***" in text for text in hub.outputs)
    assert leaks(hub) == []


def test_a_remote_that_tells_our_token_back_is_not_quoted(hub):
    hub.github.user_create_issue(REPO, f"my token is {CANARY}")
    done = hub.run("plan", "-o", "plan.json")
    assert "my token is ***" in done.out
    assert "my token is ***" in hub.run("plan", "--format", "json").out
    assert CANARY not in json.dumps(json.loads((hub.folder / "plan.json").read_text()))
    assert CANARY not in hub.outputs[0] + hub.outputs[1]


def test_the_title_of_the_process_holds_no_token(hub):
    hub.jira.latency = 1.0
    child = hub.start("sync")
    while not hub.database.with_suffix(".holder").exists():
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.005)
        assert child.returncode is None
    title = Path(f"/proc/{child.pid}/cmdline")
    told = title.read_bytes() if title.exists() else b""
    hub.jira.latency = 0.0
    child.communicate(timeout=60)
    assert CANARY.encode() not in told
