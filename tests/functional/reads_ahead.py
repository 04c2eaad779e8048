"""What a run has begun to read and takes no more of is answered some time later: what is counted next is counted after that."""

from __future__ import annotations

import threading

PATIENCE = 1.0  # one that waits in vain is not waited for: it asks nothing more


def wait_for_reads_ahead() -> None:
    for thread in threading.enumerate():
        if thread.name == "pmhub-ahead":
            thread.join(PATIENCE)
