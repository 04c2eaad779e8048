"""`[connections.NAME]`: which connector, with which settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pmhub.config.lines import KeyPath
from pmhub.config.plugins import Plugins
from pmhub.config.problems import Problems, meant
from pmhub.config.shape import Tables
from pmhub.config.validation import checked
from pmhub.config.workspace import Connection
from pmhub.sdk.connector import Connector

ConnectorType = type[Connector[Any]]

OURS = ("connector", "budget")
"""Settings of every connection; the others are its connector's."""

# Each of these stands where a connection's name may stand too.
_TAKEN = frozenset(
    [
        "category",
        "conflict",
        "default",
        "email",
        "everywhere",
        "from",
        "hold",
        "map",
        "match",
        "nearest",
        "newest",
        "once",
        "unmapped",
        "when",
    ]
)


def connectors_of(tables: Tables, plugins: Plugins, problems: Problems) -> dict[str, ConnectorType]:
    """Of each connection whose connector is known, whatever its settings are like."""
    found: dict[str, ConnectorType] = {}
    for name, table in tables.items():
        at: KeyPath = ("connections", name)
        if name in _TAKEN or not name:
            problems.add(at, f"`{name}` cannot be the name of a connection: it means something else in this file")
        if connector := _connector(table, at, plugins, problems):
            found[name] = connector
    return found


def read_connections(
    tables: Tables, connectors: Mapping[str, ConnectorType], problems: Problems
) -> dict[str, Connection]:
    found: dict[str, Connection] = {}
    for name, connector in connectors.items():
        at: KeyPath = ("connections", name)
        given = {key: value for key, value in tables[name].items() if key not in OURS}
        budget = _budget(tables[name], at, problems)
        settings = checked(connector.settings_type, given, at, problems)
        if settings is not None:
            _check_urls(settings, at, problems)
            found[name] = Connection(name, connector, settings, budget)
    _check_sites(found, problems)
    return found


def _budget(table: Mapping[str, Any], at: KeyPath, problems: Problems) -> int:
    value = table.get("budget", 0)
    if type(value) is int and value >= 0:
        return value
    problems.add(
        (*at, "budget"), f"`{value}` is no number of requests", "Requests an hour, as `budget = 1000`; 0 for any"
    )
    return 0


def _connector(table: Mapping[str, Any], at: KeyPath, plugins: Plugins, problems: Problems) -> ConnectorType | None:
    wanted = table.get("connector")
    if wanted is None:
        problems.add((*at, "connector"), "is missing", _installed(plugins))
        return None
    found = plugins.connectors.get(wanted) if isinstance(wanted, str) else None
    if found is None:
        hints = [meant(str(wanted), plugins.connectors), *_not_loaded(plugins)]
        problems.add(
            (*at, "connector"), f"no connector is called `{wanted}`", "; ".join(hint for hint in hints if hint)
        )
    return found


def _installed(plugins: Plugins) -> str:
    return f"one of {', '.join(sorted(plugins.connectors))}" if plugins.connectors else "no plugin offers one"


def _not_loaded(plugins: Plugins) -> Iterator[str]:
    for info in plugins.found:
        if info.error:
            yield f"the plugin `{info.name}` could not be loaded ({info.error})"
        elif info.blocked:
            yield f"the plugin `{info.name}` is blocked"


def _check_urls(settings: object, at: KeyPath, problems: Problems) -> None:
    for field in fields(settings):  # type: ignore[arg-type] # settings_type is a dataclass
        value = getattr(settings, field.name)
        if (field.name == "url" or field.name.endswith("_url")) and isinstance(value, str) and value:
            for what, hint in _url_problems(value):
                problems.add((*at, field.name), what, hint)


def _url_problems(url: str) -> Iterator[tuple[str, str]]:
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        yield "is not a web address", "write it as https://host or https://host/path"
        return
    if "@" in parts.netloc:
        yield "holds a user or password", "leave them out of the address; name the secret in a key of its own"
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        yield f"goes to {parts.hostname} unencrypted, and the credentials with it", "use https://"


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_sites(connections: Mapping[str, Connection], problems: Problems) -> None:
    """An item has one counterpart a site: two connections to one would bind it twice."""
    first: dict[tuple[str, str], str] = {}
    for connection in connections.values():
        url = getattr(connection.settings, "url", None)
        if isinstance(url, str):
            site = (connection.connector.name, url.rstrip("/").casefold())
            other = first.setdefault(site, connection.name)
            if other != connection.name:
                problems.add(
                    ("connections", connection.name),
                    f"leads to the same site as connections.{other}",
                    "keep one of the two and use it in every sync",
                )
