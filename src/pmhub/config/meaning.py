"""The fingerprint of what a workspace means: syncs, their scopes, words and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pmhub.config.workspace import Connection, Sync
from pmhub.model.codec import fingerprint
from pmhub.model.vocabulary import Words


def meaning(connections: Mapping[str, Connection], syncs: Mapping[str, Sync]) -> str:
    used = {endpoint.connection for sync in syncs.values() for endpoint in sync.places}
    systems = {
        name: (connection.connector.name, getattr(connection.settings, "url", None))
        for name, connection in connections.items()
        if name in used
    }
    return fingerprint(_plain({"connections": systems, "syncs": syncs}))


def _plain(value: Any) -> Any:  # noqa: ANN401 - anything a scope's settings may hold, as JSON
    if isinstance(value, Words):
        return [list(value.lifts.items()), _plain(value.nearest)]  # their order is the order of preference
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        entries = [_plain(entry) for entry in value]
        return entries if isinstance(value, list | tuple) else sorted(entries)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
