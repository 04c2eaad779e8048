"""What goes wrong on the wire, over real sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import httpx
import pytest
from jira_site import new_issue, open_site

from pmhub_jira.simulator import Fault

BULK = r"/rest/api/3/issue/bulk$"


@pytest.fixture
def site():
    with open_site() as opened:
        yield opened


def create(site):
    return site.ask("POST", "issue/bulk", {"issueUpdates": [new_issue("One")]})


def summaries(site):
    return [issue.summary for issue in site.simulator.issues("SHOP")]


def test_connections_are_kept_open(site):
    for _ in range(3):
        site.get("myself")
    (pool,) = [site.client._transport._pool]
    assert len(pool.connections) == 1


def test_dropped_before_means_nothing_was_done(site):
    site.simulator.fault(Fault("drop_before", "POST", BULK))
    with pytest.raises(httpx.RemoteProtocolError):
        create(site)
    assert summaries(site) == []
    assert create(site).status_code == 201


def test_dropped_after_means_it_was_done_and_nobody_knows(site):
    site.simulator.fault(Fault("drop_after", "POST", BULK))
    with pytest.raises(httpx.RemoteProtocolError):
        create(site)
    assert summaries(site) == ["One"]
    (exchange,) = site.simulator.requests
    assert (exchange.status, exchange.fault) == (None, "drop_after")


def test_a_truncated_answer_promises_more_than_it_sends(site):
    site.simulator.fault(Fault("truncate", "POST", BULK))
    with pytest.raises(httpx.RemoteProtocolError):
        create(site)
    assert summaries(site) == ["One"]


def test_a_gateway_error_comes_before_or_after_the_deed(site):
    site.simulator.fault(Fault("status", "POST", BULK, status=502, body="<html>Bad Gateway</html>"))
    site.simulator.fault(Fault("status_after", "POST", BULK, nth=2, status=503, headers={"Retry-After": "7"}))
    answer = create(site)
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (502, "text/html")
    assert summaries(site) == []
    answer = create(site)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert summaries(site) == ["One"]


def test_a_fault_strikes_the_nth_match_and_as_often_as_told(site):
    site.simulator.fault(Fault("status", "GET", "myself", nth=2, times=2, status=500))
    site.get("serverInfo")
    assert [site.ask("GET", "myself").status_code for _ in range(4)] == [200, 500, 500, 200]


def test_a_rate_limit_says_why_and_for_how_long(site):
    site.simulator.limit(reason="jira-burst-based", retry_after=3)
    answer = create(site)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["RateLimit-Reason"] == "jira-burst-based"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Reset"] == "2026-11-22T10:00Z"
    assert summaries(site) == []
    assert create(site).status_code == 201


def test_a_gateways_limit_may_not_say_for_how_long(site):
    site.simulator.limit(reason="jira-quota-global-based", retry_after=None, path="search")
    assert create(site).status_code == 201
    answer = site.ask("POST", "search/jql", {"jql": "project = SHOP"})
    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers


def test_one_issue_takes_twenty_writes_in_two_seconds(site):
    site.simulator.issue_writes.enforced = True
    for summary in ("One", "Two"):
        site.simulator.user_create_issue("SHOP", summary)
    codes = [site.ask("PUT", "issue/SHOP-1", {"fields": {"summary": f"{n}"}}).status_code for n in range(21)]
    assert codes == [204] * 20 + [429]
    refused = site.ask("PUT", "issue/SHOP-1", {"fields": {"summary": "x"}})
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    site.put("issue/SHOP-2", {"fields": {"summary": "Another issue"}})
    site.clock.pass_time(2)
    site.put("issue/SHOP-1", {"fields": {"summary": "Again"}})


def test_exchanges_are_recorded_without_the_secret(site):
    create(site)
    (exchange,) = site.simulator.requests
    assert (exchange.method, exchange.path, exchange.status) == ("POST", "/rest/api/3/issue/bulk", 201)
    assert exchange.request_json["issueUpdates"][0]["fields"]["summary"] == "One"
    assert exchange.response_json["issues"][0]["key"] == "SHOP-1"
    assert "Authorization" not in exchange.request_headers
    assert "X-AREQUESTID" in exchange.response_headers


def test_unknown_paths_and_unreadable_bodies_are_refused(site):
    assert site.ask("GET", "search").status_code == 404
    assert site.client.post("/rest/api/3/issue", content=b"{not json").status_code == 400


def test_a_closed_server_refuses_connections():
    with open_site() as site:
        site.get("myself")
        site.server.close()
        with pytest.raises(httpx.TransportError):
            site.get("myself")


def test_it_runs_as_a_process_of_its_own_until_told_to_stop():
    command = [sys.executable, "-m", "pmhub_jira.simulator", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        url = process.stdout.readline().strip()
        answer = httpx.get(f"{url}/rest/api/3/project/SHOP", auth=("bot@example.com", "fake-token"), trust_env=False)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert answer.json()["key"] == "SHOP"
