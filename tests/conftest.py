"""What every test may lean on: where the repository is."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the project."""
    return Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is said of one flavour is left out where PMHUB_FLAVOURS names another."""
    if "PMHUB_FLAVOURS" not in os.environ:
        return
    here = dict(zip(("jira", "github"), os.environ["PMHUB_FLAVOURS"].split(), strict=True))
    for item in items:
        for mark in item.iter_markers("flavour"):
            if any(here[of] not in flavours for of, flavours in mark.kwargs.items()):
                item.add_marker(pytest.mark.skip(reason=mark.args[0]))


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
