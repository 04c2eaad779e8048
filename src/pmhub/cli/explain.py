"""`pmhub explain`: what a code means and asks of you."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import click

from pmhub.cli.document import Document, show
from pmhub.cli.explained import ERRORS, EXIT_CODES, Explained
from pmhub.cli.options import formatted
from pmhub.cli.session import Session
from pmhub.errors import UnknownName


def _beginning(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    del context, parameter
    return [code for code in ERRORS if code.startswith(incomplete.upper())]


@click.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1, shell_complete=_beginning)
@formatted
@click.pass_obj
def verb(session: Session, codes: tuple[str, ...]) -> None:
    """Tell what an error's code or an exit code means.

    Without a CODE: all of them, in a line each.

    \b
    pmhub explain PM074
    pmhub explain 8
    """  # noqa: D301 - click's mark of lines to keep
    found = dict(map(_meant, codes)) or all_codes()
    rows = [{"code": code, **asdict(each)} for code, each in found.items()]
    text = _in_full(found) if codes else _in_lines(found)
    show(session, Document("explain", list(text), {}, "codes", rows))


def all_codes() -> Mapping[str, Explained]:
    return {**ERRORS, **{str(number): each for number, each in EXIT_CODES.items()}}


def _meant(typed: str) -> tuple[str, Explained]:
    """Also as it is read off a message: `error[pm074]`."""
    code = typed.upper().removeprefix("ERROR[").rstrip("]:")
    known = all_codes()
    if code not in known:
        near = difflib.get_close_matches(code, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`pmhub explain` lists all."
        raise UnknownName(f"there is no code {typed}", hint=hint)
    return code, known[code]


def _in_full(found: Mapping[str, Explained]) -> Iterator[str]:
    for code, each in found.items():
        name = f"exit code {code}" if code.isdecimal() else code
        yield f"{click.style(name, bold=True)}: {each.headline}"
        yield from _wrapped(each.means)
        yield from _wrapped(f"What to do: {each.remedy}")


def _wrapped(text: str) -> Iterator[str]:
    yield ""
    yield click.wrap_text(text, width=100, initial_indent="  ", subsequent_indent="  ")


def _in_lines(found: Mapping[str, Explained]) -> Iterator[str]:
    yield from (f"{click.style(code, bold=True):>5}  {each.headline}" for code, each in found.items())
