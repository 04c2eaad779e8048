"""The text of a pmhub.toml to begin with."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass
from typing import Any

from pmhub.config.validation import as_written
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
        f"kind = {_quoted(str(kind))}",
        "# What is on both sides already is paired first; what only you can tell is listed, and not created.",
        f"new_items = {_quoted(existing)}",
        '# What a deletion on one side does to the others: "ignore", "notice" or "close". Nothing is ever deleted.',
        'deleted = "close"',
        "endpoints = [",
        *(f"  {{ connection = {_quoted(each.name)}, {_inline(each.scope)} }}," for each in connections),
        "]",
        "",
        "# Words and fields that differ: `pmhub discover statuses` and `pmhub discover fields` print lines for here.",
        f"# [syncs.{sync}.fields]",
        f"# priority = {{ from = {_quoted(connections[0].name)} }}",
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
        f"{as_written(name)} = {{ {kind} = {_quoted(where)} }}   # where it is, never what it is"
        for name, (kind, where) in each.secrets.items()
    ]
    return [f"[connections.{each.name}]", f"connector = {_quoted(each.connector.name)}", *needed, *secret, ""]


def _inline(scope: Mapping[str, str]) -> str:
    return ", ".join(f"{as_written(name)} = {_quoted(value)}" for name, value in scope.items())


def literal(field: Field[Any], text: str) -> str:
    """Text in quotes; a number or a truth as it stands, if it is one."""
    if "str" not in str(field.type):
        try:
            tomllib.loads(f"value = {text}")
        except tomllib.TOMLDecodeError:
            return _quoted(text)
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """As TOML writes text: its escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
