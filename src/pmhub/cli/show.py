"""`pmhub show`: one item, and how it stands on every remote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.document import Document, show
from pmhub.cli.items import item_named
from pmhub.cli.opening import Opened, reading
from pmhub.cli.options import formatted
from pmhub.cli.plain import line
from pmhub.cli.progress_told import progress_of, text_of_progress
from pmhub.cli.session import Session
from pmhub.cli.telling import Teller, moment
from pmhub.cli.tests_told import tests_of, text_of_tests
from pmhub.insight.past import as_it_was, moment_of
from pmhub.model.kinds import Kind
from pmhub.model.records import headline
from pmhub.store.items import Bound
from pmhub.sync.naming import name_of, title_of


@click.command()
@click.argument("item")
@click.option("--explain", is_flag=True, help="Of a goal: list every ticket that was counted.")
@click.option("--as-of", metavar="DATE", help="Its fields and progress as they were at the end of this day.")
@formatted
@click.pass_obj
def verb(session: Session, item: str, explain: bool, as_of: str | None) -> None:  # noqa: FBT001 - click's signature
    """Show one item with all its counterparts, and of a goal how far it is.

    ITEM is a key like SHOP-12, an address, or our id or the beginning of it. Needs no network and no secrets.
    """
    with reading(session) as opened:
        id_ = item_named(opened, item)
        found = _found(opened, id_) if as_of is None else _as_of(opened, id_, as_of)
        show(session, Document("item", list(_text(opened, found, explain=explain)), found))


def _found(opened: Opened, id_: str) -> dict[str, Any]:
    store = opened.store
    item = store.items.get(id_)
    if item is None:  # pragma: no cover - item_named just found it
        raise LookupError(id_)
    order = list(opened.hub.remotes)
    bound = sorted(store.items.bound(id_), key=lambda b: order.index(b.remote) if b.remote in order else len(order))
    pending = [w for w in store.intents.in_state("planned", "sent", "acked") if w.item == id_]
    return {
        "id": id_,
        "name": name_of(opened.hub, id_),
        "title": title_of(opened.hub, id_),
        "kind": str(item.kind),
        "sync": store.items.sync_of(id_),
        "on": item.on,
        "closed": item.closed,
        "fields": dict(item.record),
        "held": sorted(store.conflicts.held(id_)),
        "counterparts": [_counterpart(opened, each) for each in bound],
        "tests": tests_of(opened, id_),
        "progress": progress_of(opened, id_),
        "pending": [
            {
                "op": str(w.action.op),
                "on": connection(opened, w.remote),
                "state": w.state,
                "fields": sorted(w.action.data),
            }
            for w in pending
        ],
    }


def _as_of(opened: Opened, id_: str, day: str) -> dict[str, Any]:
    """Only what the journal can tell of the past: no counterparts, conflicts or writes under way."""
    at = moment_of(day, opened.store, opened.hub.clock())
    found = _found(opened, id_)
    changes = [each for each in opened.store.reading.changes_of(id_) if each.at > at]
    fields = as_it_was(found["fields"], changes)
    past = {
        "as_of": moment(at),
        "fields": fields,
        "title": headline(fields)[:80],
        "progress": progress_of(opened, id_, at),
    }
    return {**found, **past, "closed": False, "held": [], "counterparts": [], "tests": None, "pending": []}


def _counterpart(opened: Opened, bound: Bound) -> dict[str, Any]:
    seen = opened.store.observations.get(bound.remote, bound.kind, bound.thing or "")
    return {
        "connection": connection(opened, bound.remote),
        "id": bound.thing,
        "key": seen.ref.key if seen else None,
        "url": seen.ref.url if seen else None,
        "gone": bound.gone,
        "missing": bound.missing,
        "updated": moment(seen.updated_at) if seen else None,
        "read": moment(seen.read_at) if seen else None,
        "visibility": seen.visibility.name.lower() if seen else None,
        "originals": json.loads(seen.originals) if seen else {},
    }


def connection(opened: Opened, remote: str) -> str:
    """The name in the configuration, or the remote's own when it is no longer there."""
    found = opened.hub.remotes.get(remote)
    return found.connection if found else remote


def _text(opened: Opened, found: dict[str, Any], *, explain: bool) -> Iterator[str]:
    teller = Teller(Kind(found["kind"]), lambda item: name_of(opened.hub, item))
    yield f"{click.style(line(found['name']), bold=True)}  {line(found['title'])}"
    closed = ", closed" if found["closed"] else ""
    yield f"  {found['kind']} of {found['sync']}{closed}, id {found['id']}"
    if "as_of" in found:
        yield f"  as of {found['as_of']}"
    if found["on"]:
        yield f"  on {line(name_of(opened.hub, found['on']))}"
    for name, value in found["fields"].items():
        if value in (None, "", ()) and name not in found["held"]:
            continue
        held = "  (held: a conflict waits for you)" if name in found["held"] else ""
        yield f"    {name}: {teller.value(name, value)}{held}"
    for each in found["counterparts"]:
        yield from _text_counterpart(each)
    yield from text_of_tests(found["tests"])
    yield from text_of_progress(found["progress"], explain=explain)
    for each in found["pending"]:
        yield f"  {each['state']}: {each['op']} on {each['on']} ({', '.join(each['fields'])})"


def _text_counterpart(each: dict[str, Any]) -> Iterator[str]:
    states = [f"changed {each['updated']}, {each['visibility']}"] if each["updated"] else []
    states += ["gone"] if each["gone"] else ["missing"] if each["missing"] else []
    named = line(" ".join(part for part in (each["key"] or each["id"], each["url"]) if part) or "nothing there")
    yield f"  {click.style(each['connection'], bold=True)}: {named}" + (f"  ({', '.join(states)})" if states else "")
    yield from (f"    {name}: {line(str(told))}" for name, told in each["originals"].items())
