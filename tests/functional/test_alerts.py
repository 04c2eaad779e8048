"""One alert a problem and one at its end, by the example plugin of the docs, to a real webhook on this machine."""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from threading import Thread
from unittest.mock import patch

import pluggy
import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.sdk import hookspecs
from pmhub_github.simulator.faults import Fault


@pytest.fixture
def webhook():
    heard = []

    class Listening(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["text"])
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listening)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with patch.dict(os.environ, PMHUB_WEBHOOK=f"http://127.0.0.1:{server.server_port}/hook"):
        yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def hooks(repository):
    spec = spec_from_file_location("pmhub_webhook", repository / "docs/examples/pmhub-webhook/pmhub_webhook.py")
    plugin = module_from_spec(spec)
    spec.loader.exec_module(plugin)
    manager = pluggy.PluginManager("pmhub")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin, "webhook")
    manager.check_pending()
    return manager.hook


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path, policies={"title": "hold"}) as stage:
        stage.github.user_create_issue(REPO, "Checkout is slow", "text")
        stage.sync()
        stage.rest()
        yield stage


@pytest.mark.flavour("what a token is told", github=("token", "enterprise"))
def test_an_outage_is_told_once_and_its_end_once(stage, hooks, webhook):
    stage.github.fault(Fault("status", times=99, status=401, body={"message": "Bad credentials"}))
    for _ in range(2):
        stage.sync(hooks=hooks)
        stage.rest()
    assert len(webhook) == 1
    assert webhook[0].startswith("github: GitHub does not accept the token")
    stage.github.faults.clear()
    for _ in range(2):
        stage.sync(hooks=hooks)
    assert webhook[1:] == ["recovered: github"]


def test_a_conflict_that_waits_for_a_person_is_told_with_the_item(stage, hooks, webhook):
    stage.github.user_edit_issue(REPO, 1, title="From one side")
    stage.jira.user_edit_issue(f"{PROJECT}-1", summary="From the other")
    for _ in range(2):
        stage.sync(hooks=hooks)
        stage.rest()
    (told,) = webhook
    assert f"{PROJECT}-1" in told
    assert "two sides changed its title, and it waits for a person" in told


def test_a_run_with_nothing_to_tell_says_nothing(stage, hooks, webhook):
    stage.sync(hooks=hooks)
    assert webhook == []


@pytest.mark.flavour("what a token is told", github=("token", "enterprise"))
def test_a_webhook_that_is_gone_harms_no_run_and_hears_of_it_when_it_is_back(stage, hooks, webhook):
    stage.github.fault(Fault("status", times=99, status=401, body={"message": "Bad credentials"}))
    with patch.dict(os.environ, PMHUB_WEBHOOK="http://127.0.0.1:9/hook"):
        assert stage.sync(hooks=hooks).exit_code == 4
    for _ in range(2):
        stage.rest()
        stage.sync(hooks=hooks)
    (told,) = webhook
    assert told.startswith("github: GitHub does not accept the token")


@pytest.mark.flavour("what a token is told", github=("token", "enterprise"))
def test_what_began_and_ended_while_the_webhook_was_gone_is_not_told(stage, hooks, webhook):
    stage.github.fault(Fault("status", times=99, status=401, body={"message": "Bad credentials"}))
    with patch.dict(os.environ, PMHUB_WEBHOOK="http://127.0.0.1:9/hook"):
        stage.sync(hooks=hooks)
    stage.github.faults.clear()
    for _ in range(2):
        stage.rest()
        stage.sync(hooks=hooks)
    assert webhook == []
