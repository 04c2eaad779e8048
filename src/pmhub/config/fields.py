"""`[syncs.NAME.fields]`: what differs from the default for one field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems, meant
from pmhub.config.vocabularies import FIELDS, WordReader, texts
from pmhub.config.words import Word
from pmhub.config.workspace import FieldPolicy
from pmhub.engine.conditions import NotACondition, parse
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Merge, Value, schema

_OWN_KEYS = ("map", "conflict", "from", "once", "when", "default", "unmapped")
_OF_POLICY = frozenset(_OWN_KEYS) - {"map"}
UNMAPPED = ("keep", "skip", "error")


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
        if not table.keys() & _OF_POLICY:
            return None
        return FieldPolicy(
            conflict or "newest",
            source,
            self._once(name, table),
            checked_condition(table.get("when", ""), self.kind, (*at, "when"), self.problems),
            self._default(name, table),
            self._unmapped(name, table),
        )

    def _once(self, name: str, table: Mapping[str, Any]) -> bool:
        once = table.get("once", False)
        if not isinstance(once, bool):
            self.problems.add((*self.at, name, "once"), "must be true or false")
        return once is True

    def _default(self, name: str, table: Mapping[str, Any]) -> Value:
        value, at = table.get("default"), (*self.at, name, "default")
        merge = schema(self.kind)[name].merge if self.kind else Merge.ATOMIC
        if value is None or (merge is not Merge.SET and isinstance(value, str | int | float)):
            return value
        found = texts(value) if merge is Merge.SET else None
        if found is None or merge in {Merge.REF, Merge.LINKS}:
            self.problems.add(at, "must be a list of texts" if merge is Merge.SET else "cannot be a default here")
        return tuple(sorted(set(found))) if found else None

    def _unmapped(self, name: str, table: Mapping[str, Any]) -> str:
        value, at = table.get("unmapped", UNMAPPED[0]), (*self.at, name, "unmapped")
        if value not in UNMAPPED:
            self.problems.add(at, f"must be one of {', '.join(UNMAPPED)}")
        elif "unmapped" in table and "map" not in table:
            self.problems.add(at, "nothing is mapped here", "write a `map`, too")
        return value if value in UNMAPPED else UNMAPPED[0]

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


def checked_condition(text: object, kind: Kind | None, at: KeyPath, problems: Problems) -> str:
    """The text, if it is a condition on the fields of the kind; else empty, with a problem."""
    if text == "":
        return ""
    if not isinstance(text, str):
        problems.add(at, "must be text", "a condition: type == 'bug'")
        return ""
    known = _fields(kind) or ()
    try:
        parse(text, known)
    except NotACondition as error:
        problems.add(at, str(error), f"fields: {', '.join(known)}; as in type == 'bug' or 'web' in components")
        return ""
    return text


def _fields(kind: Kind | None) -> Collection[str] | None:
    """None for a kind without a record to look in."""
    try:
        return schema(kind).keys() if kind else None
    except KeyError:
        return None
