"""Verbs that plugins bring. They never replace one of ours, and one that breaks is named and skipped."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pmhub.cli.failure import tell_problem
from pmhub.cli.finding import installed
from pmhub.cli.session import Session
from pmhub.config import Plugins
from pmhub.config.edge import HOOK_PATIENCE, Overdue, edge
from pmhub.errors import PluginError


def plugin_verb(session: Session, name: str) -> click.Command | None:
    plugins = installed(session, wanted=())
    for _, group in plugin_verbs(session, plugins):
        if name in group.commands:
            return group.commands[name]
    for info in plugins.found:
        if info.error:
            told = f"the plugin `{info.name}` could not be loaded: {info.error}"
            tell_problem(session, PluginError.code, told, "Does it bring this command? Update it, or uninstall it.")
    return None


def plugin_verbs(session: Session, plugins: Plugins) -> Iterator[tuple[str, click.Group]]:
    """Each plugin's name with a group that holds its verbs."""
    for hook in plugins.manager.hook.pmhub_register_commands.get_hookimpls():
        group = click.Group()
        try:
            with edge(hook.plugin_name, HOOK_PATIENCE):
                hook.function(*[group for name in hook.argnames if name == "group"])
        except (Exception, Overdue) as error:  # noqa: BLE001 - the edge of a plugin
            told = f"the plugin `{hook.plugin_name}` cannot register its commands: {error}"
            tell_problem(session, PluginError.code, told)
            continue
        yield hook.plugin_name, group
