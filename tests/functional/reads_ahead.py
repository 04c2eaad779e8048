"""What a run has begun to read and takes no more of is answered some time later: what is counted next is counted after that."""

from __future__ import annotations

import threading

PATIENCE = 5.0  # a server that hangs on purpose is not waited for


def wait_for_reads_ahead() -> None:
    for thread in threading.enumerate():
        if thread.name == "pmhub-ahead":
            thread.join(PATIENCE)
