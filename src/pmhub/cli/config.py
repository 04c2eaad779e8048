"""`pmhub config`: is the file right, what does it come to, what may stand in it, where is it?"""

from __future__ import annotations

import json
import shutil

import click

from pmhub.cli.config_told import as_toml
from pmhub.cli.document import Document, show
from pmhub.cli.finding import config_file, installed
from pmhub.cli.opening import loaded, with_secrets
from pmhub.cli.options import common, formatted
from pmhub.cli.session import Session
from pmhub.cli.telling import counted
from pmhub.config import VERSION, schema
from pmhub.config.effective import effective
from pmhub.config.migration import migrated
from pmhub.config.problems import written
from pmhub.errors import UnusableFile
from pmhub.sync.report import ERROR, OK


@click.group()
def verb() -> None:
    """Check the configuration, show what it comes to, bring it up to date."""


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


@verb.command("show")
@click.option(
    "--origin",
    is_flag=True,
    help="Tell of each value where it comes from: a line of the file or of a template, a default, the environment.",
)
@formatted
@click.pass_obj
def show_(session: Session, origin: bool) -> None:  # noqa: FBT001 - click's signature
    """Show the configuration as it takes effect, with every default, as TOML. Secrets are `***`."""
    settings = effective(loaded(session), session.environ)
    rows = [{"setting": written(each.path), "value": each.value, "origin": each.origin} for each in settings]
    head = {"file": str(config_file(session))}
    show(session, Document("settings", list(as_toml(settings, origins=origin)), head, "settings", rows))


@verb.command()
@click.option("--check", is_flag=True, help="Only say whether there is something to do: exit with 1 if there is.")
@common
@click.pass_obj
def migrate(session: Session, check: bool) -> int:  # noqa: FBT001 - click's signature
    """Bring an older configuration file into the form of this version. The file of before is kept beside it.

    So far there is one form, version 1: nothing is to be done for a file that this pmhub reads.
    """
    path = config_file(session)
    version, text = migrated(path)
    if text is None:
        _tell(session, f"{path} is of version {version}, the newest: nothing to do")
        return OK
    if check:
        _tell(session, f"{path} is of version {version}, and the newest is {VERSION}")
        return ERROR
    backup = path.with_name(f"{path.name}.v{version}.backup")
    try:
        shutil.copy2(path, backup)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UnusableFile(f"{path} cannot be written: {error.strerror}", hint="Check its permissions.") from error
    _tell(session, f"{path} is of version {VERSION} now; what it was is kept in {backup}")
    return OK


def _tell(session: Session, told: str) -> None:
    if not session.quiet:
        session.say(told)


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
