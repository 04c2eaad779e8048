"""Which accounts of several remotes may be one person's? Proposed for somebody to look at, never used unseen."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pmhub.model.discovery import Account
from pmhub.model.lean import dataclass

_NO_NAME = re.compile(r"[^a-z0-9]+")
_SHORTEST: Final = 3


@dataclass(frozen=True)
class Person:
    """`accounts`: connection → account. `by`: what says so; `e-mail` is sure, the others are to be looked at."""

    name: str
    accounts: Mapping[str, Account]
    by: str


def propose_people(accounts: Mapping[str, Sequence[Account]]) -> tuple[Person, ...]:
    """Those that one sign ties together one to one; each account once. Bots are nobody."""
    left = {place: [one for one in found if not one.bot] for place, found in accounts.items()}
    people: list[Person] = []
    for by, sign in _SIGNS:
        for together in _tied(left, sign):
            people.append(Person("", together, by))
            for place, one in together.items():
                left[place].remove(one)
    return tuple(_named(people))


def _tied(left: Mapping[str, Sequence[Account]], sign: Callable[[Account], str]) -> list[dict[str, Account]]:
    found: dict[str, dict[str, list[Account]]] = defaultdict(lambda: defaultdict(list))
    for place, accounts in left.items():
        for one in accounts:
            if said := sign(one):
                found[said][place].append(one)
    groups = [found[said] for said in sorted(found) if len(found[said]) > 1]
    return [{p: ones[0] for p, ones in group.items()} for group in groups if all(len(o) == 1 for o in group.values())]


def _email(one: Account) -> str:
    return one.email.strip().casefold()


def _login(one: Account) -> str:
    """What people type; else the part of the e-mail that they chose."""
    login = (one.login or one.email.partition("@")[0]).casefold()
    return login if len(login) >= _SHORTEST else ""


def _display_name(one: Account) -> str:
    """Somebody's first name alone is many people's."""
    words = unicodedata.normalize("NFKC", one.name).casefold().split()
    return " ".join(sorted(words)) if len(words) > 1 else ""


_SIGNS: Final = (("e-mail", _email), ("login", _login), ("display name", _display_name))


def _named(people: Sequence[Person]) -> Iterator[Person]:
    taken: set[str] = set()
    for person in people:
        name = wanted = _name_for(person)
        number = 2
        while name in taken:
            name, number = f"{wanted}-{number}", number + 1
        taken.add(name)
        yield replace(person, name=name)


def _name_for(person: Person) -> str:
    known = [one.name or one.login or one.id for one in person.accounts.values()]
    text = unicodedata.normalize("NFKD", max(known, key=len)).casefold()
    return _NO_NAME.sub("-", text.encode("ascii", "ignore").decode()).strip("-") or "somebody"
