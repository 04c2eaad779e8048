"""What Jira makes of a record: `fit`, field by field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pmhub.sdk import ABSENT, Fitted, Kind, Record, Scope, Value, kind_of, record, values
from pmhub_jira import shown, texts, versions
from pmhub_jira.flavours import Flavour


def fit(flavour: Flavour, scope: Scope, given: Record) -> Fitted:
    kind = kind_of(given)
    showings = {**SHOWINGS[kind], **_of_flavour(flavour, kind)}
    present: dict[str, Value] = {}
    lost: dict[str, str] = {}
    for name, value in values(given).items():
        shows, why = showings[name](scope, value)
        if shows is not ABSENT:
            present[name] = shows
        if why:
            lost[name] = why
    return Fitted(record(kind, present), lost)


def _of_flavour(flavour: Flavour, kind: Kind) -> dict[str, shown.Showing]:
    if kind is Kind.RELEASE:
        return {}
    found = {"body": shown.body(flavour.form, texts.COMMENT_LIMIT if kind is Kind.COMMENT else texts.LIMIT)}
    return found | ({"parent": shown.nothing_above} if kind is Kind.ROADMAP_ITEM and not flavour.levels else {})


SHOWINGS: Final[Mapping[Kind, Mapping[str, shown.Showing]]] = {
    Kind.TICKET: {
        "title": shown.summary,
        "type": shown.type_,
        "status": shown.status(Kind.TICKET),
        "priority": shown.priority,
        "assignees": shown.assignees,
        "reporter": shown.unwritten,
        "labels": shown.label_set,
        "components": shown.version_set,
        "estimate": shown.estimate,
        "due": shown.day,
        "iteration": shown.where_named("iteration", shown.line),
        "time_estimate": shown.where_named("time_estimate", shown.time_estimate),
        "releases": shown.version_set,
        "parent": shown.ticket_parent,
        "links": lambda _, value: (value, ""),
    },
    Kind.ROADMAP_ITEM: {
        "title": shown.summary,
        "status": shown.status(Kind.ROADMAP_ITEM),
        "horizon": shown.where_named("horizon", shown.horizon),
        "objective": shown.where_named("objective", shown.line),
        "owner": shown.owner,
        "start": shown.where_named("start", shown.day),
        "target": shown.day,
        "labels": shown.label_set,
        "parent": shown.roadmap_parent,
    },
    Kind.COMMENT: {"author": shown.comment_author, "deleted": shown.deleted},
    Kind.RELEASE: versions.SHOWINGS,
}
