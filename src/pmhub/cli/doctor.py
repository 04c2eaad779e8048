"""`pmhub doctor`: can what is configured be done? Asked before the first write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.completing import names_in
from pmhub.cli.document import Document, show
from pmhub.cli.failure import exit_code, hint_of
from pmhub.cli.looking import Looking, looking
from pmhub.cli.options import formatted
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.telling import counted
from pmhub.errors import ConnectorError, StoreError
from pmhub.model.discovery import Finding, Level
from pmhub.model.exchange import Identity, Scope
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.visibility import Visibility
from pmhub.store import exists
from pmhub.sync.lanes import Remote
from pmhub.sync.report import ERROR, OK

MOST_SKEW = 300_000
"""Milliseconds. Two edits closer than the clocks are apart may be ranked wrongly."""
WHOLE = 400
"""Signs of a finding and its remedy: what is cut off is what to do."""
_SIGNS = {Level.OK: ("✓", "green"), Level.WARNING: ("!", "yellow"), Level.ERROR: ("✗", "red")}
_NOBODY = re.compile(r"bot|sync|service|robot|automation|integration|pmhub|\[bot\]", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """`where`: a sync's endpoint; empty for what is about the connection itself."""

    connection: str
    where: str
    finding: Finding
    code: int = OK


@click.command()
@click.option(
    "--connection",
    "chosen",
    multiple=True,
    metavar="NAME",
    shell_complete=names_in("connections"),
    help="Only this connection. May be given several times.",
)
@formatted
@click.pass_obj
def verb(session: Session, chosen: tuple[str, ...]) -> int:
    """Check that what is configured can be done.

    Who we are, what we may do, fields, words, people, clocks. Asks every remote and writes nothing. Ends with 1 when something would fail, 4 for credentials or permission, 5 when a
    remote does not answer; warnings alone end with 0.
    """
    with looking(session, chosen) as there:
        told = [
            *_store(there),
            *(each for name, remote in there.remotes.items() for each in _connection(there, name, remote)),
        ]
    errors = [each for each in told if each.finding.level is Level.ERROR]
    warnings = sum(each.finding.level is Level.WARNING for each in told)
    code = next((each.code for each in errors if each.code not in (OK, ERROR)), ERROR if errors else OK)
    rows = [_row(each) for each in told]
    head = {"errors": len(errors), "warnings": warnings, "exit_code": code}
    if not session.quiet or errors:
        summary = f"{counted(len(errors), 'error')}, {counted(warnings, 'warning')}"
        show(session, Document("doctor", [*_text(told), summary], head, "checks", rows))
    return code


def _store(there: Looking) -> Iterator[Told]:
    """A file is made where it is not; a server has to be there."""
    if there.workspace.store is None:
        return
    try:
        is_there = exists(there.workspace.database, there.workspace.store.reveal())
    except StoreError as error:
        yield Told("store", "", Finding(Level.ERROR, error.message, error.hint))
        return
    told = "it is there, and holds this workspace" if is_there else "it is there, and empty: the first run begins here"
    yield Told("store", "", Finding(Level.OK, told))


def _connection(there: Looking, name: str, remote: Remote) -> Iterator[Told]:
    places = there.scopes(name)
    try:
        remote.identity = remote.connector.check([scope for _, _, scope in places])
    except ConnectorError as error:
        code = exit_code(error)
        yield Told(name, "", Finding(Level.ERROR, error.message, hint_of(error)), code)
        return
    for finding in _of_identity(remote.identity):
        yield Told(name, "", finding)
    for sync, kind, scope in places:
        where = f"{sync}: {scope.key}"
        for finding in _of_container(remote.identity, kind, scope):
            yield Told(name, where, finding)
        yield from _examined(name, where, remote, kind, scope)


def _examined(name: str, where: str, remote: Remote, kind: Kind, scope: Scope) -> Iterator[Told]:
    try:
        for finding in remote.connector.examine(kind, scope):
            yield Told(name, where, finding)
    except ConnectorError as error:
        code = exit_code(error)
        yield Told(name, where, Finding(Level.ERROR, error.message, hint_of(error)), code)


def _of_identity(identity: Identity) -> Iterator[Finding]:
    yield Finding(Level.OK, f"we are {identity.name or identity.account} on {identity.site}")
    if not _NOBODY.search(f"{identity.name} {identity.account}"):
        hint = "Use an account of its own: an edit that this person makes by hand cannot be told from one of pmhub's."
        yield Finding(Level.WARNING, f"{identity.name or identity.account} looks like a person's account", hint)
    seconds = round(identity.clock_offset / 1000)
    if abs(identity.clock_offset) > MOST_SKEW:
        told = f"its clock is {abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} ours"
        yield Finding(
            Level.WARNING, told, "Set this machine's clock by NTP. Conflicts are corrected by the difference."
        )
    else:
        yield Finding(Level.OK, f"clocks are {abs(seconds)} seconds apart")


def _of_container(identity: Identity, kind: Kind, scope: Scope) -> Iterator[Finding]:
    container = identity.containers.get(scope.key)
    if container is None:
        return
    if not container.writable and kind is not Kind.TEST_RUN:
        hint = "Give the account the permissions that docs/configuration.md lists, or unarchive it."
        yield Finding(Level.ERROR, "the account may not write here", hint)
    if Visibility.PUBLIC in (container.visibility, scope.visibility):
        yield Finding(
            Level.WARNING, "everybody can read this", "The first write needs `pmhub sync --allow-public` once."
        )


def _row(told: Told) -> dict[str, Any]:
    finding = told.finding
    return {
        "connection": told.connection,
        "where": told.where,
        "level": str(finding.level),
        "what": finding.what,
        "hint": finding.hint,
    }


def _text(told: list[Told]) -> Iterator[str]:
    before: tuple[str, str] | None = None
    for each in told:
        if (each.connection, each.where) != before:
            before = (each.connection, each.where)
            yield click.style(" ".join(filter(None, (each.connection, line(each.where)))), bold=True)
        sign, color = _SIGNS[each.finding.level]
        yield f"  {click.style(sign, fg=color)} {line(each.finding.what, WHOLE)}"
        if each.finding.hint and each.finding.level is not Level.OK:
            yield f"      {line(each.finding.hint, WHOLE)}"
