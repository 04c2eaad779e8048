"""Reads pmhub.toml once and tells everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pmhub.config.connections import connectors_of, read_connections
from pmhub.config.gates import read_gate
from pmhub.config.guards import read_flows, read_guards
from pmhub.config.meaning import meaning
from pmhub.config.people import read_people
from pmhub.config.plugins import Plugins
from pmhub.config.problems import Problems
from pmhub.config.scheduling import read_schedule
from pmhub.config.shape import FileTable
from pmhub.config.store_address import read_store
from pmhub.config.syncs import SyncReader
from pmhub.config.templates import expanded
from pmhub.config.validation import salvaged
from pmhub.config.vocabularies import WordReader
from pmhub.config.watching import read_heartbeat, read_metrics
from pmhub.config.workspace import Workspace
from pmhub.errors import OtherVersion, UnreadableConfig

VERSION = 1
_LINE = re.compile(r"at line (\d+)")


def load(path: Path, plugins: Plugins, environ: Mapping[str, str]) -> Workspace:
    """Raises ConfigError. Secrets stay unfetched. PMHUB_DATABASE comes before the file's `database`."""
    text = _text(path)
    raw = _toml(path, text)
    problems = Problems(path.name, text)
    _check_version(raw, path, problems)
    workspace = _workspace(path, salvaged(FileTable, raw, (), problems), plugins, environ, problems)
    problems.stop(path)
    return workspace


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Its text and its tables, of this version or an older one. Raises ConfigError."""
    text = _text(path)
    raw = _toml(path, text)
    problems = Problems(path.name, text)
    _check_version(raw, path, problems, oldest=1)
    problems.stop(path)
    return text, raw


def _workspace(
    path: Path, file: FileTable, plugins: Plugins, environ: Mapping[str, str], problems: Problems
) -> Workspace:
    folder = path.absolute().parent
    connectors = connectors_of(file.connections, plugins, problems)
    remotes = {*file.connections, *plugins.connectors, *(info.name for info in plugins.found)}
    people = read_people(file.people, remotes, problems)
    reader = SyncReader(
        file.connections.keys(),
        connectors,
        WordReader(folder, remotes),
        people,
        problems,
    )
    database, store = read_store(file.database, file.store, problems)
    connections = read_connections(file.connections, connectors, problems)
    syncs = reader.read(expanded(file.syncs, file.templates, problems))
    return Workspace(
        path.absolute(),
        folder,
        folder / Path(environ.get("PMHUB_DATABASE") or database).expanduser(),
        connections,
        syncs,
        read_guards(file.guards, problems),
        read_flows(file.visibility, syncs, problems),
        meaning(connections, syncs),
        read_gate(file.gate, problems),
        people.emails,
        read_heartbeat(file.heartbeat, problems),
        read_metrics(file.metrics, folder, problems),
        store,
        read_schedule(file.schedule, folder, problems),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UnreadableConfig(
            f"{path} cannot be read: {error.strerror}", hint="run `pmhub init` to write one"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableConfig(f"{path} is not UTF-8 text", problems=(f"{path.name}:{line}: not UTF-8",)) from None


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = str(error)
    line = _LINE.search(told)
    number = int(line[1]) if line else text.count("\n") + 1
    raise UnreadableConfig(
        f"{path} is not valid TOML", problems=(f"{path.name}:{number}: {told}",), hint="mend this line and try again"
    )


def _check_version(raw: Mapping[str, Any], path: Path, problems: Problems, oldest: int = VERSION) -> None:
    """Alone, and first: what an unknown version means by the rest is not known."""
    version = raw.get("version")
    if version is None:
        problems.add(("version",), "is missing", f"begin the file with `version = {VERSION}`")
    elif type(version) is not int or version < oldest:
        problems.add(("version",), f"must be {VERSION}", "`pmhub config migrate` brings an older file up to date")
    elif version > VERSION:
        told = f"must be {VERSION}: what {version} means only a newer pmhub knows"
        problems.add(("version",), told, "update pmhub, or take back the file of before")
    if version is not None:
        problems.stop(path, OtherVersion)
