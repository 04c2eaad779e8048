"""Writes docs/cli.md from the commands themselves: `python -m pmhub.cli.reference > docs/cli.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.verbs import verbs

WIDTH = 100
_HEAD = """\
# The command line

Made from the program by `python -m pmhub.cli.reference > docs/cli.md`; a test holds the two together.
Data goes to stdout, everything else to stderr. Commands that show data take `--format text|json|jsonl|md`; a JSON document names
itself and carries a `schema_version`: [its schema](schemas/README.md). What an error's code means: [errors](errors.md).
"""


def reference() -> str:
    return "\n".join([_HEAD, *_pages(verbs, "pmhub", None)])


def _pages(command: click.Command, path: str, parent: click.Context | None) -> Iterator[str]:
    settings: dict[str, Any] = {**command.context_settings, "max_content_width": WIDTH}
    context = click.Context(command, info_name=path.rpartition(" ")[2], parent=parent, terminal_width=WIDTH, **settings)
    yield f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _pages(child, f"{path} {name}", context)


if __name__ == "__main__":
    sys.stdout.write(reference())
