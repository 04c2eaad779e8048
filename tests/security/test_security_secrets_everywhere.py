"""Where a token could still hide: the write-ahead log, a stored refusal, a cut title, an address, a redirect, an exception."""

from __future__ import annotations

import base64
import subprocess
import traceback
from contextlib import suppress
from urllib.parse import quote

import pytest
from cli_workspace import CANARY, PROJECT, REPO, cli_workspace

from pmhub.errors import PmhubError
from pmhub.http import Account, Client, Secrets
from pmhub.http.redact import redact
from pmhub.sdk import Secret
from pmhub_github.simulator import Fault as GitHubFault
from pmhub_jira.simulator import Fault as JiraFault

PIECE = CANARY[:12]
BASIC = base64.b64encode(f"bot@example.com:{CANARY}".encode()).decode()
FORMS = (CANARY, quote(CANARY, safe=""), base64.b64encode(CANARY.encode()).decode(), BASIC)


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        yield workspace


def files(hub):
    """Name → bytes, of those that do not go away meanwhile."""
    found = {}
    for path in hub.folder.rglob("*"):
        with suppress(OSError):
            found[path.name] = path.read_bytes()
    return found


def leaks(hub):
    found = [text for text in hub.outputs if any(form in text for form in FORMS)]
    return found + [name for name, held in files(hub).items() if any(form.encode() in held for form in FORMS)]


def test_no_file_holds_the_token_while_a_run_is_under_way(hub):
    hub.jira.latency = 0.2
    child = hub.start("sync")
    wal = hub.database.with_name("pmhub.db-wal")
    seen = {}
    while child.poll() is None:
        seen |= files(hub) if wal.exists() else {}
        assert leaks(hub) == []
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.02)
    hub.outputs += child.communicate(timeout=60)
    assert {"pmhub.db-wal", "pmhub.lock", "pmhub.holder"} <= seen.keys()
    assert leaks(hub) == []


def test_a_refusal_that_repeats_the_token_is_stored_without_it(hub):
    hub.github.user_create_issue(REPO, "towards jira")
    for status, body in (
        (403, {"errorMessages": [f"no {CANARY}"]}),
        (400, {"errorMessages": [f"bad {BASIC}"], "errors": {}}),
    ):
        hub.jira.fault(JiraFault("status", method="POST", path="/issue/bulk", status=status, times=3, body=body))
    told = {"message": f"{'x' * 480} {CANARY}", "errors": [{"field": "title", "message": CANARY}]}
    hub.github.fault(GitHubFault("status", method="POST", path=f"/repos/{REPO}/issues", status=422, times=9, body=told))
    for _ in range(6):
        hub.run("sync", "-vv", "--log-format", "text")
        hub.rest()
    listed = hub.run("errors", "list", "--all", "--format", "json")
    assert listed.json["errors"]
    assert leaks(hub) == []
    assert not any(PIECE in text for text in hub.outputs)


@pytest.mark.flavour("a token, and an account of Cloud", jira=("cloud",), github=("token", "enterprise"))
def test_a_redirect_that_carries_the_token_tells_it_nowhere(hub):
    place = f"https://u:{FORMS[1]}@192.0.2.1/{FORMS[1]}?t={FORMS[1]}"
    hub.github.fault(GitHubFault("status", path="/user", status=302, times=9, headers={"location": place}, body={}))
    assert hub.run("sync", "-vv").code != 0
    assert leaks(hub) == []


def test_a_title_that_is_cut_within_the_token_shows_no_part_of_it(hub):
    for room in (40, 60, 66, 70):
        hub.jira.user_create_issue(PROJECT, f"{'word ' * (room // 5)}{CANARY}")
    for args in (
        ("plan",),
        ("plan", "--format", "md"),
        ("plan", "--format", "json"),
        ("plan", "-o", "plan.json"),
        ("sync", "-vv"),
    ):
        assert hub.run(*args).code == 0
    assert not any(PIECE in text for text in hub.outputs)
    assert PIECE not in (hub.folder / "plan.json").read_text()


@pytest.mark.parametrize("key", ["url", "proxy"])
def test_credentials_in_an_address_are_told_to_nobody(hub, key):
    secret = "fake-p@ss-canary"
    if key == "url":
        hub.write(replace={f'url = "{hub.urls["jira"]}"': f'url = "https://me:{secret}@jira.invalid"'})
    else:
        hub.write(
            replace={'connector = "github"': f'connector = "github"\nproxy = "http://me:{secret}@proxy.invalid:1"'}
        )
    for args in (
        ("config", "check", "-vv"),
        ("sync", "-vv"),
        ("status", "-vv"),
        ("plan", "-vv", "--log-format", "json"),
    ):
        hub.run(*args)
    assert not any("ss-canary" in text for text in hub.outputs)
    assert not any(b"ss-canary" in held for name, held in files(hub).items() if name != "pmhub.toml")


def test_a_proxy_of_the_environment_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://me:fake-p@ss-canary@127.0.0.1:9")
    with Client(Account("https://tracker.invalid", "", "me"), sleep=lambda _: None) as client:
        for ask in (lambda: client.get("/x", template="/x"), lambda: client.write("POST", "/x", template="/x")):
            with pytest.raises(PmhubError) as caught:
                ask()
            assert "ss-canary" not in "".join(traceback.format_exception(caught.value)) + caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        CANARY, quote(CANARY, safe=""), quote(CANARY, safe="").lower().replace("zm9vymfy", "Zm9vYmFy"), f"a{CANARY[:20]}…", f'"{CANARY[:9]}"',
        f"https://me:{CANARY}@host/x", "https://me:pa@ss@host/x", f"Authorization: Basic {BASIC}", BASIC.rstrip("="),
    ],
)  # fmt: skip
def test_every_shape_of_a_secret_is_masked(text):
    secrets = Secrets([CANARY])
    secrets.learn(f"Basic {BASIC}")
    shown = secrets.redact(text)
    assert "***" in shown
    assert not any(piece in shown for piece in (CANARY[:9], BASIC[:12], "pa@", "ss@"))


def test_words_that_only_begin_like_a_secret_stay():
    assert redact("production is down, producti on", ["production-password"]) == "production is down, producti on"


def test_an_exception_holds_no_token_in_any_frame_that_is_shown(hub):
    secret = Secret({"env": "X"}, CANARY)
    account = Account("https://nowhere.invalid", f"Bearer {CANARY}", "me")
    with Client(account, sleep=lambda _: None) as client, pytest.raises(PmhubError) as caught:
        client.get("/x", template="/x")
    told = "".join(traceback.format_exception(caught.value))
    assert CANARY not in told + repr(secret) + str(secret) + repr(account) + repr(client) + repr(vars(account).keys())
