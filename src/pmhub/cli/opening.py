"""Opens a workspace: to read it without network, lock or secrets; to change it here; or to run it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

from pmhub.cli.finding import config_file, installed, start
from pmhub.cli.session import Session
from pmhub.config import (
    Connection,
    Workspace,
    connectors_wanted,
    fetch_address,
    fetch_secrets,
    load,
    secret_values,
)
from pmhub.errors import Unavailable
from pmhub.model.lean import dataclass
from pmhub.sdk import Context
from pmhub.store import Store, exists
from pmhub.sync.assemble import check_syncs, system_clock
from pmhub.sync.contained import made
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Remote
from pmhub.sync.lock import locked


@dataclass(frozen=True)
class Opened:
    """`hub` knows the store and the names of all remotes; no lane, so it cannot run."""

    workspace: Workspace
    hub: Hub

    @property
    def store(self) -> Store:
        return self.hub.store

    @property
    def database(self) -> str:
        """For people: the file, whether it is there or not, or where on which server."""
        return self.store.name if self.workspace.store else str(self.workspace.database)


def loaded(session: Session) -> Workspace:
    """The configuration, without its secrets. Raises ConfigError."""
    path = config_file(session)
    return load(path, installed(session, connectors_wanted(path)), session.environ)


def with_secrets(session: Session, workspace: Workspace) -> Workspace:
    """Whatever is fetched is known to everything that prints, from the first moment."""
    return _kept_quiet(session, fetch_secrets(workspace, session.environ))


def with_address(session: Session) -> Workspace:
    """Of its secrets only the one that says where the store is."""
    return _kept_quiet(session, fetch_address(loaded(session), session.environ))


def server_of(workspace: Workspace) -> str | None:
    return workspace.store.reveal() if workspace.store else None


def _kept_quiet(session: Session, workspace: Workspace) -> Workspace:
    for value in secret_values(workspace):
        start(session).add(value)
    return workspace


@contextmanager
def reading(session: Session) -> Iterator[Opened]:
    workspace = with_address(session)
    with tempfile.TemporaryDirectory(prefix="pmhub-") as empty:
        # Looking must not make a database where none is: an empty one elsewhere answers the same questions.
        file, server = workspace.database, server_of(workspace)
        if not exists(file, server):
            file, server = Path(empty) / "pmhub.db", None
        with _open(file, server) as store:
            yield Opened(workspace, Hub(store, system_clock, _remotes(workspace), ()))


@contextmanager
def changing(session: Session) -> Iterator[Opened]:
    workspace = with_address(session)
    with alone(session, workspace) as store:
        yield Opened(workspace, Hub(store, system_clock, _remotes(workspace), ()))


@contextmanager
def running(session: Session, syncs: Sequence[str] = ()) -> Iterator[Opened]:
    """With secrets fetched, locked, and a database that was checked. `syncs`: as typed; what is none is told first."""
    workspace = loaded(session)
    check_syncs(workspace, syncs)
    workspace = with_secrets(session, workspace)
    with alone(session, workspace) as store:
        store.check_unless_untouched()
        yield Opened(workspace, Hub(store, system_clock, _remotes(workspace), ()))


@contextmanager
def alone(session: Session, workspace: Workspace) -> Iterator[Store]:
    """A file by the lock beside it, a server by its own, which goes with the session that writes."""
    file, server = workspace.database, server_of(workspace)
    held = nullcontext() if server else locked(file, wait=session.wait, now=system_clock())
    with held, _open(file, server) as store, store.alone(session.wait):
        yield store


@contextmanager
def _open(file: Path, server: str | None) -> Iterator[Store]:
    store = Store(file, server=server)
    try:
        yield store
    finally:
        store.close()


def _remotes(workspace: Workspace) -> dict[str, Remote]:
    """In the order of the configuration."""
    remotes = [_remote(connection) for connection in workspace.connections.values()]
    return {remote.id: remote for remote in remotes}


def _remote(connection: Connection) -> Remote:
    context = Context(_no_network, system_clock, _no_network, _NoMemory())
    connector, remote = made(connection.connector, connection.settings, context)
    return Remote(remote, connection.name, connector)


def _no_network(*args: Any, **more: Any) -> NoReturn:  # noqa: ANN401 - whatever a connector gives
    del args, more
    raise Unavailable("this command does not use the network")


class _NoMemory:
    def get(self, key: str) -> None:
        del key

    def put(self, key: str, value: Any, *, until: int) -> None:  # noqa: ANN401 - JSON
        """Nothing is remembered by a command that only looks."""
