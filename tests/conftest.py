"""What every test may lean on: where the repository is."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the project."""
    return Path(__file__).resolve().parents[1]


def pytest_sessionstart() -> None:
    """A shell that runs the tests in the background ignores SIGINT for them, and so for the processes they interrupt."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def untouched_log() -> Iterator[None]:
    """The command line sets up the project's logger for its whole process; the next test wants it as Python makes it."""
    yield
    logger = logging.getLogger("pmhub")
    logger.propagate, logger.handlers = True, []
    logger.setLevel(logging.NOTSET)
