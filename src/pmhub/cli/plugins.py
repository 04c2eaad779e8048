"""`pmhub plugins`: what is installed, what it brings, and why it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.opening import installed
from pmhub.cli.options import formatted
from pmhub.cli.plain import line
from pmhub.cli.plugin_verbs import plugin_verbs
from pmhub.cli.session import Session
from pmhub.sdk import API_VERSION


@click.group()
def verb() -> None:
    """See which plugins are installed."""


@verb.command("list")
@formatted
@click.pass_obj
def list_(session: Session) -> None:
    """List plugins with their connectors and commands; a broken one with its error."""
    found = installed(session)
    commands = {name: sorted(group.commands) for name, group in plugin_verbs(session, found)}
    rows: list[dict[str, Any]] = [
        {
            "name": info.name,
            "distribution": info.dist,
            "version": info.version,
            "connectors": list(info.connectors),
            "readers": list(info.readers),
            "commands": commands.get(info.name, []),
            "blocked": info.blocked,
            "error": info.error,
        }
        for info in found.found
    ]
    show(session, Document("plugins", list(_text(rows)), {"connector_api": API_VERSION}, "plugins", rows))


def _text(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        kinds = ("connector", "reader", "command")
        brings = [f"{kind} {name}" for kind in kinds for name in row[f"{kind}s"]]
        if row["blocked"]:
            brings = ["blocked by the configuration"]
        if row["error"]:
            brings = [f"broken: {line(row['error'])}"]
        version = " ".join(part for part in (row["distribution"], row["version"]) if part)
        yield f"{click.style(row['name'], bold=True)} ({version}): {', '.join(brings) or 'hooks only'}"
