"""One process measured from outside: by the operating system's own account of it when it ended."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile


@dataclass(frozen=True)
class Measured:
    """`wall`, `cpu` (user and system) in seconds; `peak` in MiB."""

    code: int
    wall: float
    cpu: float
    peak: float
    out: str = ""
    err: str = ""


def measured(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Measured:
    with TemporaryFile() as out, TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environ), stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        return Measured(process.returncode, wall, _cpu(usage), usage.ru_maxrss / 1024, _text(out), _text(err))


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _text(file: object) -> str:
    file.seek(0)  # type: ignore[attr-defined]
    return file.read().decode("utf-8", "replace")  # type: ignore[attr-defined,no-any-return]
