"""Runs pmhub as anybody would, as a process of its own, and shows the command with what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pmhub_demo.narration import shortened, tell_command, tell_output
from pmhub_demo.services import GITHUB_TOKEN, JIRA_TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from pmhub_demo.services import Services

TOKENS = {"DEMO_GITHUB_TOKEN": GITHUB_TOKEN, "DEMO_JIRA_TOKEN": JIRA_TOKEN}
SECONDS_TO_STOP = 5
SECONDS_TO_RUN = 300


class Unexpected(Exception):
    """pmhub ended in another way than the demo is about."""


@dataclass(frozen=True)
class Shell:
    """Drives pmhub on one workspace, and counts what it asks of the services."""

    config: Path
    services: Services

    def run(self, *words: str, head: int = 12, tail: int = 0, expect: int = 0) -> int:
        """Show and run `pmhub WORDS`; return the number of requests. Of a long output the first and last lines are shown."""
        before = self.services.requests
        tell_command([*words, "--config", str(self.config)])
        code, said, complained = self._child(words)
        requests = self.services.requests - before
        tell_output(shortened(said, head, tail), [*complained, *([f"exit code {code}"] if code else [])])
        if code != expect:
            raise Unexpected(f"`pmhub {' '.join(words)}` ended with {code}; the demo expects {expect}")
        return requests

    def _child(self, words: tuple[str, ...]) -> tuple[int, list[str], list[str]]:
        """Exit code and lines of stdout and stderr. Whatever ends the demo ends the child as well."""
        command = [sys.executable, "-m", "pmhub", *words, "--config", str(self.config)]
        child, interrupted = _born(command)
        try:
            if interrupted:
                raise KeyboardInterrupt
            said, complained = child.communicate(timeout=SECONDS_TO_RUN)
        finally:
            stop(child)
        return child.returncode, said.splitlines(), complained.splitlines()


def _born(command: list[str]) -> tuple[subprocess.Popen[str], bool]:
    """The child, and whether Ctrl-C came meanwhile: raised inside, it would leave a child that nobody knows."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        child = subprocess.Popen(  # noqa: S603 - our own program
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
    finally:
        signal.signal(signal.SIGINT, before)
    return child, bool(heard)


def stop(child: subprocess.Popen[str]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def environment() -> dict[str, str]:
    """Ours, without the settings of pmhub that somebody's own workspace may have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMHUB_")}
    return kept | TOKENS | {"PYTHONIOENCODING": "utf-8"}
