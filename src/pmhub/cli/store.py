"""`pmhub store`: where a workspace keeps what it knows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click

from pmhub.cli.options import common, waiting
from pmhub.cli.session import Session
from pmhub.cli.telling import counted
from pmhub.errors import StoreError, UserError
from pmhub.model.lean import dataclass
from pmhub.store import Store, exists
from pmhub.sync.assemble import system_clock
from pmhub.sync.lock import locked

_ENV, _SERVER, _NAMELESS = "env:", "://", "pmhub.db"
_TOLD: Mapping[str, str] = {
    "item": "item",
    "counterpart": "counterpart",
    "observation": "observation",
    "intent": "intent",
    "conflict": "conflict",
    "journal": "journal entry",
    "test_run": "test run",
}


@dataclass(frozen=True)
class _Place:
    """A file, or a server's address. What stands beside a server's store is not known here, and left alone."""

    file: Path
    server: str | None = None

    @property
    def is_there(self) -> bool:
        return exists(self.file, self.server)

    @contextmanager
    def opened(self, wait: float) -> Iterator[Store]:
        """By nobody else. Raises Locked."""
        if self.server is None:
            with locked(self.file, wait=wait, now=system_clock()), closing(Store(self.file)) as store:
                yield store
            return
        with tempfile.TemporaryDirectory(prefix="pmhub-") as beside:
            file = Path(beside) / _NAMELESS
            with closing(Store(file, server=self.server)) as store, store.alone(wait):
                yield store


@click.group()
def verb() -> None:
    """Move what the workspace knows into another database."""


@verb.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@waiting
@common
@click.pass_obj
def copy(session: Session, source: str, target: str) -> None:
    """Copy everything from one database into another, which is empty or not there.

    FROM and TO: a file, or a server as postgresql://user@host/database?schema=team. An address with a password is named by the
    variable that holds it: env:PMHUB_STORE. All of it is there in the end, or nothing. Let no run begin before the configuration
    names the new one.
    """
    here, there = _place(session, source), _place(session, target)
    if here == there:
        raise UserError("FROM and TO are one database", hint="Name another as TO.")
    if not here.is_there:
        raise StoreError(f"{source}: there is nothing to copy", hint="Check FROM.")
    with here.opened(session.wait) as old, there.opened(session.wait) as new:
        counts = old.copy_into(new)
        if there.server is None:
            new.mark_beside()
        if not session.quiet:
            told = [counted(counts[table], name) for table, name in _TOLD.items()]
            session.say(f"{new.name} has it all: {', '.join(told)}.")


def _place(session: Session, text: str) -> _Place:
    if text.startswith(_ENV):
        name = text.removeprefix(_ENV)
        if name not in session.environ:
            raise UserError(f"the environment has no variable {name}", hint="Set it before you run pmhub.")
        return _of(session.environ[name])
    if _SERVER in text and _has_password(text):
        raise UserError(
            "an address on the command line holds a password, for everybody on this machine to see",
            hint="Put it into a variable and write env:NAME, or keep the password in ~/.pgpass.",
        )
    return _of(text)


def _has_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.password) or "password=" in parts.query


def _of(text: str) -> _Place:
    return _Place(Path(_NAMELESS), text) if _SERVER in text else _Place(Path(text).absolute())
