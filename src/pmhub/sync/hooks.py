"""Where plugins have a say. What they answer enters the engine as values; one that fails is named and passed over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pmhub.engine.absorb import Asked
from pmhub.engine.state import HOLD, Item, Policy, View
from pmhub.model.exchange import Observation
from pmhub.model.kinds import Kind
from pmhub.model.records import Fields, record, values

_log = logging.getLogger("pmhub.plugins")
Relay = Any
"""pluggy's HookRelay, or None where no plugin is loaded."""


def _asked(name: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - each hook has its own answer
    try:
        return call()
    except Exception:  # noqa: BLE001 - the edge of a plugin
        _log.exception("a plugin failed in %s; its answer is left out", name)
        return None


def transform(relay: Relay, kind: Kind, remote: str, fields: Fields) -> Fields:
    """What was read, as plugins would have it. It must be idempotent: what a remote would show goes through it too."""
    if relay is None:
        return fields
    answers = _asked(
        "pmhub_transform_record", lambda: relay.pmhub_transform_record(kind=kind, remote=remote, fields=fields)
    )
    for answer in answers or ():
        fields = {**fields, **answer} if answer is not None else fields
    return fields


def transform_observation(relay: Relay, remote: str, seen: Observation) -> Observation:
    if relay is None:
        return seen
    kind = seen.ref.kind
    return replace(seen, record=record(kind, transform(relay, kind, remote, values(seen.record))))


def settled_by_plugins(
    relay: Relay, item: Item, views: Sequence[View], asked: Sequence[Asked], policies: Mapping[str, Policy]
) -> Mapping[str, Policy]:
    """The policies, where a plugin settles a clash that would be held for a person."""
    if relay is None:
        return policies
    found = dict(policies)
    sides = {view.remote: view for view in views}
    for remote, name in asked:
        policy, stamp = policies.get(name, Policy()), item.stamps.get(name)
        if policy.conflict == HOLD and stamp is not None and name in item.record:
            winner = {"ours": stamp.remote, "theirs": remote}.get(_verdict(relay, item, sides[remote], name) or "")
            found[name] = replace(policy, conflict=winner) if winner else found.get(name, policy)
    return found


def _verdict(relay: Relay, item: Item, view: View, name: str) -> str | None:
    ours, theirs, base = item.record[name], view.seen[name], view.counterpart.agreed.get(name)
    answer = _asked(
        "pmhub_settle_conflict",
        lambda: relay.pmhub_settle_conflict(kind=item.kind, field=name, ours=ours, theirs=theirs, base=base),
    )
    return answer if answer in {"ours", "theirs"} else None


def finished(relay: Relay, report: object) -> None:
    if relay is not None:
        _asked("pmhub_run_finished", lambda: relay.pmhub_run_finished(report=report))
