"""Runs of a configured workspace in this process, on a clock that can be moved; and a real process, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from functional.reads_ahead import wait_for_reads_ahead

from pmhub.config import fetch_secrets, load
from pmhub.config import plugins as installed
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.lanes import Pace
from pmhub.sync.run import run


@dataclass
class Clock:
    ahead: float = 0.0

    def seconds(self):
        return time.time() + self.ahead

    def ms(self):
        return int(self.seconds() * 1000)

    def advance(self, seconds):
        self.ahead += seconds


def run_once(file: Path, clock: Clock, *, deep: bool = False, pace: Pace | None = None):
    """One run, as a new process would do it; its report."""
    workspace = fetch_secrets(load(file, installed.load(), os.environ), os.environ)
    store = Store(workspace.database, durable=False)
    options = Options(clock=clock.ms, sleep=clock.advance, deep=deep)
    try:
        with assembled(workspace, store, options) as hub:
            hub.pace = pace or hub.pace
            return run(hub)
    finally:
        store.close()
        wait_for_reads_ahead()


def killed_when(file: Path, is_time, **environ: str) -> None:
    """`is_time` is asked all the while that the process runs."""
    command = [sys.executable, "-m", "pmhub", "sync", "--config", str(file)]
    env = {**os.environ, **environ}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    until(lambda: process.poll() is not None or is_time())
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said


def until(is_time) -> None:
    deadline = time.monotonic() + 120
    while not is_time() and time.monotonic() < deadline:
        time.sleep(0.0005)  # to those who are waited for
