"""`pmhub init`: a pmhub.toml to begin with, from answers or from options. Holds no secret and overwrites nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click

from pmhub.cli.finding import installed
from pmhub.cli.first_configuration import Connected, ConnectorType, first_configuration, literal
from pmhub.cli.options import common
from pmhub.cli.session import Session
from pmhub.config import NAME
from pmhub.config.toml_text import quoted
from pmhub.config.validation import as_written
from pmhub.errors import UnusableFile, UserError
from pmhub.model.lean import dataclass
from pmhub.sdk import Access, Kind, Secret

NAMED = re.compile(r"[A-Za-z0-9_-]+")
USER = "user"
"""Not every site needs one: asked for on a terminal, where it may stay empty."""
_SOURCES = ("env", "file", "keyring")


@click.command()
@click.option(
    "--connect",
    "wanted",
    multiple=True,
    metavar="CONNECTOR",
    help="Which connectors to use, or NAME=CONNECTOR. Give two or more.",
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME.SETTING=VALUE",
    help="A setting of a connection, as in its table; NAME.app.id=VALUE where it is a table.",
)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="NAME.SETTING=VARIABLE",
    help="Where a secret is: a variable of the environment, or file:PATH, keyring:SERVICE/USER. Never the secret itself.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="NAME=KEY",
    help="What of a connection takes part: a project, a repository.",
)
@click.option(
    "--kind",
    type=click.Choice([str(k) for k in (Kind.TICKET, Kind.ROADMAP_ITEM, Kind.RELEASE)]),
    default="ticket",
    help="What is kept in step. Default: ticket.",
)
@click.option("--sync", "sync", default="backlog", metavar="NAME", help="What the sync is called. Default: backlog.")
@click.option(
    "--existing",
    type=click.Choice(["match", "match-only", "everywhere"]),
    default="match",
    help="What is there on both sides already: pair it, pair it and create nothing, or do not look. Default: match.",
)
@click.option("--output", type=click.Path(), metavar="FILE", help="Where to write. Default: pmhub.toml here.")
@common
@click.pass_obj
def verb(session: Session, /, kind: str, sync: str, existing: str, output: str | None, **told: tuple[str, ...]) -> int:
    """Write a pmhub.toml to begin with.

    On a terminal it asks for what the options leave open. It never overwrites a file and never holds a secret: a secret is
    named by where it is.

    \b
    pmhub init --connect NAME=CONNECTOR --set NAME.url=... --secret NAME.token=VARIABLE --scope NAME=KEY ...
    """  # noqa: D301 - click's mark of lines to keep
    file = Path(output or session.config or NAME)
    if file.exists():
        raise UnusableFile(f"{file} is there already", hint="Edit it, or name another with --output.")
    if not NAMED.fullmatch(sync):
        raise click.UsageError(f"--sync: {sync!r} is no name: letters, digits, - and _")
    given, secrets, scopes = (_pairs(f"--{name.rstrip('s')}", told[name]) for name in ("sets", "secrets", "scopes"))
    answers = Answers(given, secrets, scopes, asks=sys.stdin.isatty())
    connections = answers.connections(_known(session, Kind(kind)), told["wanted"])
    _write(file, first_configuration(connections, Kind(kind), sync, existing))
    if not session.quiet:
        session.say(f"wrote {file}. Next: `pmhub doctor` checks it, `pmhub discover people` finds who is who,")
        session.say("`pmhub plan` shows what would happen.")
    return 0


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise UnusableFile(f"{file} cannot be written: {error.strerror}", hint="Name another with --output.") from error


def _known(session: Session, kind: Kind) -> dict[str, ConnectorType]:
    """The connectors that can take part in such a sync."""
    found = installed(session).connectors
    return {
        name: each
        for name, each in sorted(found.items())
        if Access.CREATE in each.capabilities.access.get(kind, Access(0))
    }


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name or not value:
            raise click.UsageError(f"{option} {each!r}: write NAME=VALUE")
        found[name] = value
    return found


@dataclass(frozen=True)
class Answers:
    """`asks`: a person is there for what the options leave open."""

    given: Mapping[str, str]
    secrets: Mapping[str, str]
    scopes: Mapping[str, str]
    asks: bool

    def connections(self, known: Mapping[str, ConnectorType], wanted: Sequence[str]) -> list[Connected]:
        names = [_named(each) for each in wanted or self._which(known)]
        for name, connector in names:
            if connector not in known:
                raise click.UsageError(
                    f"--connect: there is no connector {connector!r} for this; there are: {', '.join(known)}"
                )
            if not NAMED.fullmatch(name):
                raise click.UsageError(f"--connect: {name!r} is no name: letters, digits, - and _")
        if len({name for name, _ in names}) < 2:  # noqa: PLR2004
            raise click.UsageError("a sync is between two connections or more: give --connect twice, with two names")
        self._check_names([name for name, _ in names])
        return [self._connected(name, known[connector]) for name, connector in names]

    def _which(self, known: Mapping[str, ConnectorType]) -> list[str]:
        if not self.asks:
            raise click.UsageError(f"which connections? Give --connect twice: {', '.join(known)}")
        told = click.prompt(f"Which connectors, two or more with a blank between ({', '.join(known)})", err=True)
        return str(told).split()

    def _check_names(self, names: Sequence[str]) -> None:
        for option, table in (("--set", self.given), ("--secret", self.secrets), ("--scope", self.scopes)):
            for key in table:
                if key.partition(".")[0] not in names:
                    raise click.UsageError(f"{option} {key}: no connection is called so; there are: {', '.join(names)}")

    def _connected(self, name: str, connector: ConnectorType) -> Connected:
        settings: dict[str, str] = {}
        secrets: dict[str, tuple[str, str]] = {}
        for field in fields(connector.settings_type):
            path = f"{name}.{as_written(field.name)}"
            table = _table_type(connector.settings_type, field)
            if table and self._is_chosen(path):
                settings[field.name] = self._table(path, table)
            elif _is_secret(field):
                if self._wants_secret(name, field, connector):
                    asked = self._answer(
                        path,
                        self.secrets,
                        "--secret",
                        _variable(path),
                        "Environment variable, or file:PATH, that holds",
                    )
                    secrets[field.name] = _source(asked)
            elif _is_needed(field) or path in self.given:
                settings[field.name] = literal(field, self._answer(path, self.given, "--set", "", "Value of"))
            elif field.name == USER and self.asks:
                told = str(click.prompt(f"Value of {path}, empty for none", default="", show_default=False, err=True))
                settings |= {field.name: literal(field, told)} if told else {}
        first, *rest = fields(connector.scope_type)
        key = self._answer(name, self.scopes, "--scope", "", f"{str(as_written(first.name)).capitalize()} on")
        unset = [each.name for each in rest if _is_needed(each)]
        if unset:
            raise UserError(f"an endpoint of {name} also needs {', '.join(unset)}", hint="Write this file by hand.")
        return Connected(name, connector, settings, secrets, {first.name: key})

    def _is_chosen(self, path: str) -> bool:
        return any(given.startswith(f"{path}.") for given in (*self.given, *self.secrets))

    def _table(self, path: str, table: type[Any]) -> str:
        """A setting that is a table of settings, as TOML writes it."""
        answers: dict[str, str] = {}
        for field in fields(table):
            inner = f"{path}.{as_written(field.name)}"
            if _is_secret(field):
                kind, where = _source(self._answer(inner, self.secrets, "--secret", _variable(inner), "What holds"))
                answers[str(as_written(field.name))] = f"{{ {kind} = {quoted(where)} }}"
            elif _is_needed(field) or inner in self.given:
                answers[str(as_written(field.name))] = literal(
                    field, self._answer(inner, self.given, "--set", "", "Value of")
                )
        return "{ " + ", ".join(f"{name} = {value}" for name, value in answers.items()) + " }"

    def _wants_secret(self, name: str, field: Field[Any], connector: ConnectorType) -> bool:
        """Where several ways lead in, and none was chosen, the first."""
        if _is_needed(field) or f"{name}.{as_written(field.name)}" in self.secrets:
            return True
        settings = connector.settings_type
        ways = [each for each in fields(settings) if _is_secret(each)]
        chosen = any(f"{name}.{as_written(each.name)}" in self.secrets for each in ways) or any(
            self._is_chosen(f"{name}.{as_written(each.name)}")
            for each in fields(settings)
            if _table_type(settings, each)
        )
        return field == ways[0] and not chosen and not any(_is_needed(each) for each in ways)

    def _answer(self, path: str, given: Mapping[str, str], option: str, default: str, asking: str) -> str:
        if path in given:
            return given[path]
        if self.asks:
            return str(click.prompt(f"{asking} {path}", default=default or None, err=True))
        if default:
            return default
        raise click.UsageError(f"{path} is missing: give {option} {path}=…")


def _named(wanted: str) -> tuple[str, str]:
    name, _, connector = wanted.partition("=")
    return name, connector or name


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _is_secret(field: Field[Any]) -> bool:
    return "Secret" in str(field.type) or field.type is Secret


def _table_type(settings: type[Any], field: Field[Any]) -> type[Any] | None:
    """The dataclass of a setting that is a table of its own."""
    hint = get_type_hints(settings)[field.name]
    types = [each for each in (hint, *get_args(hint)) if isinstance(each, type) and not issubclass(each, Secret)]
    return next((each for each in types if is_dataclass(each)), None)


def _variable(path: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", path.upper())


def _source(told: str) -> tuple[str, str]:
    kind, _, where = told.partition(":")
    found = (kind, where) if kind in _SOURCES and where else ("env", told)
    if found[0] == "env" and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", found[1]):
        raise click.UsageError(
            "--secret takes the name of a variable, file:PATH or keyring:SERVICE/USER, never the secret itself"
        )
    return found
