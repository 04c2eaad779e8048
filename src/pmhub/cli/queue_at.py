"""Where the queue of runs is, and which workspaces take part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pmhub.cli.finding import config_file, installed, start
from pmhub.cli.session import Session
from pmhub.config import connectors_wanted, fetch_address, load
from pmhub.errors import UserError
from pmhub.store.server import Server
from pmhub.workers.job import Served

VARIABLE, SCHEMA = "PMHUB_QUEUE", "pmhub_queue"
_HINT = f"Write `store` in pmhub.toml, or set {VARIABLE} to postgresql://user@host/database."


@contextmanager
def engine() -> Iterator[None]:
    """Around what imports it. Raises UserError where it is not installed."""
    try:
        yield
    except ImportError as error:
        raise UserError(f"{error.name} is not installed", hint="pip install 'pmhub[postgres]'") from None


def served(session: Session, files: Sequence[str]) -> tuple[dict[str, Served], Server]:
    """The workspaces by name, and where their one queue is. Raises UserError where there is none, or two."""
    found: dict[str, Served] = {}
    addresses: set[str] = set()
    for file in [Path(each) for each in files] or [config_file(session)]:
        workspace = fetch_address(
            load(file, installed(session, connectors_wanted(file)), session.environ), session.environ
        )
        name = workspace.schedule.name
        if name in found:
            raise UserError(f"two workspaces are called {name}", hint='Give one another name: [schedule] name = "…"')
        store = workspace.store.reveal() if workspace.store else None
        found[name] = Served(name, workspace.file, workspace.schedule, store)
        addresses |= {Server.from_address(store).address} if store else set()
    return found, _queue(session, addresses)


def _queue(session: Session, stores: set[str]) -> Server:
    address = session.environ.get(VARIABLE) or (stores.pop() if len(stores) == 1 else "")
    if not address:
        told = "these workspaces are on several servers" if stores else "there is no server for the queue"
        raise UserError(told, hint=_HINT)
    start(session).add(address)
    return Server.from_address(address, SCHEMA)
