"""Reads vocabularies, named or inline: our word → a remote's own words for it, the first of which is the one written.

    review = { category = "doing", nearest = "doing", tracker = ["In Review", "Testing"], forge = "reviewing" }

A remote is named by its connection or by its connector; the connection's own entry wins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems, meant
from pmhub.config.words import Word
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category

FIELDS = ("status", "type", "priority")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
Table = Mapping[str, Any]


@dataclass(frozen=True)
class WordReader:
    """`remotes`: names of connections and connectors. `folder`: the workspace's."""

    folder: Path
    remotes: Collection[str]

    def read(self, field: str, map_: object, at: KeyPath, problems: Problems) -> tuple[Word, ...]:
        """`map_` is the name of a vocabulary or the table itself."""
        if isinstance(map_, str):
            return self._named(field, map_, at, problems)
        if isinstance(map_, Mapping):
            return self._table(field, map_, at, problems)
        problems.add(at, "must be the name of a vocabulary or a table of words")
        return ()

    def _named(self, field: str, name: str, at: KeyPath, problems: Problems) -> tuple[Word, ...]:
        path = next((path for path in self._places(name) if path.is_file()), None)
        if path is None:
            problems.add(at, f"there is no vocabulary called `{name}`", meant(name, self._known()))
            return ()
        try:
            text = path.read_text("utf-8")
            tables = tomllib.loads(text)
        except (OSError, ValueError) as error:  # ValueError: not UTF-8, or not TOML
            problems.add(at, f"{path.name} cannot be read: {error}")
            return ()
        return self._section(field, tables, at, problems, problems.beside(f"mappings/{path.name}", text))

    def _section(
        self, field: str, tables: Table, at: KeyPath, problems: Problems, inside: Problems
    ) -> tuple[Word, ...]:
        for key in tables:
            if key not in FIELDS:
                inside.add((key,), "only words of these can be mapped", ", ".join(FIELDS))
        table = tables.get(field)
        if isinstance(table, Mapping):
            return self._table(field, table, (field,), inside)
        problems.add(at, f"{inside.file} has no table [{field}]")
        return ()

    def _table(self, field: str, table: Table, at: KeyPath, problems: Problems) -> tuple[Word, ...]:
        rows = [self._word(field, name, entry, (*at, name), problems) for name, entry in table.items()]
        words = tuple(word for word in rows if word)
        for word in words:
            if word.nearest and word.nearest not in table:
                problems.add(
                    (*at, word.name, "nearest"), f"`{word.nearest}` is no word here", meant(word.nearest, table)
                )
        for remote in sorted({remote for word in words for remote in word.natives}):
            claims = [(word.name, word.natives.get(remote, ())) for word in words]
            report_claims(claims, remote, at, problems)
        return words

    def _word(self, field: str, name: str, entry: object, at: KeyPath, problems: Problems) -> Word | None:
        if not isinstance(entry, Mapping):
            problems.add(at, "must be a table: a remote's name, and its words for this")
            return None
        natives: dict[str, tuple[str, ...]] = {}
        for key, value in entry.items():
            if key in ("category", "nearest"):
                continue
            if key not in self.remotes:
                problems.add((*at, key), "is neither a connection nor a connector", meant(key, self.remotes))
            elif (found := texts(value)) is None:
                problems.add((*at, key), "must be text or a list of texts")
            else:
                natives[key] = found
        return Word(name, natives, _category(field, name, entry, at, problems), _near(entry, at, problems))

    def _places(self, name: str) -> Iterator[Path]:
        if _NAME.fullmatch(name):
            yield from (folder / f"{name}.toml" for folder in self._folders())

    def _folders(self) -> tuple[Path, ...]:
        """The workspace's before those that come with pmhub: in its package, or in its source tree."""
        shipped = Path(str(resources.files("pmhub.config"))) / "mappings"
        source = Path(__file__).parents[3] / "config" / "mappings"
        return (self.folder / "mappings", self.folder / "config" / "mappings", shipped, source)

    def _known(self) -> set[str]:
        return {path.stem for folder in self._folders() if folder.is_dir() for path in folder.glob("*.toml")}


def texts(value: object) -> tuple[str, ...] | None:
    """One text or several, or None for anything else."""
    entries = [value] if isinstance(value, str) else value
    good = isinstance(entries, list) and bool(entries) and all(isinstance(entry, str) and entry for entry in entries)
    return tuple(entries) if good and isinstance(entries, list) else None


def report_claims(claims: Iterable[tuple[str, tuple[str, ...]]], remote: str, at: KeyPath, problems: Problems) -> None:
    """`claims`: our words with a remote's words for each. One that two of ours claim could be read as either."""
    owners: dict[str, str] = {}
    for word, natives in claims:
        for native in natives:
            owner = owners.setdefault(native.casefold(), word)
            if owner != word:
                problems.add((*at, word), f"`{native}` of {remote} already means `{owner}`", "keep it under one word")


def _category(field: str, name: str, entry: Table, at: KeyPath, problems: Problems) -> Category | None:
    known = [str(category) for category in Category]
    if field != "status":
        if "category" in entry:
            problems.add((*at, "category"), "only words of a status have a category", "leave it out")
        return None
    wanted = entry.get("category", name)
    if wanted in known:
        return Category(wanted)
    if "category" in entry:
        problems.add((*at, "category"), f"must be one of {', '.join(known)}")
    else:
        problems.add((*at, "category"), "is missing", f"say which `{name}` is: {', '.join(known)}")
    return None


def _near(entry: Table, at: KeyPath, problems: Problems) -> str | None:
    wanted = entry.get("nearest")
    if wanted is None or isinstance(wanted, str):
        return wanted
    problems.add((*at, "nearest"), "must be text")
    return None
