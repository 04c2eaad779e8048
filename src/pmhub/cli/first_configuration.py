"""The text of a pmhub.toml to begin with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import Field
from typing import Any

from pmhub.config.toml_text import quoted
from pmhub.config.validation import as_written
from pmhub.model.lean import dataclass
from pmhub.sdk import Connector, Kind

ConnectorType = type[Connector[Any]]


@dataclass(frozen=True)
class Connected:
    """What was answered, by the names of the connector's own fields. `settings`: as TOML writes them."""

    name: str
    connector: ConnectorType
    settings: Mapping[str, str]
    secrets: Mapping[str, tuple[str, str]]
    scope: Mapping[str, str]


def first_configuration(connections: Sequence[Connected], kind: Kind, sync: str, existing: str) -> str:
    lines = [
        "# What pmhub keeps in step. Every setting: docs/configuration.md; `pmhub config check` tells what is wrong here.",
        "version = 1",
        "",
        *(line for each in connections for line in _connection_lines(each)),
        f"[syncs.{sync}]",
        f"kind = {quoted(str(kind))}",
        "# What is on both sides already is paired first; what only you can tell is listed, and not created.",
        f"new_items = {quoted(existing)}",
        '# What a deletion on one side does to the others: "ignore", "notice" or "close". Nothing is ever deleted.',
        'deleted = "close"',
        "endpoints = [",
        *(f"  {{ connection = {quoted(each.name)}, {_inline(each.scope)} }}," for each in connections),
        "]",
        "",
        "# Words and fields that differ: `pmhub discover statuses` and `pmhub discover fields` print lines for here.",
        f"# [syncs.{sync}.fields]",
        f"# priority = {{ from = {quoted(connections[0].name)} }}",
        "",
        "# Who is who: `pmhub discover people` proposes lines. Somebody who is not here is left out on the other side.",
        "# [people]",
        "",
        "# A run that would change or close more than this stops before its first write.",
        "[guards]",
        "max_changes = 200",
        'max_close = "10%"',
    ]
    return "\n".join(lines) + "\n"


def _connection_lines(each: Connected) -> list[str]:
    needed = [f"{as_written(name)} = {value}" for name, value in each.settings.items()]
    secret = [
        f"{as_written(name)} = {{ {kind} = {quoted(where)} }}   # where it is, never what it is"
        for name, (kind, where) in each.secrets.items()
    ]
    return [f"[connections.{each.name}]", f"connector = {quoted(each.connector.name)}", *needed, *secret, ""]


def _inline(scope: Mapping[str, str]) -> str:
    return ", ".join(f"{as_written(name)} = {quoted(value)}" for name, value in scope.items())


def literal(field: Field[Any], text: str) -> str:
    """Text in quotes; a number or a truth as it stands, if it is one."""
    if "str" not in str(field.type):
        try:
            tomllib.loads(f"value = {text}")
        except tomllib.TOMLDecodeError:
            return quoted(text)
        return text
    return quoted(text)
