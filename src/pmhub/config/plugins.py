"""Finds, loads, blocks and isolates plugins: a broken one is named and skipped, never fatal to the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import Any

import pluggy

from pmhub.config.edge import LOAD_PATIENCE, Overdue, edge
from pmhub.errors import PluginError
from pmhub.model.capabilities import Capabilities
from pmhub.model.lean import dataclass
from pmhub.sdk import hookspecs
from pmhub.sdk.connector import API_VERSION, Connector

GROUP = hookspecs.PROJECT
_OURS = "pmhub"


@dataclass(frozen=True)
class PluginInfo:
    """`name` is the entry point's, `connectors` and `readers` the names it offers. A blocked plugin was never imported."""

    name: str
    dist: str
    version: str
    error: str | None = None
    connectors: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    blocked: bool = False


@dataclass(frozen=True)
class Plugins:
    """`manager` holds only plugins without error. `unknown`: names that shall be blocked and that none of them has."""

    manager: pluggy.PluginManager
    connectors: Mapping[str, type[Connector[Any]]]
    found: tuple[PluginInfo, ...] = ()
    unknown: tuple[str, ...] = ()


def names(group: str = GROUP) -> tuple[str, ...]:
    """Of everything installed, without importing it."""
    return tuple(entry.name for entry in _installed(group))


def load(blocked: Collection[str] = (), group: str = GROUP, wanted: Collection[str] | None = None) -> Plugins:
    """Ours come first, then by name; of two plugins that offer one connector the first keeps it.

    `wanted`: the connectors that are needed, None for all. Plugins that are called like one of them are asked alone, so that
    no other connector is imported; where they do not bring all of them, every plugin is asked.
    """
    manager = _manager()
    connectors: dict[str, type[Connector[Any]]] = {}
    found = [
        _load(entry, blocked, manager, connectors, asked=wanted is None or entry.name in wanted)
        for entry in _installed(group)
    ]
    if wanted is not None and not set(wanted) <= connectors.keys():
        return load(blocked, group)
    unknown = sorted(set(blocked) - {info.name for info in found})
    return Plugins(manager, connectors, tuple(found), tuple(unknown))


def _load(
    entry: EntryPoint,
    blocked: Collection[str],
    manager: pluggy.PluginManager,
    connectors: dict[str, type[Connector[Any]]],
    *,
    asked: bool,
) -> PluginInfo:
    dist, version = _made_by(entry.dist)
    if entry.name in blocked:
        manager.set_blocked(entry.name)
        return PluginInfo(entry.name, dist, version, blocked=True)
    try:
        plugin, offered, readers = _tried(entry, asked=asked)
        _refuse_taken(offered, connectors)
    except (Exception, SystemExit, Overdue) as error:  # noqa: BLE001 - the edge of a plugin: whatever it raises is its own
        return PluginInfo(entry.name, dist, version, error=_told(error))
    manager.register(plugin, name=entry.name)
    connectors.update(offered)
    return PluginInfo(entry.name, dist, version, connectors=tuple(offered), readers=readers)


def _tried(entry: EntryPoint, *, asked: bool) -> tuple[object, dict[str, type[Connector[Any]]], tuple[str, ...]]:
    """The plugin, proven in a manager of its own: pluggy keeps half of one whose registration fails."""
    with _without_current_folder(), edge(entry.name, LOAD_PATIENCE):
        plugin = entry.load()
        wanted = getattr(plugin, "pmhub_api", API_VERSION)
        if wanted != API_VERSION:
            raise PluginError(f"was written for interface {wanted!r}; this is interface {API_VERSION}")
        trial = _manager()
        trial.register(plugin, name=entry.name)
        trial.check_pending()
        offered = [type_ for types in trial.hook.pmhub_register_connectors() for type_ in types] if asked else []
        readers = tuple(reader.name for several in trial.hook.pmhub_register_readers() for reader in several)
    return plugin, {_name(type_): type_ for type_ in offered}, readers


def _name(type_: Any) -> str:  # noqa: ANN401 - what a plugin gives may be anything
    if not (isinstance(type_, type) and issubclass(type_, Connector)):
        raise PluginError(f"offers {type_!r}, which is no Connector class")
    missing = [name for name in ("name", "settings_type", "scope_type", "capabilities") if not hasattr(type_, name)]
    if missing:
        raise PluginError(f"offers {type_.__name__} without {', '.join(missing)}")
    if not (isinstance(type_.name, str) and type_.name and isinstance(type_.capabilities, Capabilities)):
        raise PluginError(f"offers {type_.__name__}, whose name is no text or whose capabilities are no Capabilities")
    return type_.name


def _refuse_taken(offered: Mapping[str, object], connectors: Mapping[str, type[Connector[Any]]]) -> None:
    for name in offered:
        if name in connectors:
            raise PluginError(f"offers the connector `{name}`, which {connectors[name].__module__} already gives")


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _installed(group: str) -> list[EntryPoint]:
    with _without_current_folder():
        entries = list(entry_points(group=group))
    return sorted(entries, key=lambda entry: (_made_by(entry.dist)[0] != _OURS, entry.name))


@cache
def _made_by(dist: Distribution | None) -> tuple[str, str]:
    """Name and version. Each look at either would read all that the distribution says of itself."""
    told = dist.metadata if dist else {"Name": "", "Version": ""}
    return told["Name"], told["Version"]


@contextmanager
def _without_current_folder() -> Iterator[None]:
    """`python -m` puts the folder one stands in first: a cloned repository could bring a plugin along."""
    kept = list(sys.path)
    try:
        here = os.getcwd()  # noqa: PTH109 - as text, as sys.path holds it
    except FileNotFoundError:
        here = ""
    sys.path[:] = [path for at, path in enumerate(kept) if path not in ("", ".") and not (at == 0 and path == here)]
    try:
        yield
    finally:
        sys.path[:] = kept
