"""When do two titles say the same, nearly the same, or something of the same matter?"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

_NO_WORD = re.compile(r"[^\w+#]+")
_NUMBER = re.compile(r"[0-9]+")
_NEAR, _REWORDED, _RELATED = 0.85, 0.6, 0.4
_AS_LONG = 0.7
_COMMON = 50
"""A word that stands in more titles tells none of them apart."""


def plain(title: str) -> str:
    """Words and numbers alone, in one case."""
    return " ".join(_NO_WORD.sub(" ", unicodedata.normalize("NFKC", title).casefold()).split())


def is_near(one: str, other: str) -> bool:
    """Of plain titles: a slip of the pen apart. Another number is another thing, and so is another word in its place."""
    if one == other or sorted(_NUMBER.findall(one)) != sorted(_NUMBER.findall(other)):
        return False
    here, there = one.split(), other.split()
    mine = " ".join(word for word in here if word not in there)
    theirs = " ".join(word for word in there if word not in here)
    if mine and theirs and _likeness(mine, theirs) < _REWORDED:
        return False
    return _likeness(one, other) >= _NEAR


def alike(one: str, other: str) -> bool:
    here, there = plain(one), plain(other)
    return bool(set(here.split()) & set(there.split())) or _likeness(here, there) >= _RELATED


def near_pairs(titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of names whose plain titles share a word, or begin alike, and are about as long: worth a closer look."""
    places: dict[str, list[str]] = defaultdict(list)
    for name, title in titles.items():
        for sign in {*title.split(), f"{title.replace(' ', '')[:6]}…"} if title else ():
            places[sign].append(name)
    seen: set[tuple[str, str]] = set()
    for names in places.values():
        if 1 < len(names) <= _COMMON:
            for position, one in enumerate(names):
                for other in names[position + 1 :]:
                    short, long = sorted((len(titles[one]), len(titles[other])))
                    if (one, other) not in seen and short >= long * _AS_LONG:
                        seen.add((one, other))
                        yield one, other


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
