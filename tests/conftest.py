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
def log_as_found() -> Iterator[None]:
    """The command line sets up the project's logger for its process; the next test wants it as it was."""
    logger = logging.getLogger("pmhub")
    level, propagate, handlers = logger.level, logger.propagate, list(logger.handlers)
    yield
    logger.propagate, logger.handlers = propagate, handlers
    logger.setLevel(level)
