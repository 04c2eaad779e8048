"""One run a workspace at a time. The kernel frees the lock when its process dies, however it dies."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pmhub.errors import Locked


@contextmanager
def locked(database: Path, *, wait: float, now: int) -> Iterator[None]:
    """`wait`: seconds to wait for another run. Raises Locked, naming the holder where it said who it is."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - reading commands do not need it

    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    holder = database.with_suffix(".holder")
    lock = FileLock(database.with_suffix(".lock"), mode=0o600)
    try:
        lock.acquire(timeout=wait, poll_interval=0.05)
    except Timeout:
        raise Locked(
            f"another run holds this workspace{_who(holder)}", hint="Wait for it, or give --wait SECONDS."
        ) from None
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "since": now}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    try:
        said = json.loads(holder.read_text())
        return f" (process {said['pid']})"
    except (OSError, ValueError, KeyError):
        return ""
