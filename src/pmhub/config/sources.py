"""Fetches secrets from where the configuration says they are."""

from __future__ import annotations

import hashlib
import importlib
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems
from pmhub.config.workspace import Workspace
from pmhub.errors import ConfigError, NoSecret
from pmhub.model.codec import dump
from pmhub.model.lean import dataclass
from pmhub.sdk.secret import Secret

_TIMEOUT = 30
_SHOWN = 500


@dataclass(frozen=True)
class Place:
    """Where this process stands: what a source is looked up in."""

    folder: Path
    environ: Mapping[str, str]


def fetch_secrets(workspace: Workspace, environ: Mapping[str, str]) -> Workspace:
    """The workspace with values in its secrets, each source asked once. Raises NoSecret naming all that failed."""
    problems = Problems(workspace.file.name, workspace.file.read_text("utf-8"))
    fetch = _Fetch(Place(workspace.folder, environ), problems)
    connections = {
        name: replace(connection, settings=_filled(connection.settings, ("connections", name), fetch))
        for name, connection in workspace.connections.items()
    }
    heartbeat = workspace.heartbeat and fetch(workspace.heartbeat, ("heartbeat", "url"))
    store = workspace.store and fetch(workspace.store, ("store",))
    problems.stop(workspace.file, NoSecret)
    return replace(workspace, connections=connections, heartbeat=heartbeat, store=store)


def fetch_address(workspace: Workspace, environ: Mapping[str, str]) -> Workspace:
    """The workspace with the address of its store, for who only looks at that. Raises NoSecret."""
    if workspace.store is None or workspace.store.is_fetched:
        return workspace
    problems = Problems(workspace.file.name, workspace.file.read_text("utf-8"))
    store = _Fetch(Place(workspace.folder, environ), problems)(workspace.store, ("store",))
    problems.stop(workspace.file, NoSecret)
    return replace(workspace, store=store)


def secret_values(workspace: Workspace) -> tuple[str, ...]:
    """All that were fetched, for redaction."""
    held = [each.settings for each in workspace.connections.values()]
    secrets = _secrets([*held, workspace.heartbeat, workspace.store])
    return tuple(sorted({secret.reveal() for secret in secrets if secret.is_fetched}))


def account_mark(settings: Any) -> str:  # noqa: ANN401 - any settings_type
    """The same for all connections that sign in with the same secrets, and no way back to them."""
    told = dump(sorted(secret.reveal() for secret in _secrets(settings) if secret.is_fetched))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class _Fetch:
    place: Place
    problems: Problems
    known: dict[str, Secret] = field(default_factory=dict)

    def __call__(self, secret: Secret, at: KeyPath) -> Secret:
        if secret.is_fetched:
            return secret
        name = dump(secret.source)
        if name not in self.known:
            self.known[name] = self._fetched(secret, at)
        return self.known[name]

    def _fetched(self, secret: Secret, at: KeyPath) -> Secret:
        kind, argument = next(iter(secret.source.items()))
        try:
            value = _SOURCES[kind](argument, self.place)
        except ConfigError as error:
            self.problems.add(at, error.message, error.hint)
            return secret
        if not value:
            self.problems.add(at, f"the secret from this {kind} is empty")
        return Secret(secret.source, value)


def _filled(value: Any, at: KeyPath, fetch: _Fetch) -> Any:  # noqa: ANN401 - any settings_type
    if isinstance(value, Secret):
        return fetch(value, at)
    if is_dataclass(value) and not isinstance(value, type):
        old = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        new = {name: _filled(entry, (*at, name), fetch) for name, entry in old.items()}
        return replace(value, **{name: entry for name, entry in new.items() if entry is not old[name]})
    if isinstance(value, tuple | list):
        return type(value)(_filled(entry, (*at, position), fetch) for position, entry in enumerate(value))
    if isinstance(value, Mapping):
        return {key: _filled(entry, (*at, key), fetch) for key, entry in value.items()}
    return value


def _secrets(value: Any) -> Iterator[Secret]:  # noqa: ANN401
    if isinstance(value, Secret):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _secrets(getattr(value, each.name))
    elif isinstance(value, tuple | list | Mapping):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _secrets(entry)


def _from_env(name: str, place: Place) -> str:
    """What is no usual name of a variable is not shown: people paste the secret itself there."""
    if name not in place.environ:
        shown = name if name.isupper() else "of the name written here"
        raise ConfigError(
            f"the environment has no variable {shown}",
            hint="set it before you run pmhub; cron sets none, so there write { file = … }",
        )
    return place.environ[name]


def _from_file(name: str, place: Place) -> str:
    """A relative name is looked for among systemd's credentials first, then beside pmhub.toml."""
    path = place.folder / Path(name).expanduser()
    credentials = place.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / name).is_file():
        path = Path(credentials) / name
    try:
        return path.read_text("utf-8").removesuffix("\n")
    except OSError as error:
        told = error.strerror
    except UnicodeDecodeError:
        told = "not UTF-8 text"
    raise ConfigError(f"the secret's file {path} cannot be read: {told}")


def _from_command(words: list[str], place: Place) -> str:
    """Without a shell. What it printed before it failed is never shown: it may be the secret."""
    try:
        done = subprocess.run(  # noqa: S603 - the owner of the configuration names the program
            words,
            capture_output=True,
            check=False,
            cwd=place.folder,
            env=dict(place.environ),
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        told = f"took more than {_TIMEOUT} seconds"
    except OSError as error:
        told = f"could not be started: {error.strerror}"
    else:
        if done.returncode == 0:
            return _decoded(done.stdout, words[0]).removesuffix("\n")
        said = done.stderr.decode("utf-8", "replace").strip()[-_SHOWN:]
        told = f"ended with {done.returncode}" + (f": {said}" if said else "")
    raise ConfigError(f"the secret's command {words[0]} {told}")


def _decoded(output: bytes, program: str) -> str:
    try:
        return output.decode("utf-8")
    except UnicodeDecodeError:
        told = f"the secret's command {program} did not print UTF-8 text"
    raise ConfigError(told)


def _from_keyring(name: str, place: Place) -> str:
    del place
    service, _, user = name.rpartition("/")
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        keyring = None
    if keyring is None:
        raise ConfigError("the package `keyring` is not installed", hint="pip install keyring, or use another source")
    try:
        value: str | None = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - the edge of a plugin: keyring's back ends raise what they like
        told = f"{type(error).__name__}: {error}"
    else:
        if value is not None:
            return value
        told = "it has none"
    raise ConfigError(f"the keyring gave no password for {name}: {told}")


_SOURCES: Mapping[str, Callable[[Any, Place], str]] = {
    "env": _from_env,
    "file": _from_file,
    "command": _from_command,
    "keyring": _from_keyring,
}
