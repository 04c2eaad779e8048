"""`pmhub why`: where each value came from, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.items import item_named
from pmhub.cli.opening import Opened, reading
from pmhub.cli.options import formatted
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.show import connection
from pmhub.cli.telling import Teller, moment
from pmhub.cli.tests_told import tests_of, text_of_tests
from pmhub.engine.state import DELETED, HUB, Item
from pmhub.errors import UnknownName
from pmhub.model.records import schema
from pmhub.sync.naming import name_of, title_of

_PLACES = {HUB: "pmhub itself", DELETED: "a deletion", "": "a deletion"}


@click.command()
@click.argument("item")
@click.argument("field", required=False)
@formatted
@click.pass_obj
def verb(session: Session, item: str, field: str | None) -> None:
    """Tell who set each field of an item, where and when.

    With what every run did to it, and the values that lost a conflict. Needs no network and no secrets.
    """
    with reading(session) as opened:
        found = opened.store.items.get(item_named(opened, item))
        if found is None:  # pragma: no cover - item_named just found it
            raise LookupError(item)
        rows = [_story(opened, found, name) for name in _fields(found, field)]
        head: dict[str, Any] = {
            "id": found.id,
            "name": name_of(opened.hub, found.id),
            "title": title_of(opened.hub, found.id),
        }
        teller = Teller(found.kind, lambda other: name_of(opened.hub, other))
        head["tests"] = tests_of(opened, found.id) if field is None else None
        show(session, Document("why", list(_text(head, rows, teller)), head, "fields", rows))


def _fields(item: Item, field: str | None) -> list[str]:
    if field is None:
        return list(item.record)
    if field not in schema(item.kind):
        known = ", ".join(schema(item.kind))
        raise UnknownName(f"a {item.kind} has no field {field!r}", hint=f"It has: {known}.")
    return [field]


def _story(opened: Opened, item: Item, field: str) -> dict[str, Any]:
    stamp = item.stamps.get(field)
    journal = opened.store.journal.of_item(item.id, field)
    conflicts = [c for c in opened.store.conflicts.all(item=item.id) if c.clash.field in (field, "")]
    return {
        "field": field,
        "value": item.record.get(field),
        "set_on": _place(opened, stamp.remote) if stamp else None,
        "set_at": moment(stamp.at) if stamp else None,
        "exact": bool(stamp and stamp.sure),
        "by_us": bool(stamp and stamp.by_us),
        "journal": [
            {
                "run": entry.run,
                "at": moment(entry.at),
                "where": _place(opened, entry.remote),
                "did": entry.op,
                "result": entry.result,
                "before": entry.before,
                "after": entry.after,
            }
            for entry in journal
        ],
        "conflicts": [
            {
                "id": conflict.id,
                "at": moment(conflict.at),
                "kind": conflict.clash.kind,
                "state": conflict.state,
                "where": _place(opened, conflict.clash.remote),
                "value": conflict.clash.value,
            }
            for conflict in conflicts
        ],
    }


def _place(opened: Opened, remote: str) -> str:
    return _PLACES.get(remote) or connection(opened, remote)


def _text(head: dict[str, Any], rows: list[dict[str, Any]], teller: Teller) -> Iterator[str]:
    yield f"{click.style(line(head['name']), bold=True)}  {line(head['title'])}"
    for row in rows:
        name = row["field"]
        yield f"{click.style(name, bold=True)}: {teller.value(name, row['value'])}"
        yield f"  {_origin(row)}"
        yield from (f"  {_did(entry, teller, name)}" for entry in row["journal"])
        yield from (f"  {_lost(conflict, teller, name)}" for conflict in row["conflicts"])
    yield from text_of_tests(head["tests"], reasons=True)


def _origin(row: dict[str, Any]) -> str:
    if row["set_on"] is None:
        return "nobody set it"
    by = ", written by us" if row["by_us"] else ""
    return f"set on {row['set_on']}, {'' if row['exact'] else 'at the latest '}{row['set_at']}{by}"


def _did(entry: dict[str, Any], teller: Teller, name: str) -> str:
    what = {"absorb": "taken from", "create": "created on", "update": "written to"}.get(entry["did"], entry["did"])
    told = (
        teller.value(name, entry["after"])
        if entry["did"] == "create"
        else teller.change(name, entry["before"], entry["after"])
    )
    result = "" if entry["result"] in ("done", "absorbed") else f" ({entry['result']})"
    return f"{entry['at']}  run {entry['run']}  {what} {entry['where']}: {told}{result}"


def _lost(conflict: dict[str, Any], teller: Teller, name: str) -> str:
    told = teller.value(name, conflict["value"])
    return f"{conflict['at']}  conflict {conflict['id']} ({conflict['kind']}, {conflict['state']}): {conflict['where']} had {told}"
