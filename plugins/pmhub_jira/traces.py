"""Links that other tools keep outside of texts: in remote links, and in custom fields that hold an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pmhub.sdk import Gone, Kind, Ref, Refused
from pmhub_jira.flavours import Site
from pmhub_jira.wire import Wire

OURS: Final = "pmhub"
"""The application in links that we made."""
CUSTOM: Final = "customfield_"
ADDRESSES: Final = ("https://", "http://")

Json = Mapping[str, Any]


def found(wire: Wire, site: Site, refs: Sequence[Ref]) -> Iterator[tuple[Ref, str]]:
    """One call an issue, and one for each hundred. What may not be read has none."""
    issues = {ref.id: ref for ref in refs if ref.kind in {Kind.TICKET, Kind.ROADMAP_ITEM}}
    fields = [str(each["id"]) for each in wire.fields() if _holds_text(each)] if issues else []
    for raw in site.issues(sorted(issues), fields) if fields else ():
        texts = (raw.get("fields") or {}).values()
        yield from ((issues[str(raw["id"])], text) for text in _addresses(texts))
    for ref in issues.values():
        yield from ((ref, address) for address in _linked(wire, ref))


def _linked(wire: Wire, ref: Ref) -> Iterator[str]:
    try:
        links = wire.get("/issue/{id}/remotelink", id=ref.id)
    except (Gone, Refused):
        return
    for link in links or ():
        if (link.get("application") or {}).get("type") != OURS:
            yield str((link.get("object") or {}).get("url") or "")


def _holds_text(field: Json) -> bool:
    return str(field.get("id", "")).startswith(CUSTOM) and (field.get("schema") or {}).get("type") == "string"


def _addresses(values: Iterable[object]) -> Iterator[str]:
    """A field with an address and nothing else: a text speaks of many things."""
    for value in values:
        if isinstance(value, str) and value.startswith(ADDRESSES) and len(value.split()) == 1:
            yield value
