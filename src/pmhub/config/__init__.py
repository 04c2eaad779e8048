"""Finds, loads and checks a workspace's configuration; fetches its secrets; finds and loads plugins."""

from pmhub.config.json_schema import schema
from pmhub.config.loading import VERSION, blocked, load
from pmhub.config.location import NAME, find
from pmhub.config.plugins import PluginInfo, Plugins
from pmhub.config.sources import fetch_secrets, secret_values
from pmhub.config.workspace import (
    Connection,
    Endpoint,
    FieldPolicy,
    Flow,
    Guards,
    MaxClose,
    Sync,
    Workspace,
)

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
    "fetch_secrets",
    "find",
    "load",
    "schema",
    "secret_values",
]
