"""`pmhub completion`: what a shell needs to complete our words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from pmhub.cli.options import common
from pmhub.cli.session import Session

VARIABLE = "_PMHUB_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@common
@click.pass_context
def verb(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete our words.

    Commands with those of plugins, options, syncs and connections.

    \b
    bash    pmhub completion bash > ~/.local/share/bash-completion/completions/pmhub
    zsh     pmhub completion zsh > "${fpath[1]}/_pmhub"
    fish    pmhub completion fish > ~/.config/fish/completions/pmhub.fish
    """  # noqa: D301 - click's mark of lines to keep
    session: Session = context.obj
    kind = get_completion_class(shell)
    if kind is not None:
        session.out(kind(context.find_root().command, {}, "pmhub", VARIABLE).source())
