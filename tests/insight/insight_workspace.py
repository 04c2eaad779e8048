"""Workspaces of invented things, opened as the command line opens them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invented import NOW, Invented, write_config

from pmhub.cli.opening import Opened, reading
from pmhub.cli.session import Session
from pmhub.insight.report import Window, report
from pmhub.store import Store


@contextmanager
def opened(folder: Path, now: int = NOW) -> Iterator[Opened]:
    """Needs no network and no secrets."""
    session = Session({**os.environ, "FAKE_TOKEN": "fake-token"}, config=str(folder / "pmhub.toml"))
    with reading(session) as found:
        found.hub.clock = lambda: now
        yield found


@contextmanager
def filled(folder: Path, more: str = "") -> Iterator[Invented]:
    """An empty workspace to put things into; it is whole when the block ends."""
    write_config(folder, more)
    store = Store(folder / "pmhub.db", durable=False)
    with store.transaction():
        made = Invented(store)
        made.run(60)
        made.run(0.01)
        yield made
    store.close()


def page_of(folder: Path, window: Window | None = None) -> str:
    with opened(folder) as found:
        return report(found.workspace, found.hub, window or Window())
