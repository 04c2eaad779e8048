"""Options that several verbs share. They are kept in the Session, so that a verb names only what is its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pmhub.cli.completing import kinds, names_in

Verb = TypeVar("Verb", bound=Callable[..., Any])
FORMATS = ("text", "json", "jsonl", "md")


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:  # noqa: ANN401 - click's signature
    setattr(ctx.obj, str(param.name), value)


def _kept(*names: str, **more: Any) -> Callable[[Verb], Verb]:  # noqa: ANN401 - click's own options
    return click.option(*names, expose_value=False, callback=_keep, **more)


_COMMON = (
    _kept(
        "--config",
        type=click.Path(),
        metavar="FILE",
        help="The configuration. Default: $PMHUB_CONFIG, or pmhub.toml here or above.",
    ),
    _kept("-q", "--quiet", is_flag=True, help="Say nothing when all is well."),
    _kept("-v", "--verbose", count=True, help="Tell what happens; -vv with tracebacks."),
    _kept(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colours. Default: on a terminal.",
    ),
    _kept(
        "--log-format",
        type=click.Choice(["auto", "text", "json"]),
        default="auto",
        help="How the log on stderr is written. Default: text on a terminal, else JSON.",
    ),
)


def common(verb: Verb) -> Verb:
    for option in reversed(_COMMON):
        verb = option(verb)
    return verb


def formatted(verb: Verb) -> Verb:
    """The options of `common`, and `--format`."""
    chosen = _kept(
        "--format", type=click.Choice(FORMATS), default="text", help="How data is written to stdout. Default: text."
    )
    return chosen(common(verb))


def waiting(verb: Verb) -> Verb:
    """For verbs that write: they need the workspace to themselves."""
    seconds = click.FloatRange(min=0)
    return _kept(
        "--wait", type=seconds, default=0.0, metavar="SECONDS", help="Wait so long for another run. Default: 0."
    )(verb)


def timed(verb: Verb) -> Verb:
    """For verbs that write for as long as there is something to write."""
    told = "Begin no write after so long: the next run goes on there. Of reading only that of everything is cut short. Exit code 5 when something was left."
    return click.option("--max-time", type=click.FloatRange(min=0), metavar="SECONDS", help=told)(verb)


def chosen(verb: Verb) -> Verb:
    """What part of the workspace a run is about, and what it may do."""
    for option in reversed(
        (
            click.argument("syncs", metavar="[SYNC]...", nargs=-1, shell_complete=names_in("syncs")),
            click.option("--only", multiple=True, metavar="ITEM", help="Only this item. May be given several times."),
            click.option(
                "--kind",
                "kinds",
                multiple=True,
                metavar="KIND",
                shell_complete=kinds,
                help="Only things of this kind: ticket, comment.",
            ),
            click.option(
                "--prefer",
                metavar="CONNECTION",
                shell_complete=names_in("connections"),
                help="Where two sides changed a field, this one wins.",
            ),
            click.option(
                "--max-changes",
                type=click.IntRange(min=0),
                metavar="N",
                help="Stop before the first write when more edits are planned; 0 for no limit. Default: from the configuration.",
            ),
            click.option(
                "--allow-public",
                is_flag=True,
                help="Everybody may read what is written: allow the first write into a public place. Remembered.",
            ),
            click.option(
                "--deep",
                is_flag=True,
                help="List and read everything: also finds what moves no time stamp, like renamed labels, and deletions.",
            ),
        )
    ):
        verb = option(verb)
    return verb


_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def duration(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """For an option: `90s`, `30m`, `2h`, `1d` as seconds."""
    if value is None:
        return None
    unit = _UNITS.get(value[-1:])
    if unit is None or not value[:-1].isdecimal():
        raise click.BadParameter(f"{value!r} is no duration: write 90s, 30m, 2h or 1d", ctx, param)
    return float(value[:-1]) * unit
