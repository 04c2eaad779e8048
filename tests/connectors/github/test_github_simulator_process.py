"""The simulator as a process of its own, with its state kept in a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from pmhub_github.simulator import GitHubSimulator

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"


def start(state: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "pmhub_github.simulator", "--state", str(state)]
    options = ["--repo", "example/shop", "--token", "fake-token-bot=pmhub-bot"]
    environment = {**os.environ, "PYTHONPATH": str(PLUGINS)}
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_state_outlives_the_process(tmp_path: Path) -> None:
    state, headers = tmp_path / "state.json", {"Authorization": "Bearer fake-token-bot"}
    process, url = start(state)
    fields = {"title": "kept", "body": "text", "labels": ["bug"], "type": "Bug"}
    made = httpx.post(f"{url}/repos/example/shop/issues", headers=headers, json=fields, trust_env=False).json()
    stop(process)
    assert json.loads(state.read_text("utf-8"))["tokens"] == {"fake-token-bot": "pmhub-bot"}
    process, url = start(state)
    kept = httpx.get(f"{url}/repos/example/shop/issues/1", headers=headers, trust_env=False).json()
    stop(process)
    same = ("id", "node_id", "title", "body", "created_at", "type")
    assert {key: kept[key] for key in same} == {key: made[key] for key in same}
    assert kept["labels"][0]["name"] == "bug"


def test_no_credential_is_recorded(api: httpx.Client, simulator: GitHubSimulator) -> None:
    api.get("/user")
    assert "fake-token" not in repr(simulator.requests)
    assert simulator.requests[0].login == "pmhub-bot"
