"""`[guards]` and `[[visibility]]`: what stops a run, and which text may go where more people see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pmhub.config.lines import KeyPath
from pmhub.config.problems import Problems, meant
from pmhub.config.shape import GuardsTable, VisibilityTable
from pmhub.config.validation import salvaged
from pmhub.config.workspace import Flow, Guards, MaxClose, Sync

_PERCENT = re.compile(r"(\d{1,2}|100)%")


def read_guards(table: Mapping[str, Any], problems: Problems) -> Guards:
    given = salvaged(GuardsTable, table, ("guards",), problems)
    if given.max_changes < 0:
        problems.add(("guards", "max_changes"), "must not be negative", "0 means no limit")
    return Guards(given.max_changes, _max_close(given.max_close, problems))


def _max_close(value: object, problems: Problems) -> MaxClose:
    """`"10%"`, with at least 2 always allowed, or a plain number."""
    if isinstance(value, str) and (percent := _PERCENT.fullmatch(value)):
        return MaxClose(percent=int(percent[1]))
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return MaxClose(value, 0)
    problems.add(("guards", "max_close"), "must be a percentage in quotes or a number above 0", '"100%" means no limit')
    return MaxClose()


def read_flows(
    tables: tuple[Mapping[str, Any], ...], syncs: Mapping[str, Sync], problems: Problems
) -> tuple[Flow, ...]:
    """A rule without a sync holds for each sync between its two connections."""
    found: list[Flow] = []
    for position, table in enumerate(tables):
        at: KeyPath = ("visibility", position)
        rule = salvaged(VisibilityTable, table, at, problems)
        if set(rule.allow) != {"from", "to"}:
            problems.add((*at, "allow"), "must name two connections", 'allow = { from = "…", to = "…" }')
        elif rule.sync is not None and rule.sync not in syncs:
            problems.add((*at, "sync"), f"no sync is called `{rule.sync}`", meant(rule.sync, syncs))
        else:
            found += _flows(rule, [rule.sync] if rule.sync else list(syncs), syncs, at, problems)
    return tuple(found)


def _flows(
    rule: VisibilityTable, names: list[str], syncs: Mapping[str, Sync], at: KeyPath, problems: Problems
) -> list[Flow]:
    source, target = rule.allow["from"], rule.allow["to"]
    found = [Flow(name, source, target) for name in names if {source, target} <= _connections(syncs[name])]
    if not found:
        known = {connection for name in names for connection in _connections(syncs[name])}
        wrong = next((name for name in (source, target) if name not in known), "")
        what = f"no sync is between `{source}` and `{target}`"
        problems.add((*at, "allow"), what, meant(wrong, known) if wrong else "")
    return found


def _connections(sync: Sync) -> set[str]:
    return {endpoint.connection for endpoint in sync.endpoints}
