"""`[people]`: who is who. A person's accounts stand under the name of a connection or of a connector."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems, meant
from pmhub.config.vocabularies import texts
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import People

EMAIL = "email"


@dataclass(frozen=True)
class Directory:
    """`accounts`: our name → connection or connector → native accounts, the first of which is the one written.
    `emails`: e-mail, in one case → our name.
    """

    accounts: Mapping[str, Mapping[str, tuple[str, ...]]]
    emails: Mapping[str, str] = field(default_factory=dict)

    def on(self, connection: str, connector: str) -> People:
        """The connection's own entry wins over its connector's."""
        found: dict[str, str] = {}
        for person, places in self.accounts.items():
            for account in places.get(connection, places.get(connector, ())):
                found.setdefault(account, person)
        return People(found)


def read_people(tables: Mapping[str, Mapping[str, Any]], remotes: Collection[str], problems: Problems) -> Directory:
    accounts: dict[str, dict[str, tuple[str, ...]]] = {}
    emails: dict[str, str] = {}
    owners: dict[tuple[str, str], str] = {}
    for person, table in tables.items():
        for remote, value in table.items():
            at: KeyPath = ("people", person, remote)
            found = texts(value)
            if remote == EMAIL and found is not None:
                found = tuple(email.strip().casefold() for email in found)
                emails |= dict.fromkeys(found, person)
                _check_owners(person, EMAIL, found, owners, problems)
            elif remote not in remotes and remote != EMAIL:
                problems.add(at, "is neither a connection nor a connector", meant(remote, remotes))
            elif found is None:
                problems.add(at, "must be an account's name or a list of them")
            else:
                accounts.setdefault(person, {})[remote] = found
                _check_owners(person, remote, found, owners, problems)
    return Directory(accounts, emails)


def _check_owners(
    person: str, remote: str, accounts: tuple[str, ...], owners: dict[tuple[str, str], str], problems: Problems
) -> None:
    for account in accounts:
        owner = owners.setdefault((remote, account), person)
        if owner != person:
            problems.add(("people", person, remote), f"`{account}` is already {owner}'s account")
