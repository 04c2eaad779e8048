"""One run a workspace at a time. The kernel frees the lock when its process dies, however it dies."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pmhub.errors import Locked, StoreError
from pmhub.store.files import make_folder, refuse_links, write_new


@contextmanager
def locked(database: Path, *, wait: float, now: int) -> Iterator[None]:
    """`wait`: seconds to wait for another run. Raises Locked, naming the holder where it said who it is."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - reading commands do not need it

    holder = database.with_suffix(".holder")
    lock = FileLock(database.with_suffix(".lock"), mode=0o600)
    try:
        make_folder(database.parent)
        refuse_links(Path(lock.lock_file))  # an older filelock would empty what a link leads to
        lock.acquire(timeout=wait, poll_interval=0.05)
    except Timeout:
        raise Locked(
            f"another run holds this workspace{_who(holder)}", hint="Wait for it, or give --wait SECONDS."
        ) from None
    except OSError as error:
        raise StoreError(
            f"{lock.lock_file}: {error.strerror}", hint="Check the permissions of the folder, and its disk."
        ) from error
    try:
        _sign(holder, now)
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _sign(holder: Path, now: int) -> None:
    """Only to name the holder to others: where it cannot be written, the lock holds all the same."""
    with suppress(OSError):
        write_new(holder, json.dumps({"pid": os.getpid(), "since": now}))


def _who(holder: Path) -> str:
    try:
        said = json.loads(holder.read_text())
        return f" (process {said['pid']})"
    except (OSError, ValueError, KeyError):
        return ""
