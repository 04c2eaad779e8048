"""The configuration as it takes effect: every value, and where it comes from. Secrets are never among the values."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from pmhub.config.lines import KeyPath, index, line_of
from pmhub.config.shape import FileTable, GateTable, GuardsTable, NotesTable, PluginsTable, SyncTable, TestTicketsTable
from pmhub.config.syncs import OURS
from pmhub.config.templates import FIELDS
from pmhub.config.validation import as_written
from pmhub.config.workspace import Endpoint, Sync, Workspace
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.sdk.secret import Secret

DEFAULT, HIDDEN = "default", "***"
_OWN_TABLES: Mapping[str, object] = {"guards": GuardsTable(), "gate": GateTable(), "plugins": PluginsTable()}
_KNOWN_BY_OTHERS = ("template", "endpoints", "from", "to", "fields", "notes", "tickets")
"""Keys of a sync that are told apart from its plain ones."""


@dataclass(frozen=True)
class Setting:
    """`origin`: `pmhub.toml:12`, with the template's name where it came by one; `default`; or `environment NAME`."""

    path: KeyPath
    value: Any
    origin: str


def effective(workspace: Workspace, environ: Mapping[str, str]) -> list[Setting]:
    """In the order of the file's sections. What has no default and is not set is left out. The file is known to be valid."""
    text = workspace.file.read_text("utf-8")
    told = _Told(workspace, tomllib.loads(text), workspace.file.name, index(text))
    return [*told.head(environ), *told.connections(), *told.syncs(), *told.tables()]


