"""`pmhub help`: a command's page, or one on a topic that belongs to no command."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping

import click

from pmhub.cli.explained import EXIT_CODES, PRECEDENCE
from pmhub.cli.options import common
from pmhub.cli.session import Session
from pmhub.errors import UnknownName

_ENVIRONMENT: Mapping[str, str] = {
    "PMHUB_CONFIG": "the configuration, where --config does not name one",
    "PMHUB_DATABASE": "the database; comes before `database` in the file",
    "CREDENTIALS_DIRECTORY": "where a secret's plain file name is looked for first: systemd's LoadCredential",
    "NO_COLOR": "no colours",
    "FORCE_COLOR, CLICOLOR_FORCE": "colours also where no terminal is",
    "TERM=dumb": "no colours and no bar of progress",
}
_FORMATS: Mapping[str, str] = {
    "text": "for people; may change with any version",
    "json": "one document with `schema_version`; docs/schemas holds the JSON Schema of each",
    "jsonl": "a line each: first {type: version}, then {type: row}, last {type: summary}",
    "md": "Markdown: a table, or what a pull request can be told",
}


def _beginning(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    command, found = _command(context.find_root(), context.params.get(str(parameter.name)) or ())
    below = command.list_commands(found) if isinstance(command, click.Group) else []
    topics = [] if found.parent else [word for topic in TOPICS for word in topic]
    return [name for name in (*topics, *below) if name.startswith(incomplete)]


@click.command()
@click.argument("topic", metavar="[TOPIC|COMMAND]...", nargs=-1, shell_complete=_beginning)
@common
@click.pass_context
def verb(context: click.Context, topic: tuple[str, ...]) -> None:
    """Show the page of a command, or of a topic.

    \b
    pmhub help exit-codes     what each asks of you
    pmhub help environment    the variables that are read
    pmhub help formats        text, json, jsonl, md
    pmhub help conflicts resolve
    """  # noqa: D301 - click's mark of lines to keep
    session: Session = context.obj
    if topic in TOPICS:
        session.out("\n".join(TOPICS[topic]()))
    else:
        session.out(_page(context.find_root(), topic))


def _page(root: click.Context, path: tuple[str, ...]) -> str:
    command, context = _command(root, path)
    return command.get_help(context)


def _command(root: click.Context, path: tuple[str, ...]) -> tuple[click.Command, click.Context]:
    """Raises UnknownName."""
    command, context = root.command, root
    for name in path:
        found = command.get_command(context, name) if isinstance(command, click.Group) else None
        if found is None:
            raise UnknownName(f"there is no command or topic `{' '.join(path)}`", hint=_near(command, context, name))
        command, context = found, click.Context(found, info_name=name, parent=context)
    return command, context


def _near(command: click.Command, context: click.Context, name: str) -> str:
    known = command.list_commands(context) if isinstance(command, click.Group) else []
    names = [*known, *(word for topic in TOPICS for word in topic)]
    near = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(names)}."


def _exit_codes() -> Iterator[str]:
    for number, each in EXIT_CODES.items():
        yield f"{click.style(f'{number:>3}', bold=True)}  {each.headline}"
        yield click.wrap_text(each.means, width=100, initial_indent="     ", subsequent_indent="     ")
        indent = "     To do: "
        yield click.wrap_text(each.remedy, width=100, initial_indent=indent, subsequent_indent=" " * len(indent))
    yield ""
    yield f"When several hold, the first of these is told: {', '.join(map(str, PRECEDENCE))}."


def _named(words: Mapping[str, str]) -> Iterator[str]:
    width = max(map(len, words))
    yield from (f"{click.style(f'{name:<{width}}', bold=True)}  {told}" for name, told in words.items())


TOPICS: Mapping[tuple[str, ...], Callable[[], Iterator[str]]] = {
    ("exit-codes",): _exit_codes,
    ("environment",): lambda: _named(_ENVIRONMENT),
    ("formats",): lambda: _named(_FORMATS),
}
