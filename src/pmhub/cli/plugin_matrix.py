"""What connectors can do, as they declare it: kinds, access, and each field's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pmhub.model.records import schema
from pmhub.sdk import Access, Capabilities, Kind, Listing

Declared = Mapping[str, Capabilities]
NONE: Final = "-"
_HEAD = """\
# What each connector can do

Made from what the connectors declare by `pmhub plugins matrix --shipped --format md > docs/connectors.md`; a test holds the
two together, and the conformance kit holds each connector to its word.

`both ways`: read and written; `read`: only read; `written`: only written. `later`: it follows a create as an update.
`log`: a change log tells who set it, and when. A field may need the configuration to say where it is kept.
"""


def kinds_of(held: Capabilities) -> dict[str, dict[str, Any]]:
    """As JSON: kind → access, fields, and the fields that are logged or can only follow a create."""
    return {
        str(kind): {
            "access": _words(access),
            "fields": sorted(held.fields.get(kind, ())),
            "history": sorted(held.history.get(kind, ())),
            "later": sorted(held.later.get(kind, ())),
            "listing": str(held.listing.get(kind, Listing.NONE)),
            "incremental": kind in held.incremental,
        }
        for kind, access in sorted(held.access.items(), key=lambda pair: pair[0].order)
    }


def told(declared: Declared) -> Iterator[str]:
    for title, names, rows in _tables(declared):
        yield title
        columns = list(zip(*[("", *names), *rows], strict=True))
        widths = [max(map(len, column)) for column in columns]
        for row in (("", *names), *rows):
            yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def page(declared: Declared) -> Iterator[str]:
    """Markdown."""
    yield _HEAD.rstrip()
    for title, names, rows in _tables(declared):
        yield from ("", f"## {title}", "", _line(("", *names)), _line(["---"] * (len(names) + 1)))
        yield from (_line(row) for row in rows)


def _line(cells: Any) -> str:  # noqa: ANN401 - any sequence of text
    return f"| {' | '.join(cells)} |"


def _tables(declared: Declared) -> Iterator[tuple[str, list[str], list[tuple[str, ...]]]]:
    """A kind, the connectors that have it, and the rows: access, listing, and one a field."""
    for kind in sorted(Kind, key=lambda each: each.order):
        having = {name: held for name, held in declared.items() if kind in held.access}
        if not having:
            continue
        rows = [
            ("access", *(", ".join(_words(held.access[kind])) for held in having.values())),
            ("listing", *(_listing(kind, held) for held in having.values())),
        ]
        fields = schema(kind) if any(held.fields.get(kind) for held in having.values()) else ()
        rows += [(f"`{name}`", *(_way(kind, name, held) for held in having.values())) for name in fields]
        yield str(kind).replace("_", " "), list(having), rows


def _words(access: Access) -> list[str]:
    return [str(each.name).lower() for each in Access if each in access]


def _listing(kind: Kind, held: Capabilities) -> str:
    listing = held.listing.get(kind, Listing.NONE)
    if listing is Listing.NONE:
        return NONE
    return f"{listing}, from a cursor" if kind in held.incremental else str(listing)


def _way(kind: Kind, name: str, held: Capabilities) -> str:
    if name not in held.fields.get(kind, ()):
        return NONE
    access = held.access[kind]
    writes = bool(access & (Access.CREATE | Access.UPDATE))
    way = {(True, True): "both ways", (True, False): "read", (False, True): "written"}[Access.READ in access, writes]
    more = ["later"] if any(each.partition(":")[0] == name for each in held.later.get(kind, ())) else []
    more += ["log"] if name in held.history.get(kind, ()) else []
    return ", ".join([way, *more])
