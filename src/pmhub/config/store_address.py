"""`database` and `store`: the file, or the server, where a workspace keeps what it knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pmhub.config.problems import Problems
from pmhub.sdk.secret import Secret

DEFAULT = "pmhub.db"
SCHEMES = ("postgresql://", "postgres://")
_HINT = 'store = "postgresql://user@host/database", or where such an address is kept: { env = "NAME" }'


def read_store(database: str | None, store: Any, problems: Problems) -> tuple[Path, Secret | None]:  # noqa: ANN401 - as TOML gave it
    """The file, which with a server only names what stands beside, and the server's address."""
    file, address = Path(database or DEFAULT), None
    if isinstance(store, Mapping):
        address = _secret(store, problems)
    elif isinstance(store, str) and store.startswith(SCHEMES):
        address = _written(store, problems)
    elif isinstance(store, str) and store and "://" not in store:
        file = Path(store)
        if database:
            problems.add(("store",), "names another file than `database`", "leave one of them out")
    elif store is not None:
        problems.add(("store",), "is neither a file nor the address of a server", _HINT)
    return file, address


def _secret(table: Mapping[str, Any], problems: Problems) -> Secret | None:
    try:
        return Secret.from_table(table)
    except ValueError as error:
        problems.add(("store",), str(error))
        return None


def _written(address: str, problems: Problems) -> Secret | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        problems.add(("store",), "is no address", _HINT)
        return None
    if parts.password or "password=" in parts.query:
        told = 'keep the whole address elsewhere, { env = "NAME" }, or the password in ~/.pgpass'
        problems.add(("store",), "holds a password, which is never written here", told)
        return None
    return Secret({"text": "store"}, address)
