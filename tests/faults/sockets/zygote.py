"""A process that has imported all of pmhub and forks a child for every command: `python zygote.py`, orders as JSON lines.

`{"start": {…}}` answers `{"pid": n}`; `{"wait": pid}` answers `{"code": n, "said": text}` (negative: the signal); `{"release": true}`
lets the children go that wait at the barrier; `{"imports": [names]}` imports what a first child was seen to need.

A job: `args`, `folder`, `seen` (file for what it measures of itself), and what the child is to suffer: `ahead` (seconds that its clock is in the future), `die_at` (SIGKILL by itself at the nth step of I/O),
`most_bytes` (no file may grow larger), `busy_ms` (patience with a locked database), `obeys` (file permissions bind also the superuser), `barrier`.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import socket
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


class Steps:
    """Counts the edges of every call that leaves the process, and ends it at one of them."""

    def __init__(self, die_at: int) -> None:
        self.die_at, self.taken = die_at, 0

    def step(self) -> None:
        self.taken += 1
        if self.taken == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            self.step()
            result = call(*args, **more)
            self.step()
            return result

        return run


def count_steps(steps: Steps) -> None:
    """Statements, sockets and files."""

    class Connection(sqlite3.Connection):
        execute = steps.counted(sqlite3.Connection.execute)
        executemany = steps.counted(sqlite3.Connection.executemany)

    connect = sqlite3.connect
    sqlite3.connect = lambda *args, **more: connect(*args, **{"factory": Connection, **more})
    for name in ("send", "sendall", "recv", "connect"):
        setattr(socket.socket, name, steps.counted(getattr(socket.socket, name)))
    for name in ("replace", "fsync"):
        setattr(os, name, steps.counted(getattr(os, name)))


def set_clock(ahead: float) -> None:
    now, now_ns = time.time, time.time_ns
    time.time = lambda: now() + ahead
    time.time_ns = lambda: now_ns() + round(ahead * 1e9)


def measure_lock(seen: dict[str, Any]) -> None:
    from filelock import FileLock  # noqa: PLC0415

    acquire = FileLock.acquire

    def measured(self: Any, *args: Any, **more: Any) -> Any:
        seen["asked"], seen["worked"] = time.monotonic(), time.process_time()
        return acquire(self, *args, **more)

    FileLock.acquire = measured


def obey_permissions() -> None:
    """Gives up the capabilities to override them; see capabilities(7)."""
    system = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    system.capget(header, sets)
    sets[0] &= ~0b110
    if system.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")


def child(job: dict[str, Any], out: int, barrier: int) -> None:
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
    os.chdir(job["folder"])
    seen: dict[str, Any] = {}
    steps = Steps(job.get("die_at", 0))
    prepare(job, steps, seen)
    if job.get("barrier"):
        os.read(barrier, 1)
    code = 1
    try:
        from pmhub.cli.main import main  # noqa: PLC0415

        main(job["args"])
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - nothing above would tell it
        traceback.print_exc()
    finally:
        seen["left"], seen["worked"] = time.monotonic(), time.process_time() - seen.get("worked", 0.0)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        tell(job, {**seen, "steps": steps.taken, "modules": sorted(sys.modules)})
        os._exit(code)


def prepare(job: dict[str, Any], steps: Steps, seen: dict[str, Any]) -> None:
    measure_lock(seen)
    set_clock(job.get("ahead", 0.0))
    if "die_at" in job:
        count_steps(steps)
    if "busy_ms" in job:
        database = importlib.import_module("pmhub.store.sqlite")
        database.BUSY_SECONDS = job["busy_ms"] / 1000
    if job.get("obeys"):
        obey_permissions()
    if "most_bytes" in job:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["most_bytes"], resource.RLIM_INFINITY))


def tell(job: dict[str, Any], seen: dict[str, Any]) -> None:
    if "most_bytes" in job:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    Path(job["seen"]).write_text(json.dumps(seen))


def start(job: dict[str, Any], said: dict[int, int], barrier: int, gate: int) -> int:
    """What it says goes through a pipe, which no limit on files touches."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(gate)
        child(job, writer, barrier)
    os.close(writer)
    said[pid] = reader
    return pid


def serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said: dict[int, int] = {}
    barrier, gate = os.pipe()
    for line in sys.stdin:
        order = json.loads(line)
        answer: dict[str, Any] = {}
        if "start" in order:
            answer["pid"] = start(order["start"], said, barrier, gate)
        elif "wait" in order:
            pid = order["wait"]
            answer["code"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            with os.fdopen(said.pop(pid)) as out:
                answer["said"] = out.read()
        elif "release" in order:
            os.close(gate)
            os.close(barrier)
            barrier, gate = os.pipe()
        elif "imports" in order:
            for name in order["imports"]:
                with suppress(Exception):
                    importlib.import_module(name)
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
