"""The stages of the functional tests serve these too."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "functional"))


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command that ran in this process took the log of `pmhub` for itself."""
    log = logging.getLogger("pmhub")
    before = (log.handlers[:], log.propagate, log.level)
    yield
    log.handlers[:], log.propagate = before[0], before[1]
    log.setLevel(before[2])
