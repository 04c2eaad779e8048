"""Words: how one remote's statuses, types and priorities read in ours, and people's names.

`lift` reads a native word, `lower` chooses the native word to write. What a remote makes of our word is
`lift(lower(word))`: the merge compares with that, so a coarse remote never looks like an edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from typing import Final

from pmhub.model.lean import dataclass


class Category(StrEnum):
    """What a status means, whatever it is called."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"


# The status words of each kind where the configuration has none, by what they mean.
TICKET_WORDS: Final = {category: str(category) for category in Category}
ROADMAP_WORDS: Final = {Category.TODO: "planned", Category.DOING: "in_progress", Category.DONE: "shipped"}
_USUAL: Final = {
    **{word: category for category, word in (*TICKET_WORDS.items(), *ROADMAP_WORDS.items())},
    "idea": Category.TODO,
    "dropped": Category.DONE,
}


@dataclass(frozen=True)
class Words:
    """`lifts`: native word → our word, in order of preference when several mean the same. Matching ignores case.

    `nearest`: our word → another of our words to fall back to where the remote has no word for the first.
    """

    lifts: Mapping[str, str]
    nearest: Mapping[str, str] = field(default_factory=dict)

    def lift(self, native: str | None) -> str | None:
        """None when nothing is said about this word."""
        return None if native is None else self._folded.get(native.casefold())

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {native.casefold(): word for native, word in self.lifts.items()}

    def lower(self, word: str) -> str | None:
        """None when this remote has no word for it."""
        seen: set[str] = set()
        while word not in seen:
            seen.add(word)
            for native, ours in self.lifts.items():
                if ours == word:
                    return native
            word = self.nearest.get(word, word)
        return None


@dataclass(frozen=True)
class People:
    """One remote's accounts ↔ people's names in the workspace. A native account is what that remote's connector says."""

    names: Mapping[str, str] = field(default_factory=dict)
    """native account → our name"""

    def lift(self, account: str | None) -> str | None:
        return None if account is None else self.names.get(account)

    def lower(self, name: str) -> str | None:
        return next((account for account, ours in self.names.items() if ours == name), None)


@dataclass(frozen=True)
class Vocabulary:
    """All the words of one endpoint. `categories` says for each of our status words whether it is todo, doing or done.

    A field without Words keeps the connector's default reading. `fields` names the native field that holds one of
    ours (`estimate` → `customfield_10016`).
    """

    words: Mapping[str, Words] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)
    people: People = field(default_factory=People)
    fields: Mapping[str, str] = field(default_factory=dict)

    def category(self, status: str) -> Category:
        """A word that neither the configuration nor we know is todo."""
        return self.categories.get(status) or _USUAL.get(status, Category.TODO)
