"""`pmhub discover`: what there is on the remotes, as TOML to paste into pmhub.toml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import click

from pmhub.cli.completing import names_in
from pmhub.cli.document import Document, show
from pmhub.cli.failure import hint_of, tell_problem
from pmhub.cli.looking import Looking, looking
from pmhub.cli.options import formatted
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.config.toml_text import bare, quoted
from pmhub.engine.same_person import Person, propose_people
from pmhub.errors import ConnectorError, PmhubError
from pmhub.model.discovery import Account, NativeField, NativeStatus, Place
from pmhub.model.vocabulary import Category
from pmhub.sync.lanes import Remote

Found = TypeVar("Found")
AnyVerb = Callable[..., Any]


@click.group()
def verb() -> None:
    """See what there is on the remotes, as TOML to paste.

    Reads, and writes nothing.
    """


def _connection(command: AnyVerb) -> AnyVerb:
    return click.option(
        "--connection",
        "chosen",
        multiple=True,
        metavar="NAME",
        shell_complete=names_in("connections"),
        help="Only this connection. May be given several times.",
    )(formatted(click.pass_obj(command)))


@verb.command()
@_connection
def projects(session: Session, chosen: tuple[str, ...]) -> int:
    """List the containers that each account can see, as endpoints."""
    with looking(session, chosen) as there:
        found, code = _asked(session, there, lambda remote, _: remote.connector.places())
        rows = [{"connection": name, "key": one.key, "name": one.name} for name, one in _each(found)]
        text = [_endpoint(there.remotes[name], name, one) for name, one in _each(found)]
    return _shown(session, "projects", rows, text, code)


@verb.command("fields")
@_connection
def fields_(session: Session, chosen: tuple[str, ...]) -> int:
    """List the native fields that can hold one of ours."""
    with looking(session, chosen) as there:
        found, code = _asked(session, there, lambda remote, scopes: _of_scopes(remote.connector.native_fields, scopes))
    rows = [
        {"connection": n, "id": f.id, "name": f.name, "value_type": f.type, "holds": f.holds} for n, f in _each(found)
    ]
    return _shown(session, "fields", rows, list(_fields_toml(found)), code)


@verb.command()
@_connection
def statuses(session: Session, chosen: tuple[str, ...]) -> int:
    """List the statuses of what is synced, as a map by what they mean."""
    with looking(session, chosen) as there:
        found, code = _asked(
            session, there, lambda remote, scopes: _of_scopes(remote.connector.native_statuses, scopes)
        )
    rows = [{"connection": name, "status": one.name, "category": str(one.category)} for name, one in _each(found)]
    return _shown(session, "statuses", rows, list(_statuses_toml(found)), code)


@verb.command()
@_connection
def people(session: Session, chosen: tuple[str, ...]) -> int:
    """Propose who is who, by e-mail, by login, by display name. Look before you paste what is not by e-mail.

    Nobody is mapped by this command: it prints lines for [people]. Accounts that nothing ties together are listed below.
    """
    with looking(session, chosen) as there:
        found, code = _asked(session, there, lambda remote, scopes: remote.connector.people(scopes))
        known = {name: _mapped(there, name) for name in found}
    new = {name: [one for one in _once(accounts) if one.id not in known[name]] for name, accounts in found.items()}
    proposed = propose_people(new)
    rows = [_person(one) for one in proposed]
    return _shown(session, "people", rows, list(_people_toml(proposed, new)), code)


def _mapped(there: Looking, connection: str) -> set[str]:
    return {account for _, _, scope in there.scopes(connection) for account in scope.vocabulary.people.names}


def _once(accounts: Iterable[Account]) -> list[Account]:
    return list({one.id: one for one in accounts}.values())


def _asked(
    session: Session, there: Looking, ask: Callable[[Remote, Sequence[Any]], Iterable[Found]]
) -> tuple[dict[str, list[Found]], int]:
    """By connection; with the exit code. One that does not answer is told, and left out."""
    from pmhub.cli.failure import exit_code  # noqa: PLC0415 - kept beside its only use

    found: dict[str, list[Found]] = {}
    worst: PmhubError | None = None
    for name, remote in there.remotes.items():
        try:
            found[name] = list(ask(remote, [scope for _, _, scope in there.scopes(name)]))
        except ConnectorError as error:
            tell_problem(session, error.code, f"{name}: {error.message}", hint_of(error))
            worst = worst or error
    return found, exit_code(worst) if worst else 0


def _of_scopes(ask: Callable[[Any], Iterable[Found]], scopes: Sequence[Any]) -> Iterator[Found]:
    """Once a container."""
    for scope in {scope.key: scope for scope in scopes}.values():
        yield from ask(scope)


def _each(found: Mapping[str, Sequence[Found]]) -> Iterator[tuple[str, Found]]:
    return ((name, one) for name, ones in found.items() for one in ones)


def _shown(session: Session, name: str, rows: Sequence[Mapping[str, Any]], text: Sequence[str], code: int) -> int:
    show(session, Document(name, text or [f"# no {name} found"], {}, name, rows))
    return code


def _endpoint(remote: Remote, connection: str, one: Place) -> str:
    key = fields(remote.connector.scope_type)[0].name
    told = f"   # {line(one.name)}" if one.name else ""
    return f"{{ connection = {quoted(connection)}, {key} = {quoted(one.key)} }},{told}"


def _fields_toml(found: Mapping[str, Sequence[NativeField]]) -> Iterator[str]:
    yield "# [syncs.NAME.fields]"
    for name, one in sorted(
        {(name, one) for name, one in _each(found)}, key=lambda pair: (not pair[1].holds, pair[0], pair[1].name)
    ):
        ours = one.holds or "FIELD"
        mark = "" if one.holds else "# "
        yield f"{mark}{ours} = {{ {bare(name)} = {quoted(one.id)} }}   # {line(one.name)} ({one.type})"


def _statuses_toml(found: Mapping[str, Sequence[NativeStatus]]) -> Iterator[str]:
    yield "# [syncs.NAME.fields.status.map]: split a line to tell its statuses apart; the first of several is written"
    for category in Category:
        places = {
            name: list(dict.fromkeys(one.name for one in ones if one.category is category))
            for name, ones in found.items()
        }
        told = ", ".join(f"{bare(name)} = [{', '.join(map(quoted, ones))}]" for name, ones in places.items() if ones)
        if told:
            yield f"{category} = {{ {told} }}"


def _people_toml(proposed: Sequence[Person], accounts: Mapping[str, Sequence[Account]]) -> Iterator[str]:
    yield "# [people]"
    for person in proposed:
        sure = person.by == "e-mail"
        told = ", ".join(f"{bare(name)} = {quoted(one.id)}" for name, one in person.accounts.items())
        names = ", ".join(line(one.name or one.login or one.id) for one in person.accounts.values())
        yield f"{'' if sure else '# '}{bare(person.name)} = {{ {told} }}   # {names}: same {person.by}{'' if sure else ', please check'}"
    tied = {(name, one.id) for person in proposed for name, one in person.accounts.items()}
    for name, one in _each(accounts):
        if (name, one.id) not in tied:
            yield f"# nobody's: {name} {quoted(one.id)} {line(one.name)}{' (bot)' if one.bot else ''}".rstrip()


def _person(person: Person) -> dict[str, Any]:
    accounts = {name: {"id": one.id, "name": one.name} for name, one in person.accounts.items()}
    return {"person": person.name, "by": person.by, "accounts": accounts}
