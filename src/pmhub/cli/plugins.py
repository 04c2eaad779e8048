"""`pmhub plugins`: what is installed, what it brings, why it does not, and how a new one begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.finding import installed
from pmhub.cli.options import common, formatted
from pmhub.cli.plain import line
from pmhub.cli.plugin_matrix import kinds_of, page, told
from pmhub.cli.plugin_verbs import plugin_verbs
from pmhub.cli.session import Session
from pmhub.config import PluginInfo, Plugins
from pmhub.errors import UnknownName, UserError
from pmhub.sdk import API_VERSION

_REGISTERING = "pmhub_register_"


@click.group()
def verb() -> None:
    """See which plugins are installed, or begin one."""


@verb.command("list")
@formatted
@click.pass_obj
def list_(session: Session) -> None:
    """List plugins with what they bring; a broken one with its error."""
    found = installed(session)
    commands = {name: sorted(group.commands) for name, group in plugin_verbs(session, found)}
    rows = [_row(found, info, commands.get(info.name, [])) for info in found.found]
    show(session, Document("plugins", list(_text(rows)), {"connector_api": API_VERSION}, "plugins", rows))


@verb.command()
@click.argument("connectors", metavar="[CONNECTOR]...", nargs=-1)
@click.option("--shipped", is_flag=True, help="Only connectors that come with pmhub.")
@formatted
@click.pass_obj
def matrix(session: Session, connectors: tuple[str, ...], shipped: bool) -> None:  # noqa: FBT001 - click's signature
    """Show what each connector can do: kinds, fields and access. --format md writes a page of it."""
    found = installed(session)
    known = {name: type_.capabilities for name, type_ in sorted(found.connectors.items())}
    if shipped:
        known = {name: known[name] for info in found.found if info.dist == "pmhub" for name in sorted(info.connectors)}
    unknown = [name for name in connectors if name not in known]
    if unknown:
        raise UnknownName(f"there is no connector `{unknown[0]}`", hint=f"Known: {', '.join(known)}.")
    chosen = {name: held for name, held in known.items() if not connectors or name in connectors}
    rows = [{"connector": name, "kinds": kinds_of(held)} for name, held in chosen.items()]
    show(session, Document("matrix", list(told(chosen)), {}, "connectors", rows, list(page(chosen))))


@verb.command()
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path), help="The new folder. Default: pmhub-NAME here.")
@common
@click.pass_obj
def new(session: Session, name: str, into: Path | None) -> None:
    """Write the package of a new connector: it installs, runs, and passes the conformance kit as it is.

    NAME is what the configuration will call it, as in `connector = "NAME"`.
    """
    from pmhub.cli.plugin_template import write_plugin  # noqa: PLC0415

    taken = [info.name for info in installed(session).found]
    if name in taken:
        raise UserError(f"a plugin `{name}` is installed already", hint="Choose another name.")
    folder = into or session.cwd / f"pmhub-{name}"
    for path in write_plugin(name, folder, _version()):
        session.out(str(path))
    session.say(f"next: cd {folder} && pip install -e '.[dev]' && pytest")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("pmhub")
    except PackageNotFoundError:
        return "0"


def _row(found: Plugins, info: PluginInfo, commands: list[str]) -> dict[str, Any]:
    plugin = found.manager.get_plugin(info.name)
    callers = found.manager.get_hookcallers(plugin) if plugin is not None else None
    return {
        "name": info.name,
        "distribution": info.dist,
        "version": info.version,
        "api": getattr(plugin, "pmhub_api", API_VERSION) if plugin is not None else None,
        "connectors": list(info.connectors),
        "readers": list(info.readers),
        "commands": commands,
        "hooks": sorted(caller.name for caller in callers or ()),
        "capabilities": {name: kinds_of(found.connectors[name].capabilities) for name in info.connectors},
        "blocked": info.blocked,
        "error": info.error,
    }


def _text(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        kinds = ("connector", "reader", "command")
        brings = [f"{kind} {name}" for kind in kinds for name in row[f"{kind}s"]]
        brings += [f"hook {name}" for name in row["hooks"] if not name.startswith(_REGISTERING)]
        if row["blocked"]:
            brings = ["blocked by the configuration"]
        if row["error"]:
            brings = [f"broken: {line(row['error'])}"]
        version = " ".join(part for part in (row["distribution"], row["version"]) if part)
        yield f"{click.style(row['name'], bold=True)} ({version}): {', '.join(brings) or 'nothing'}"
        for name, capabilities in row["capabilities"].items():
            yield from (f"  {name} {kind}: {_access(held)}" for kind, held in capabilities.items())


def _access(held: Mapping[str, Any]) -> str:
    return f"{', '.join(held['access'])}; {', '.join(held['fields']) or 'no fields'}"
