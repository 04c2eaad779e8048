"""`[syncs.NAME.fields]`: what differs from the default for one field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems, meant
from pmhub.config.vocabularies import FIELDS, WordReader
from pmhub.config.words import Word
from pmhub.config.workspace import FieldPolicy
from pmhub.model.kinds import Kind
from pmhub.model.records import schema

_OWN_KEYS = ("map", "conflict", "from")


@dataclass(frozen=True)
class FieldRules:
    """`words`: by field. `natives`: connection → our field → the native one that holds it."""

    policies: Mapping[str, FieldPolicy]
    skip: frozenset[str]
    words: Mapping[str, tuple[Word, ...]]
    natives: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class FieldReader:
    """`connections`: the names of the sync's endpoints. `at`: the path of the sync's `fields`."""

    kind: Kind | None
    connections: Collection[str]
    words: WordReader
    at: KeyPath
    problems: Problems

    def read(self, tables: Mapping[str, Any]) -> FieldRules:
        known = {name: entry for name, entry in tables.items() if self._is_known(name)}
        given = {name: entry for name, entry in known.items() if isinstance(entry, Mapping)}
        skip = frozenset(name for name, entry in known.items() if entry is False)
        for name in known.keys() - given.keys() - skip:
            self.problems.add((*self.at, name), "must be a table, or false to leave the field alone")
        return FieldRules(
            {name: policy for name, table in given.items() if (policy := self._policy(name, table))},
            skip,
            {name: words for name, table in given.items() if (words := self._words(name, table))},
            self._natives(given),
        )

    def _is_known(self, name: str) -> bool:
        known = _fields(self.kind)
        if known is None or name in known:
            return True
        self.problems.add((*self.at, name), f"a {self.kind} has no such field", meant(name, known))
        return False

    def _policy(self, name: str, table: Mapping[str, Any]) -> FieldPolicy | None:
        at = (*self.at, name)
        if "conflict" in table and "from" in table:
            self.problems.add(
                at, "a field that comes `from` one connection has no conflicts", "leave out one of the two"
            )
        conflict = self._choice((*at, "conflict"), table.get("conflict", "newest"), ("newest", "hold"))
        source = self._choice((*at, "from"), table["from"], ()) if "from" in table else None
        return FieldPolicy(conflict or "newest", source) if table.keys() & {"conflict", "from"} else None

    def _choice(self, at: KeyPath, value: object, words: tuple[str, ...]) -> str | None:
        known = (*words, *self.connections)
        if isinstance(value, str) and value in known:
            return value
        what = f"`{value}` is no connection of this sync" if isinstance(value, str) else "must be text"
        self.problems.add(at, what, meant(value, known) if isinstance(value, str) else "")
        return None

    def _words(self, name: str, table: Mapping[str, Any]) -> tuple[Word, ...]:
        at = (*self.at, name, "map")
        if "map" not in table:
            return ()
        if name not in FIELDS:
            self.problems.add(at, f"words of {name} cannot be mapped", f"only those of {', '.join(FIELDS)} can")
            return ()
        return self.words.read(name, table["map"], at, self.problems)

    def _natives(self, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, table in tables.items():
            for key in [key for key in table if key not in _OWN_KEYS]:
                at = (*self.at, name, key)
                if key not in self.connections:
                    hint = meant(key, (*_OWN_KEYS, *self.connections))
                    self.problems.add(at, "is neither a setting of a field nor a connection of this sync", hint)
                elif not isinstance(table[key], str):
                    self.problems.add(at, "must be the name of a native field")
                else:
                    found.setdefault(key, {})[name] = table[key]
        return found


def _fields(kind: Kind | None) -> Collection[str] | None:
    """None for a kind without a record to look in."""
    try:
        return schema(kind).keys() if kind else None
    except KeyError:
        return None
