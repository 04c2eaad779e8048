"""What a thing says of others: their keys and addresses, and where in its text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pmhub.engine.match import Sign
from pmhub.model.records import headline
from pmhub.store.observations import Seen
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane

_NAME = re.compile(r"""https?://[^\s<>()\[\]"'`|]+|[\w.-]+(?:/[\w.-]+)?[#-][0-9]+""")
_AROUND = re.compile(r"^[\W_]*|[\W_]*$")
_RELATION = (
    r"(?i)\b(block|depend|relat|parent|epic|child|part|duplic|see|cf|compare|fix|close|resolve|cause|supersede|follow)"
)
MOST_WORDS = 5
"""In a line that says no more than what this thing is elsewhere."""


class Pointing:
    """Of one lane in one run. `loose`: the items that are worth pointing at."""

    def __init__(self, hub: Hub, lane: Lane, loose: frozenset[str]) -> None:
        self._hub, self._lane, self._loose = hub, lane, loose
        self._item = lru_cache(maxsize=None)(self._item_named)

    def of(self, seen: Seen) -> Iterator[tuple[str, Sign]]:
        title = headline(seen.record) if "title" in seen.record else ""
        for found in _NAME.finditer(title):
            at_an_end = not (_bare(title[: found.start()]) and _bare(title[found.end() :]))
            yield from self._pointed(found[0], seen.remote, Sign.TRACE if at_an_end else Sign.MENTION)
        for line in str(seen.record.get("body") or "").split("\n"):
            names = [found[0] for found in _NAME.finditer(line)]
            for name in names:
                yield from self._pointed(name, seen.remote, _sign_of(line, names))

    def named(self, texts: Iterable[str], remote: str) -> Iterator[tuple[str, Sign]]:
        for text in texts:
            yield from self._pointed(text, remote, Sign.TRACE)

    def title(self, text: str) -> str:
        """Without the key of another thing in front or behind."""
        for found in reversed(list(_NAME.finditer(text))):
            if any(self._item(found[0], remote) for remote in self._lane.remotes):
                text = f"{text[: found.start()]} {text[found.end() :]}"
        return text

    def _pointed(self, name: str, remote: str, sign: Sign) -> Iterator[tuple[str, Sign]]:
        for other in self._lane.remotes:
            item = self._item(name, other) if other != remote else None
            if item is not None:
                yield item, sign

    def _item_named(self, name: str, remote: str) -> str | None:
        """The loose item that goes by this key or address on that remote."""
        observations = self._hub.store.observations
        address = re.split(r"[?#]", name)[0].rstrip("/.,;:")
        key = (
            self._hub.remotes[remote].connector.parse_key(name.rstrip(".,;:")) if remote in self._hub.remotes else None
        )
        seen = [*(observations.by_key(key) if key else ()), *(observations.by_url(address) if "://" in name else ())]
        mine = (each for each in seen if each.remote == remote and each.ref.kind is self._lane.kind)
        items = {item for each in mine if (item := self._hub.store.items.item_of(each.thing)) in self._loose}
        return items.pop() if len(items) == 1 else None


def _sign_of(line: str, names: list[str]) -> Sign:
    """A line that holds one name and few other words, none of which says that it is about something else."""
    rest = line
    for name in names:
        rest = rest.replace(name, " ")
    alone = len(set(names)) == 1 and len(rest.split()) <= MOST_WORDS and not re.search(_RELATION, rest)
    return Sign.LINE if alone else Sign.MENTION


def _bare(text: str) -> str:
    return _AROUND.sub("", text)
