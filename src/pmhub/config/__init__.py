"""Finds, loads and checks a workspace's configuration; fetches its secrets; finds and loads plugins.

A name brings its module in when it is first used: to list plugins takes no reader of syncs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pmhub.config.location import NAME, find
from pmhub.config.plugins import PluginInfo, Plugins

if TYPE_CHECKING:
    from pmhub.config.asking import blocked, connectors_wanted
    from pmhub.config.json_schema import schema
    from pmhub.config.loading import VERSION, load
    from pmhub.config.sources import fetch_address, fetch_secrets, secret_values
    from pmhub.config.workspace import Connection, Endpoint, FieldPolicy, Flow, Guards, MaxClose, Sync, Workspace

__all__ = [
    "NAME",
    "VERSION",
    "Connection",
    "Endpoint",
    "FieldPolicy",
    "Flow",
    "Guards",
    "MaxClose",
    "PluginInfo",
    "Plugins",
    "Sync",
    "Workspace",
    "blocked",
    "connectors_wanted",
    "fetch_address",
    "fetch_secrets",
    "find",
    "load",
    "schema",
    "secret_values",
]

_HOMES = {
    "VERSION": "loading",
    "blocked": "asking",
    "connectors_wanted": "asking",
    "fetch_address": "sources",
    "fetch_secrets": "sources",
    "load": "loading",
    "schema": "json_schema",
    "secret_values": "sources",
    **dict.fromkeys(
        ("Connection", "Endpoint", "FieldPolicy", "Flow", "Guards", "MaxClose", "Sync", "Workspace"), "workspace"
    ),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as its home says
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