@dataclass(frozen=True)
class _Told:
    workspace: Workspace
    raw: Mapping[str, Any]
    file: str
    lines: Mapping[KeyPath, int]

    def head(self, environ: Mapping[str, str]) -> Iterator[Setting]:
        yield self._written(("version",), self.raw["version"])
        variable = "environment PMHUB_DATABASE" if environ.get("PMHUB_DATABASE") else ""
        origin = variable or (self._line(("database",)) if self.raw.get("database") else DEFAULT)
        yield Setting(("database",), str(self.workspace.database), origin)
        if self.workspace.store:
            yield Setting(("store",), HIDDEN, self._line(("store",)) + _source(self.workspace.store))

    def connections(self) -> Iterator[Setting]:
        for name, connection in self.workspace.connections.items():
            at: KeyPath = ("connections", name)
            yield self._written((*at, "connector"), connection.connector.name)
            if connection.budget:
                yield self._written((*at, "budget"), connection.budget)
            yield from self._settings(at, connection.settings, self.raw["connections"][name])

    def syncs(self) -> Iterator[Setting]:
        for name, sync in self.workspace.syncs.items():
            yield from self._sync(sync, self.raw["syncs"][name])

    def tables(self) -> Iterator[Setting]:
        """What the file says of the rest, and what our own tables take where it says nothing."""
        for each in fields(FileTable):
            if each.name in ("version", "database", "store", "connections", "syncs", "templates"):
                continue
            found = self.raw.get(each.name, {})
            for at, table in _tables((each.name,), found):
                yield from (self._of_table((*at, key), value) for key, value in table.items())
            yield from _defaults((each.name,), _OWN_TABLES.get(each.name), found)

    def _of_table(self, at: KeyPath, value: object) -> Setting:
        """An address to ping is as good as a token, also where it is written out."""
        heartbeat = self.workspace.heartbeat
        if at == ("heartbeat", "url") and heartbeat:
            return Setting(at, HIDDEN, self._line(at) + _source(heartbeat))
        return self._written(at, value)

    def _sync(self, sync: Sync, raw: Mapping[str, Any]) -> Iterator[Setting]:
        at: KeyPath = ("syncs", sync.name)
        template = self.raw.get("templates", {}).get(raw.get("template"), {})
        both = {**template, **raw}
        yield from (self._of_sync(sync, raw, (key,), both[key]) for key in both if key not in _KNOWN_BY_OTHERS)
        if sync.kind is not Kind.TEST_RUN:  # these are not merged: a plain key says nothing about them
            known = both.keys() | {*_KNOWN_BY_OTHERS, *([] if sync.matching else ["match_days"])}
            yield from _defaults(at, SyncTable(), known)
        yield from self._fields(sync, raw, template)
        for key, table in (("notes", NotesTable()), ("tickets", TestTicketsTable())):
            if key in both:
                yield from (self._of_sync(sync, raw, (key, name), value) for name, value in both[key].items())
                yield from _defaults((*at, key), table, both[key])
        yield from self._places(sync, raw)

    def _fields(self, sync: Sync, raw: Mapping[str, Any], template: Mapping[str, Any]) -> Iterator[Setting]:
        own = raw.get(FIELDS, {})
        for name, value in {**template.get(FIELDS, {}), **own}.items():
            yield self._of_sync(sync, raw, (FIELDS, name), value)

    def _places(self, sync: Sync, raw: Mapping[str, Any]) -> Iterator[Setting]:
        at: KeyPath = ("syncs", sync.name)
        if sync.source and "from" in raw:
            yield from self._endpoint((*at, "from"), sync.source, raw["from"])
        key = "to" if sync.kind is Kind.TEST_RUN else "endpoints"
        for position, (endpoint, table) in enumerate(zip(sync.endpoints, raw.get(key, ()), strict=True)):
            yield from self._endpoint((*at, key, position), endpoint, table)

    def _endpoint(self, at: KeyPath, endpoint: Endpoint, raw: Mapping[str, Any]) -> Iterator[Setting]:
        yield from (self._written((*at, key), raw[key]) for key in OURS if key in raw)
        yield from self._settings(at, endpoint.scope.settings, raw)

    def _settings(self, at: KeyPath, settings: object, raw: Mapping[str, Any]) -> Iterator[Setting]:
        """Of a connector's own dataclass, as it was understood."""
        for each in fields(settings):  # type: ignore[arg-type] # settings_type and scope_type are dataclasses
            key, value = str(as_written(each.name)), getattr(settings, each.name)
            if key in raw:
                yield Setting((*at, key), _shown(value), self._line((*at, key)) + _source(value))
            elif value is not None and each.init:
                yield Setting((*at, key), _shown(value), DEFAULT)

    def _of_sync(self, sync: Sync, raw: Mapping[str, Any], keys: tuple[str, ...], value: object) -> Setting:
        """From the sync's own table, else from its template's. Below `fields` each key has its own home."""
        at, table = ("syncs", sync.name, *keys), raw
        for key in keys if keys[0] == FIELDS else keys[:1]:
            table = table.get(key) if isinstance(table, Mapping) else None  # type: ignore[assignment]
        if table is not None:
            return self._written(at, value)
        template = raw["template"]
        return Setting(at, _shown(value), f"{self._line(('templates', template, *keys))} (template {template})")

    def _written(self, at: KeyPath, value: object) -> Setting:
        return Setting(at, _shown(value), self._line(at))

    def _line(self, at: KeyPath) -> str:
        return f"{self.file}:{line_of(self.lines, at)}"


def _tables(at: KeyPath, found: Any) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:  # noqa: ANN401 - as TOML gave it
    """A table, or each of an array of tables."""
    if isinstance(found, list):
        yield from (((*at, position), table) for position, table in enumerate(found))
    else:
        yield at, found


def _defaults(at: KeyPath, table: object, known: Collection[str]) -> Iterator[Setting]:
    """`known`: keys that are told elsewhere."""
    for each in fields(table) if table is not None else ():  # type: ignore[arg-type] # instances of dataclasses
        key, value = str(as_written(each.name)), getattr(table, each.name)
        if key not in known and value is not None:
            yield Setting((*at, key), _shown(value), DEFAULT)


def _source(value: object) -> str:
    """Of a secret, where it is fetched from. What is no usual name of a variable is not told: it may be the secret."""
    if not isinstance(value, Secret):
        return ""
    kind, where = next(iter(value.source.items()))
    return f" ({kind} {where})" if kind == "env" and where.isupper() else f" ({kind})"


def _shown(value: Any) -> Any:  # noqa: ANN401 - as TOML can say it
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        parts = {str(as_written(each.name)): getattr(value, each.name) for each in fields(value)}
        return {key: _shown(part) for key, part in parts.items() if part is not None}
    if isinstance(value, Mapping):
        return {str(key): _shown(part) for key, part in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [_shown(part) for part in value]
    return value if isinstance(value, bool | int | float) else str(value)
