"""Heartbeats and metrics: what those who watch from outside are told, and that none of it ever fails a run."""

from __future__ import annotations

import re
import stat
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from cli_workspace import PROJECT, cli_workspace

from pmhub.insight.metrics import HELP, Sample, _lines
from pmhub.sync.heartbeat import Beat, beat_of

SECRET_PATH = "/ping/fake-4f1e"
SAMPLE = re.compile(r'pmhub_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+0-9.e]+')


class Watcher:
    def __init__(self, status=200):
        self.heard, self.status = [], status
        watcher = self

        class Listening(BaseHTTPRequestHandler):
            def do_GET(self):
                watcher.heard.append((self.path, dict(self.headers)))
                self.send_response(watcher.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Listening)
        self.url = f"http://127.0.0.1:{self.server.server_port}{SECRET_PATH}"
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def beats(self):
        return [path.removeprefix(SECRET_PATH) for path, _ in self.heard]


@pytest.fixture
def watcher():
    found = Watcher()
    yield found
    found.close()


@pytest.fixture
def hub(tmp_path, watcher):
    with cli_workspace(tmp_path) as workspace:
        workspace.environ["HEARTBEAT_URL"] = watcher.url
        workspace.write(fields='[heartbeat]\nurl = { env = "HEARTBEAT_URL" }\n\n[metrics]\nfile = "out.prom"\n')
        yield workspace


def test_a_run_beats_when_it_starts_and_when_it_ended_well(hub, watcher):
    hub.sync()
    assert watcher.beats == ["/start", ""]
    assert not {"Authorization", "Cookie"} & watcher.heard[0][1].keys()


def test_a_run_that_cannot_do_its_work_tells_that_it_failed(hub, watcher):
    assert hub.run("sync", JIRA_TOKEN="fake-token-wrong").code == 4
    assert watcher.beats == ["/start", "/fail"]


def test_applying_a_plan_is_a_run_too(hub, watcher):
    hub.run("plan", "-o", "a.plan")
    assert watcher.beats == []
    assert hub.run("apply", "a.plan").code == 0
    assert watcher.beats == ["/start", ""]


@pytest.mark.parametrize("status", [404, 500])
def test_a_watcher_that_does_not_listen_fails_nothing(hub, watcher, status):
    watcher.status = status
    done = hub.run("sync")
    assert done.code == 0
    assert f"the heartbeat was not heard: it was answered with {status}" in done.err
    assert hub.run("sync", "-q").err == ""


def test_a_watcher_that_is_gone_fails_nothing_and_its_address_is_not_told(hub, watcher):
    watcher.close()
    done = hub.run("sync", "-vv")
    assert done.code == 0
    assert "the heartbeat was not heard" in done.err
    assert SECRET_PATH not in "".join(hub.outputs)


def test_an_address_that_cannot_be_used_is_not_told_either(hub, watcher):
    done = hub.run("sync", "-vv", HEARTBEAT_URL=f"{watcher.url}?create=1")
    assert done.code == 0
    assert "the heartbeat was not heard" in done.err
    assert SECRET_PATH not in done.err


def test_what_waits_for_a_person_is_no_failure_and_what_passes_by_itself_is_not_told():
    beats = {code: beat_of(code) for code in range(9)}
    assert {code for code, beat in beats.items() if beat is Beat.SUCCESS} == {0, 3, 6}
    assert {code for code, beat in beats.items() if beat is Beat.FAIL} == {1, 4, 8}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("[heartbeat]", "heartbeat.url: is missing"),
        ('[heartbeat]\nurl = "http://watcher.example.com/1"', "plain http is only for this machine"),
        ('[heartbeat]\nurl = "https://watcher.example.com/1?create=1"', "it holds a query"),
        ("[heartbeat]\nurl = 5", "heartbeat.url: must be text, or a secret"),
        ('[heartbeat]\nurl = { evn = "X" }', "a secret is a table with exactly one of"),
        ('[heartbeat]\nurl = { env = "NOT_THERE" }', "the environment has no variable NOT_THERE"),
        ("[metrics]", "metrics.file: is missing"),
        ('[metrics]\nflie = "x"', "did you mean `file`?"),
    ],
)
def test_a_mistake_in_these_tables_is_told_like_any_other(hub, setting, told):
    hub.write(fields=setting)
    done = hub.run("sync")
    assert done.code == 1
    assert told in done.err


def test_the_metrics_tell_how_the_run_went_and_how_everything_stands(hub):
    hub.jira.user_create_issue(PROJECT, "Pay")
    hub.sync()
    file = hub.folder / "out.prom"
    text = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert "pmhub_last_run_exit_code 0.0\n" in text
    assert 'pmhub_last_run_done{what="created ticket"} 1.0\n' in text
    assert 'pmhub_sync_items{sync="backlog",kind="ticket"} 1.0\n' in text
    assert 'pmhub_connection_up{connection="jira"} 1.0\n' in text
    requests = len(hub.jira.requests) + len(hub.github.requests)
    assert f"pmhub_last_run_requests {float(requests)}\n" in text
    told = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in told), told
    assert not list(hub.folder.glob(".out*"))


def test_a_connection_that_is_down_is_told_with_a_run_that_failed(hub):
    hub.sync()
    hub.run("sync", JIRA_TOKEN="fake-token-wrong")
    text = (hub.folder / "out.prom").read_text()
    assert "pmhub_last_run_exit_code 4.0\n" in text
    assert 'pmhub_connection_up{connection="jira"} 0.0\n' in text


def test_metrics_that_cannot_be_written_fail_nothing(hub):
    hub.write(fields='[metrics]\nfile = "no/such/folder/out.prom"\n')
    done = hub.run("sync")
    assert done.code == 0
    assert "the metrics cannot be written to" in done.err


def test_a_name_cannot_break_the_file():
    told = list(_lines([Sample("pmhub_sync_items", 1, {"sync": 'a"\n\\b'})]))
    assert told[-1] == 'pmhub_sync_items{sync="a\\"\\n\\\\b"} 1.0'


def test_every_metric_is_described_in_the_docs(repository):
    page = (repository / "docs/operations.md").read_text("utf-8")
    assert [name for name in HELP if f"`{name}`" not in page] == []
