"""`pmhub conflicts`: what clashed, and a person's word on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.completing import names_in
from pmhub.cli.document import Document, show
from pmhub.cli.items import item_named
from pmhub.cli.opening import Opened, changing, reading
from pmhub.cli.options import common, formatted, waiting
from pmhub.cli.plain import line
from pmhub.cli.session import Session
from pmhub.cli.show import connection
from pmhub.cli.telling import Teller, moment
from pmhub.engine.state import HUB
from pmhub.errors import AmbiguousName, BadValue, UnknownName
from pmhub.model.kinds import Kind
from pmhub.model.records import Merge, Value, schema
from pmhub.store.conflicts import Conflict
from pmhub.sync.edit import edit
from pmhub.sync.naming import name_of, title_of

OURS, LOST = "ours", "lost"


@click.group()
def verb() -> None:
    """See conflicts, and settle those that wait for you."""


@verb.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that a rule or a person settled.")
@formatted
@click.pass_obj
def list_(session: Session, everything: bool) -> None:  # noqa: FBT001 - click's signature
    """List conflicts that wait for you, each with the value of every side."""
    with reading(session) as opened:
        found = opened.store.conflicts.all(open_only=not everything)
        rows = [_row(opened, conflict) for conflict in found]
        show(session, Document("conflicts", list(_text(opened, rows)), {"count": len(rows)}, "conflicts", rows))


def _row(opened: Opened, conflict: Conflict) -> dict[str, Any]:
    clash = conflict.clash
    item = opened.store.items.get(conflict.item)
    return {
        "id": conflict.id,
        "item": conflict.item,
        "name": name_of(opened.hub, conflict.item),
        "title": title_of(opened.hub, conflict.item),
        "item_kind": str(item.kind) if item else str(Kind.TICKET),
        "field": clash.field,
        "kind": clash.kind,
        "side": _side(opened, conflict),
        "value": clash.value,
        "state": conflict.state,
        "at": moment(conflict.at),
    }


def _side(opened: Opened, conflict: Conflict) -> str:
    return OURS if conflict.clash.remote == HUB else connection(opened, conflict.clash.remote)


def _text(opened: Opened, rows: list[dict[str, Any]]) -> Iterator[str]:
    """One block a conflict: the rows of one field of one item are the sides of the same question."""
    last: tuple[str, str] | None = None
    for row in rows:
        teller = Teller(Kind(row["item_kind"]), lambda item: name_of(opened.hub, item))
        if (row["item"], row["field"]) != last:
            yield f"{click.style(line(row['name']), bold=True)}  {line(row['title'])}"
        last = (row["item"], row["field"])
        state = "" if row["state"] == "open" else f", {row['state']}"
        value = teller.value(row["field"], row["value"])
        yield f"  {row['id']}  {row['field'] or 'item'}  {row['side']}: {value}  ({row['kind']}{state}, {row['at']})"


@verb.command()
@click.argument("item", metavar="ID|ITEM")
@click.argument("field", required=False)
@click.option(
    "--take",
    metavar="CONNECTION",
    shell_complete=names_in("connections", OURS, LOST),
    help=f"The value of this connection, `{OURS}` for the one we hold, or `{LOST}` for what a rule put aside.",
)
@click.option("--value", help="Another value. Several of a set: with commas between them. '' empties the field.")
@waiting
@common
@click.pass_obj
def resolve(session: Session, item: str, field: str | None, take: str | None, value: str | None) -> None:
    """Settle a conflict: by its number, or by its item and field.

    The next sync writes the value everywhere. A conflict that a rule settled can be turned round in the same way.
    """
    if (take is None) == (value is None):
        raise click.UsageError("say which value it shall be: --take CONNECTION, or --value TEXT")
    with changing(session) as opened:
        rows = _meant(opened, item, field)
        first = rows[0]
        if not first.clash.field:
            _put_away(opened, rows)
        else:
            new = _parsed(opened, first, value) if value is not None else _taken(opened, rows, str(take))
            edit(opened.hub, first.item, first.clash.field, new)
            _put_away(opened, rows)
        if not session.quiet:
            session.say(
                f"{line(name_of(opened.hub, first.item))}: {first.clash.field or 'item'} is settled; `pmhub sync` writes it."
            )


def _meant(opened: Opened, item: str, field: str | None) -> list[Conflict]:
    """All sides of one question: the rows of one field of one item that stand alike."""
    if field is None and item.isdecimal():
        found = next((c for c in opened.store.conflicts.all() if c.id == int(item)), None)
        if found is None:
            raise UnknownName(f"there is no conflict {item}", hint="`pmhub conflicts list` shows them.")
        if found.state != "open":
            return [found]
        id_, field = found.item, found.clash.field
    else:
        id_ = item_named(opened, item)
    rows = [c for c in opened.store.conflicts.all(open_only=True, item=id_) if field in (None, c.clash.field)]
    fields = sorted({row.clash.field for row in rows})
    if not rows:
        raise UnknownName(
            f"no conflict waits there: {item} {field or ''}".rstrip(),
            hint="`pmhub conflicts list` shows those that wait; one that a rule settled goes by its number.",
        )
    if len(fields) > 1:
        raise AmbiguousName(f"{item} has conflicts in {', '.join(fields)}", hint="Name the field after the item.")
    return rows


def _taken(opened: Opened, rows: list[Conflict], take: str) -> Value:
    """Of several values that one side showed since, the last."""
    sides: dict[str, Value] = {_side(opened, row): row.clash.value for row in rows}
    if rows[-1].state != "open":
        sides[LOST] = rows[-1].clash.value
    item = opened.store.items.get(rows[0].item)
    if take == OURS and item is not None:
        return item.record.get(rows[0].clash.field)
    if take not in sides:
        known = ", ".join(sorted({*sides, OURS}))
        raise UnknownName(f"{take} has no value in this conflict", hint=f"--take one of: {known}.")
    return sides[take]


def _parsed(opened: Opened, conflict: Conflict, text: str) -> Value:
    item = opened.store.items.get(conflict.item)
    merge = schema(item.kind)[conflict.clash.field].merge if item else Merge.ATOMIC
    if merge is Merge.SET:
        return tuple(sorted({part.strip() for part in text.split(",") if part.strip()}))
    if merge in (Merge.TEXT, Merge.LINE):
        return text
    if not text:
        return None
    if merge is Merge.REF:
        return item_named(opened, text)
    return _number(text) if conflict.clash.field == "estimate" else text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadValue(f"{text!r} is not a number") from None


def _put_away(opened: Opened, rows: list[Conflict]) -> None:
    with opened.store.transaction():
        for row in rows:
            opened.store.conflicts.resolve(row.id)
