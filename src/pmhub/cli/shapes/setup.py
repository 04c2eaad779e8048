"""Of what is configured, installed, and there to be configured."""

from __future__ import annotations

from typing import Any

from pmhub.model.lean import dataclass


@dataclass
class Check:
    """`where`: a sync's endpoint, empty for the connection itself. `level`: ok, warning, error."""

    connection: str
    where: str
    level: str
    what: str
    hint: str


@dataclass
class Doctor:
    """`pmhub doctor`."""

    errors: int
    warnings: int
    exit_code: int
    checks: list[Check]


@dataclass
class Place:
    connection: str
    key: str
    name: str


@dataclass
class Places:
    """`pmhub discover projects`."""

    projects: list[Place]


@dataclass
class NativeField:
    """`holds`: the field of ours that it can hold, or empty."""

    connection: str
    id: str
    name: str
    value_type: str
    holds: str


@dataclass
class NativeFields:
    """`pmhub discover fields`."""

    fields: list[NativeField]


@dataclass
class NativeStatus:
    """`category`: todo, doing, done."""

    connection: str
    status: str
    category: str


@dataclass
class NativeStatuses:
    """`pmhub discover statuses`."""

    statuses: list[NativeStatus]


@dataclass
class Account:
    id: str
    name: str


@dataclass
class Person:
    """`by`: what ties the accounts together. `accounts`: by connection."""

    person: str
    by: str
    accounts: dict[str, Account]


@dataclass
class People:
    """`pmhub discover people`."""

    people: list[Person]


@dataclass
class Held:
    """What a connector does with one kind."""

    access: list[str]
    fields: list[str]
    history: list[str]
    later: list[str]
    listing: str
    incremental: bool


@dataclass
class Plugin:
    """`error`: why it is skipped, or None."""

    name: str
    distribution: str
    version: str
    api: int | None
    connectors: list[str]
    readers: list[str]
    commands: list[str]
    hooks: list[str]
    capabilities: dict[str, dict[str, Held]]
    blocked: bool
    error: str | None


@dataclass
class Plugins:
    """`pmhub plugins list`."""

    connector_api: int
    plugins: list[Plugin]


@dataclass
class ConnectorKinds:
    connector: str
    kinds: dict[str, Held]


@dataclass
class Matrix:
    """`pmhub plugins matrix`."""

    connectors: list[ConnectorKinds]


@dataclass
class Configuration:
    """`pmhub config check`."""

    file: str
    database: str
    connections: list[str]
    syncs: list[str]


@dataclass
class Setting:
    """`origin`: a line of the file, `default`, or `environment NAME`."""

    setting: str
    value: Any
    origin: str


@dataclass
class Settings:
    """`pmhub config show`. Secrets are `***`."""

    file: str
    settings: list[Setting]


@dataclass
class Code:
    code: str
    headline: str
    means: str
    remedy: str


@dataclass
class Explanation:
    """`pmhub explain`."""

    codes: list[Code]
