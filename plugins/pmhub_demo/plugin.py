"""What this plugin registers. The demo is imported only when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub.sdk import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def pmhub_register_commands(group: click.Group) -> None:
    from pmhub_demo.command import demo  # noqa: PLC0415 - only the command line needs click

    group.add_command(demo)
