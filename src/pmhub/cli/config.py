"""`pmhub config`: is the file right, what may stand in it, where is it?"""

from __future__ import annotations

import json

import click

from pmhub.cli.document import Document, show
from pmhub.cli.finding import config_file, installed
from pmhub.cli.opening import loaded, with_secrets
from pmhub.cli.options import common, formatted
from pmhub.cli.session import Session
from pmhub.cli.telling import counted
from pmhub.config import schema


@click.group()
def verb() -> None:
    """Check the configuration."""


@verb.command()
@click.option("--no-secrets", is_flag=True, help="Do not look whether the secrets are where the file says.")
@formatted
@click.pass_obj
def check(session: Session, no_secrets: bool) -> None:  # noqa: FBT001 - click's signature
    """Check the configuration and its secrets; asks no remote.

    Everything that is wrong is told at once, each with its line.
    """
    workspace = loaded(session)
    if not no_secrets:
        with_secrets(session, workspace)
    head = {
        "file": str(workspace.file),
        "database": str(workspace.database),
        "connections": list(workspace.connections),
        "syncs": list(workspace.syncs),
    }
    told = f"{counted(len(workspace.connections), 'connection')}, {counted(len(workspace.syncs), 'sync')}"
    if not session.quiet:
        show(session, Document("config", [f"{workspace.file}: {told}, no problem found"], head))


@verb.command("schema")
@common
@click.pass_obj
def schema_(session: Session) -> None:
    """Print the JSON Schema of the configuration, for editors; with the settings of every installed connector."""
    session.out(json.dumps(schema(installed(session)), indent=2))


@verb.command()
@common
@click.pass_obj
def path(session: Session) -> None:
    """Print which file is used."""
    session.out(str(config_file(session)))
