"""What a shell is offered for a word: names from the configuration's text, and the verbs of plugins. Nothing of it is checked,
and nothing of it speaks: a shell shows whatever is printed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pmhub.cli.session import Session

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def names_in(table: str, *others: str) -> Complete:
    """Of a table of the configuration, as `connections`, and words that are always known."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        taken = context.params.get(str(parameter.name)) or ()
        return [
            name
            for name in [*_names(context.obj, table), *others]
            if name.startswith(incomplete) and (isinstance(taken, str) or name not in taken)
        ]

    return complete


def kinds(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from pmhub.model.kinds import Kind  # noqa: PLC0415 - only a shell needs it

    del context, parameter
    return [str(kind) for kind in Kind if kind.startswith(incomplete)]


def _names(session: Session, table: str) -> list[str]:
    from pmhub.config.asking import names_in as names_in_file  # noqa: PLC0415
    from pmhub.config.location import find  # noqa: PLC0415
    from pmhub.errors import ConfigError  # noqa: PLC0415

    try:
        return names_in_file(find(session.config, session.environ, session.cwd), table)
    except ConfigError:
        return []


def verbs_of_plugins(session: Session) -> Mapping[str, click.Command]:
    from pmhub.cli.finding import installed  # noqa: PLC0415 - loads plugins
    from pmhub.cli.plugin_verbs import plugin_verbs  # noqa: PLC0415

    with _silent():
        found = list(plugin_verbs(session, installed(session, wanted=())))
    return {name: verb for _, group in found for name, verb in group.commands.items()}


@contextmanager
def _silent() -> Iterator[None]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield
