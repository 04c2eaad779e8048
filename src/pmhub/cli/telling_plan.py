"""A plan for people: what would be created, changed and closed, item by item; as text and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import click

from pmhub.cli.document import Document
from pmhub.cli.plain import code, line
from pmhub.cli.telling import Teller, counted
from pmhub.cli.telling_matches import told_doubts, told_matches
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import CLOSED
from pmhub.sync.cost import told as told_costs
from pmhub.sync.preview import Clashing, Preview, Row

_COLORS = {"+": "green", "~": "yellow", "-": "red", "!": "magenta"}
_VERBS = {"+": "create", "~": "update", "-": "close"}
SETTLED = "Settled: nothing to do."


@dataclass(frozen=True)
class Change:
    """One line of a plan."""

    sign: str
    connection: str
    text: str


def plan_document(preview: Preview, file: dict[str, Any], name: Callable[[str], str]) -> Document:
    names = {row.item: row.name for row in preview.rows}
    groups = _grouped(preview, lambda item: names.get(item) or name(item))
    return Document(
        "plan",
        text=list(_text(preview, groups)),
        head={key: value for key, value in file.items() if key not in ("rows", "schema_version")}
        | {"counts": _counts(preview), "stopped": preview.report.stopped},
        of="rows",
        rows=[asdict(row) for row in preview.rows],
        md=list(_md(preview, groups)),
    )


def _grouped(preview: Preview, name: Callable[[str], str]) -> dict[tuple[str, str], list[Change]]:
    """(name, title) of each item → its changes, in the order of the plan."""
    items: dict[str, tuple[str, str]] = {}
    groups: dict[str, list[Change]] = {}
    for row in preview.rows:
        items.setdefault(row.item, (row.name, row.title))
        groups.setdefault(row.item, []).append(_change(row, name))
    for clash in preview.clashes:
        items.setdefault(clash.item, (clash.name, ""))
        groups.setdefault(clash.item, []).append(_clash(clash))
    return {items[item]: changes for item, changes in groups.items()}


def sign_of(row: Row) -> str:
    if row.op == "create":
        return "+"
    field, closed = CLOSED.get(Kind(row.kind), ("", ""))
    return "-" if row.after.get(field) == closed and row.before.get(field) != closed else "~"


def _change(row: Row, name: Callable[[str], str]) -> Change:
    teller, sign = Teller(Kind(row.kind), name), sign_of(row)
    if sign == "+":
        told = [row.kind, *(f"{field}: {teller.value(field, value)}" for field, value in row.after.items())]
        told += [f"then {field}: {teller.value(field, value)}" for field, value in row.then.items() if value]
    else:
        told = [f"{field}: {teller.change(field, row.before.get(field), value)}" for field, value in row.after.items()]
    told += [f"! {line(loss)}" for loss in row.losses]
    return Change(sign, row.connection, "\n".join(told))


def _clash(clash: Clashing) -> Change:
    what = "waits for you" if clash.kind == "held" else clash.kind
    told = line("(empty)" if clash.value in (None, "", ()) else str(clash.value))
    return Change("!", clash.connection, f"{clash.field or 'item'} ({what}): {told}")


def _text(preview: Preview, groups: dict[tuple[str, str], list[Change]]) -> Iterator[str]:
    for (name, title), changes in groups.items():
        yield f"{click.style(line(name), bold=True)}  {line(title)}".rstrip()
        for change in changes:
            yield from _text_change(change)
        yield ""
    yield from (*told_matches(preview.report), *told_doubts(preview.report))
    yield from _summary(preview)


def _text_change(change: Change) -> Iterator[str]:
    verb = _VERBS.get(change.sign, "conflict")
    first, *rest = change.text.split("\n")
    head = click.style(f"{change.sign} {verb}", fg=_COLORS[change.sign])
    if change.sign in ("~", "!") and not rest:
        yield f"  {head} {change.connection}  {first}"
        return
    yield f"  {head} {change.connection}" + (f"  {first}" if change.sign == "+" else "")
    yield from (f"      {each}" for each in (rest if change.sign == "+" else [first, *rest]))


def _md(preview: Preview, groups: dict[tuple[str, str], list[Change]]) -> Iterator[str]:
    """For a comment on a pull request: all that comes from elsewhere stands in code spans, so nobody is notified."""
    yield "### pmhub plan"
    yield ""
    yield from (f"- {each}" for each in _summary(preview))
    for (name, title), changes in groups.items():
        yield ""
        yield f"**{code(name)}** {code(title)}".rstrip()
        yield ""
        for change in changes:
            verb = _VERBS.get(change.sign, "conflict")
            told = "; ".join(code(each) for each in change.text.split("\n"))
            yield f"- `{change.sign}` {verb} {code(change.connection)}: {told}"


def _counts(preview: Preview) -> dict[str, dict[str, int]]:
    """Connection → verb → how many."""
    found: dict[str, Counter[str]] = {}
    for row in preview.rows:
        found.setdefault(row.connection, Counter())[_VERBS[sign_of(row)]] += 1
    return {connection: dict(counts) for connection, counts in found.items()}


def _summary(preview: Preview) -> Iterator[str]:
    counts = _counts(preview)
    for connection, verbs in counts.items():
        yield f"{connection}: " + ", ".join(f"{verbs[verb]} to {verb}" for verb in _VERBS.values() if verb in verbs)
    yield from told_costs(preview.costs)
    if preview.clashes:
        yield counted(len(preview.clashes), "conflict")
    if preview.report.matches:
        yield f"{counted(len(preview.report.matches), 'pair')} of what exists on both sides already"
    if preview.report.doubts:
        yield f"{counted(len(preview.report.doubts), 'question')} for you: nothing is created for these until you say"
    if not counts and not preview.report.down and not preview.report.matches:
        yield SETTLED
