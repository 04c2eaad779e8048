"""The group of all verbs. A verb is imported when it runs; a plugin only when no verb of ours has the name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from pmhub.cli.explained import EXIT_CODES

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What `pmhub --help` says of each; the verbs themselves stay unimported.
VERBS: Mapping[str, str] = {
    "init": "Write a pmhub.toml to begin with.",
    "discover": "See what there is on the remotes, as TOML to paste.",
    "doctor": "Check that what is configured can be done.",
    "plan": "Show what a sync would change.",
    "apply": "Do exactly what a plan file says.",
    "sync": "Bring every tool up to date.",
    "status": "Tell how the workspace stands, or these syncs.",
    "show": "Show one item with all its counterparts, and of a goal how far it is.",
    "why": "Tell who set each field of an item, where and when.",
    "log": "Tell what runs did, or what happened to an item.",
    "conflicts": "See conflicts, and settle those that wait for you.",
    "errors": "See what a remote refuses, and decide what becomes of it.",
    "ingest": "Take in the results of a test run.",
    "undo": "Give back the values that a run replaced.",
    "gate": "Tell whether a release is ready, and name all that stands against it.",
    "notes": "Compose a release's notes for those who read them.",
    "report": "Write one page that shows how everything stands.",
    "worker": "Carry out runs as they are scheduled, on many machines.",
    "schedule": "Ask workers for a run now, or see what waits for them.",
    "link": "Say that two items are the same thing.",
    "unlink": "Take a thing out of its item.",
    "repair": "Find what is doubled, orphaned or dead, and mend it.",
    "store": "Move what the workspace knows into another database.",
    "plugins": "See which plugins are installed, or begin one.",
    "config": "Check the configuration, show what it comes to, bring it up to date.",
    "explain": "Tell what an error's code or an exit code means.",
    "help": "Show the page of a command, or of a topic.",
    "completion": "Print what makes a shell complete our words.",
}


def _epilog() -> str:
    """In two columns."""
    lines = [f"{number:>4}  {each.headline}" for number, each in EXIT_CODES.items()]
    half = (len(lines) + 1) // 2
    width = max(map(len, lines[:half]))
    pairs = zip_longest(lines[:half], lines[half:], fillvalue="")
    told = "\n".join(f"{left:<{width}}{right}".rstrip() for left, right in pairs)
    return f"\b\nExit codes:\n{told}\n\n{_MORE}"


_MORE = """\b
`pmhub help exit-codes` says what each asks of you, `pmhub explain PM074` what an error means.
Plugins may add verbs of their own: `pmhub plugins list` names them.
"""


class Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in VERBS:
            found: click.Command = importlib.import_module(f"pmhub.cli.{cmd_name}").verb
            return found
        if cmd_name.startswith("-"):
            return None
        if ctx.resilient_parsing:
            from pmhub.cli.completing import verbs_of_plugins  # noqa: PLC0415 - loads plugins

            return verbs_of_plugins(ctx.obj).get(cmd_name)
        from pmhub.cli.plugin_verbs import plugin_verb  # noqa: PLC0415 - loads plugins

        return plugin_verb(ctx.obj, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        verb = self.get_command(ctx, name)
        if verb is None and not name.startswith("-") and not ctx.resilient_parsing:
            import difflib  # noqa: PLC0415 - only for a word that is mistyped

            near = difflib.get_close_matches(name, VERBS, n=1)
            raise click.UsageError(
                f"there is no command `{name}`." + (f" Did you mean `{near[0]}`?" if near else ""), ctx
            )
        return (name, verb, args[1:]) if verb else super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names with what each is for, those of plugins too; no verb of ours is imported to complete one."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell needs it

        from pmhub.cli.completing import verbs_of_plugins  # noqa: PLC0415

        theirs = {} if incomplete.startswith("-") else verbs_of_plugins(ctx.obj)
        told = {**VERBS, **{name: verb.get_short_help_str() for name, verb in theirs.items() if name not in VERBS}}
        found = [CompletionItem(name, help=help_) for name, help_ in told.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    del param
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    from pmhub.sdk import API_VERSION  # noqa: PLC0415
    from pmhub.store import SCHEMA_VERSION  # noqa: PLC0415

    try:
        ours = version("pmhub")
    except PackageNotFoundError:
        ours = "(not installed)"
    click.echo(f"pmhub {ours} (schema {SCHEMA_VERSION}, connector API {API_VERSION})")
    ctx.exit()


@click.group(
    cls=Verbs, epilog=_epilog(), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show versions and exit."
)
def verbs() -> None:
    """Keep a product's plan true in every tool it lives in.

    \b
    pmhub plan              what would change; nothing is written anywhere
    pmhub sync              do it
    pmhub show SHOP-12      an item is a key, an address, or the id we gave it
    """  # noqa: D301 - click's mark of lines to keep
