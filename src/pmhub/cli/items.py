"""Which item does a person mean? By our id, a remote's key, or an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmhub.cli.opening import Opened
from pmhub.cli.plain import line
from pmhub.errors import AmbiguousName, UnknownName
from pmhub.model.refs import item_id
from pmhub.store.observations import Seen
from pmhub.sync.naming import name_of, title_of

_ID = re.compile(r"[0-9a-f]{4,16}(@[0-9a-f]{0,6})?")


def item_named(opened: Opened, text: str) -> str:
    """The id of an item we have. Raises UnknownName or AmbiguousName."""
    seen = _seen(opened, text)
    items = {item for each in seen if (item := opened.store.items.item_of(each.thing))} | set(_by_id(opened, text))
    if seen and not items:
        raise UnknownName(f"{text} was seen but is not an item yet", hint="`pmhub sync` makes it one.")
    return _only(opened, text, items)


def item_or_thing(opened: Opened, text: str) -> str | Seen:
    """The same, or a thing that was seen and is no item."""
    seen = _seen(opened, text)
    loose = [each for each in seen if opened.store.items.item_of(each.thing) is None]
    return loose[0] if len(seen) == len(loose) == 1 else item_named(opened, text)


def item_meant(opened: Opened, text: str) -> str:
    """The same, and also the id that a thing already seen is going to have."""
    items = set(_by_id(opened, text))
    for seen in _seen(opened, text):
        items.add(opened.store.items.item_of(seen.thing) or item_id(seen.remote, seen.ref))
    return _only(opened, text, items)


def _only(opened: Opened, text: str, items: set[str]) -> str:
    if len(items) == 1:
        return items.pop()
    if items:
        told = [f"{item}  {name_of(opened.hub, item)}  {title_of(opened.hub, item)}" for item in sorted(items)]
        listed = "".join(f"\n  {line(each)}" for each in told)
        raise AmbiguousName(f"{text} means {len(items)} items:{listed}", hint="Give the id of one of them.")
    raise UnknownName(
        f"no item is known as {text}",
        hint="Give a key, an address or our id; `pmhub plan` reads what is new.",
    )


def _by_id(opened: Opened, text: str) -> list[str]:
    return opened.store.items.by_prefix(text) if _ID.fullmatch(text) else []


def _seen(opened: Opened, text: str) -> list[Seen]:
    """A thing on a remote that the workspace no longer has is found by its stored key or address alone."""
    found = {each.thing: each for way in _ways(opened, text) for each in way}
    return list(found.values())


def _ways(opened: Opened, text: str) -> Iterator[list[Seen]]:
    observations = opened.store.observations
    yield observations.by_key(text)
    yield observations.by_key(text.upper())
    yield observations.by_url(text)
    yield observations.by_url(re.split(r"[?#]", text)[0].rstrip("/"))
    for remote in opened.hub.remotes.values():
        key = remote.connector.parse_key(text)
        if key is not None:
            yield [each for each in observations.by_key(key) if each.remote == remote.id]
