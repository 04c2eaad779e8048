"""A run in a process of its own, with an end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress


async def run(command: Sequence[str], worker: str, *, seconds: float, grace: float) -> int:
    """Its exit code; the negative number of a signal that ended it. After `seconds` it is asked to end, `grace` later it is
    killed, as when the worker itself must go.
    """
    # A session of its own: a signal to the worker's group is for the worker, which lets its runs end.
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PMHUB_WORKER": worker},
        start_new_session=True,
    )
    try:
        return await asyncio.wait_for(child.wait(), seconds)
    except TimeoutError:
        return await _ended(child, grace)
    except asyncio.CancelledError:
        await _ended(child, grace)
        raise


async def _ended(child: asyncio.subprocess.Process, grace: float) -> int:
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        return await asyncio.wait_for(child.wait(), grace)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        return await child.wait()
