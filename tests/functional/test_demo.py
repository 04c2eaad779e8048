"""`pmhub demo` as anybody starts it: a process of its own, in a folder of its own, without a terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 240
COMMAND = [sys.executable, "-m", "pmhub", "demo", "--tickets", "12"]


def watch(cwd: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=cwd, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def watched(place) -> subprocess.CompletedProcess[str]:
    return watch(place)


def said_after(command: str, told: str) -> str:
    """What the last such command of the demo said."""
    return re.split(rf"^\$ pmhub {command}.*\n", told, flags=re.MULTILINE)[-1].split("\n\n")[0].strip()


def test_the_demo_ends_well(watched):
    assert watched.returncode == 0, watched.stdout + watched.stderr
    assert watched.stderr == ""


def test_it_ends_with_an_empty_plan_and_a_silent_sync(watched):
    assert said_after("plan", watched.stdout) == "Settled: nothing to do."
    assert said_after("sync --quiet", watched.stdout) == "(no output)"


def test_one_conflict_is_shown_and_settled(watched):
    assert watched.stdout.count("1 conflict waits for you") == 1
    asked = said_after("conflicts list", watched.stdout)
    assert "jira: Show delivery dates before checkout" in asked
    assert "github: Show delivery dates in the cart" in asked
    assert "title is settled" in said_after("conflicts resolve", watched.stdout)


def test_it_proves_that_both_sides_agree(watched):
    summary = watched.stdout.partition("Both sides agree.")[2]
    github, jira = re.findall(r"^  (GitHub|Jira) .* (\d+) tickets, (\d+) comments$", summary, re.MULTILINE)
    assert (github[0], jira[0]) == ("GitHub", "Jira")
    assert github[1:] == jira[1:]
    assert github[1] == "14"


def test_its_output_is_readable_without_a_terminal(watched):
    lines = watched.stdout.splitlines()
    assert "\x1b" not in watched.stdout
    assert max(map(len, lines)) <= 140
    assert len(lines) < 170


def test_the_workspace_stays_and_can_be_looked_at_without_the_services(watched, place):
    workspace = place / "pmhub-demo"
    assert {"pmhub.toml", "pmhub.db", "pmhub.conflicts.jsonl"} <= {path.name for path in workspace.iterdir()}
    status = subprocess.run(
        [sys.executable, "-m", "pmhub", "status", "--config", workspace / "pmhub.toml"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert status.returncode == 0, status.stderr
    assert "14 tickets" in status.stdout


@pytest.mark.soak
def test_a_second_demo_over_the_same_folder_starts_anew(watched, place):
    assert watched.returncode == 0
    again = watch(place)
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    refused = watch(tmp_path, "--folder", ".")
    assert refused.returncode == 1
    assert "Name another one with --folder" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_interrupted_demo_leaves_no_process_behind(tmp_path):
    with subprocess.Popen(
        COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, encoding="utf-8"
    ) as demo:
        while "$ pmhub plan" not in demo.stdout.readline():
            assert demo.poll() is None
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=SECONDS)
    assert demo.returncode == 128 + signal.SIGINT
    with pytest.raises(ProcessLookupError):
        os.killpg(demo.pid, 0)
