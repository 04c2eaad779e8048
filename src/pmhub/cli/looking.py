"""Connections to ask, for commands that only look: with secrets, without the workspace's database or lock."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pmhub.cli.opening import loaded, with_secrets
from pmhub.cli.session import Session
from pmhub.config import Workspace
from pmhub.errors import UnknownName
from pmhub.http import Metrics, Secrets
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.store import Store
from pmhub.sync.assemble import Options, connected
from pmhub.sync.lanes import Remote


@dataclass(frozen=True)
class Looking:
    """`remotes`: by connection, those that were chosen."""

    workspace: Workspace
    remotes: Mapping[str, Remote]

    def scopes(self, connection: str) -> list[tuple[str, Kind, Scope]]:
        """Sync, kind and scope of everything that is configured on a connection."""
        return [
            (sync.name, sync.kind, place.scope)
            for sync in self.workspace.syncs.values()
            for place in sync.places
            if place.connection == connection
        ]


@contextmanager
def looking(session: Session, chosen: tuple[str, ...] = ()) -> Iterator[Looking]:
    """`chosen`: connections, empty for all. Raises UserError."""
    workspace = loaded(session)
    unknown = [name for name in chosen if name not in workspace.connections]
    if unknown:
        known = ", ".join(workspace.connections)
        raise UnknownName(f"there is no connection {unknown[0]!r}", hint=f"The configuration has: {known}.")
    workspace = with_secrets(session, workspace)
    options = Options(metrics=Metrics(), secrets=session.secrets or Secrets())
    with tempfile.TemporaryDirectory(prefix="pmhub-") as folder:
        store = Store(Path(folder) / "pmhub.db", durable=False)
        try:
            with connected(workspace, store, options) as remotes:
                yield Looking(workspace, {name: r for name, r in remotes.items() if not chosen or name in chosen})
        finally:
            store.close()
