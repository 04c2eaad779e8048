"""What every test may lean on: where the repository is."""

from __future__ import annotations

import gc
import http.client
import logging
import os
import shutil
import signal
import socket
import socketserver
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPMessage
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, settings
from postgres_server import Schemas, served

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""Where no disk is waited for: nothing here outlives a power cut. Bytes that must be free for it."""

if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Compiling all there is takes longer than collecting it, and every process that a test starts would do it again: what is
# compiled is kept, also where Python is told to write nothing beside its sources.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How fast this machine is, and what else it does meanwhile, says nothing of what is tested.
settings.register_profile("any pace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any pace")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests also wait: for child processes, and for each other's sockets."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the project."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def postgres_schemas() -> Iterator[Schemas]:
    """One server a session, started where a test first asks for it."""
    with served() as schemas:
        yield schemas


@pytest.fixture
def postgres(postgres_schemas: Schemas) -> Callable[[], str]:
    """Makes addresses: of a schema that nobody uses, each time."""
    return postgres_schemas.fresh


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """All that is collected stays to the end: the collector need not walk it, neither while it grows nor at its every turn.
    Nor has it to come as often as where memory is scarce.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 50, 100)
        gc.enable()


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


@pytest.fixture(scope="session", autouse=True)
def no_name_server() -> Iterator[None]:
    """A name is looked up in the network, where no test goes: this machine is known, all others have numbers only."""
    look_up = socket.getaddrinfo

    def found(host: str | None, port: object, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> object:  # noqa: A002
        here = host is None or host == "localhost"
        return look_up(host, port, family, type, proto, flags if here else flags | socket.AI_NUMERICHOST)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", found)
        yield


@pytest.fixture(scope="session", autouse=True)
def servers_that_stop_at_once() -> Iterator[None]:
    """Python's server looks every so often whether it shall stop; thousands are stopped here, each woken by a visitor."""
    stop = socketserver.BaseServer.shutdown

    def shutdown(server: socketserver.BaseServer) -> None:
        server._BaseServer__shutdown_request = True
        with socket.socket(server.address_family) as visitor:
            visitor.setblocking(False)
            visitor.connect_ex(server.server_address)
        stop(server)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socketserver.BaseServer, "shutdown", shutdown)
        yield


@pytest.fixture(scope="session", autouse=True)
def headers_read_line_by_line() -> Iterator[None]:
    """Python's servers read the headers of a request as they would a mail's, which takes longer than many an answer."""

    def parse_headers(file: BinaryIO, _class: type[HTTPMessage] = HTTPMessage) -> HTTPMessage:
        message = _class()
        for line in iter(file.readline, b""):
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                break
            message[name] = value.strip()
        return message

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http.client, "parse_headers", parse_headers)
        yield


@pytest.fixture(autouse=True)
def untouched_log() -> Iterator[None]:
    """The command line sets up the project's logger for its whole process; the next test wants it as Python makes it."""
    yield
    logger = logging.getLogger("pmhub")
    logger.propagate, logger.handlers = True, []
    logger.setLevel(logging.NOTSET)
