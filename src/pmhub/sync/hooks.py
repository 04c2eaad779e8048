"""Where plugins have a say, one after the other. What they answer enters the engine as values; one that fails, hangs or
answers in a wrong shape is named and passed over, and the others are heard all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pmhub.config.edge import HOOK_PATIENCE, Overdue, edge
from pmhub.engine.absorb import Asked, agrees
from pmhub.engine.state import HOLD, Item, Policy, View
from pmhub.model.exchange import Observation
from pmhub.model.kinds import Kind
from pmhub.model.records import Fields, record, values
from pmhub.sync.shapes import WrongShape, fits

_log = logging.getLogger("pmhub.plugins")
Relay = Any
"""pluggy's HookRelay, or None where no plugin is loaded."""
VERDICTS = ("ours", "theirs")


def _answers(relay: Relay, hook: str, **given: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as the hook takes them
    """(plugin, answer) of each that has one, in pluggy's order: who was loaded last is asked first."""
    for one in reversed(getattr(relay, hook).get_hookimpls()):
        _, answer = _answer(one, hook, given)
        if answer is not None:
            yield one.plugin_name, answer


def _answer(one: Any, hook: str, given: Mapping[str, object]) -> tuple[bool, Any]:  # noqa: ANN401 - as the hook answers
    """Whether the plugin took it, and what it said."""
    try:
        with edge(one.plugin_name, HOOK_PATIENCE):
            return True, one.function(*(given[name] for name in one.argnames))
    except (Exception, Overdue) as error:  # noqa: BLE001 - the edge of a plugin
        _passed_over(one.plugin_name, hook, error)
        return False, None


def _passed_over(plugin: str, hook: str, error: BaseException) -> None:
    _log.warning("the plugin `%s` failed in %s and is passed over: %s: %s", plugin, hook, type(error).__name__, error)
    _log.debug("where it failed", exc_info=error)


def transform(relay: Relay, kind: Kind, remote: str, fields: Fields) -> Fields:
    """What was read, as plugins would have it. What a remote would show goes through it too."""
    return _changed(relay, "pmhub_transform_record", kind, remote, fields)


def restored(relay: Relay, kind: Kind, remote: str, fields: Fields) -> Fields:
    """What to write, so that it reads as these fields."""
    return _changed(relay, "pmhub_restore_record", kind, remote, fields)


def shown_again(relay: Relay, kind: Kind, remote: str, wanted: Fields, fitted: Fields) -> Fields:
    """What a remote that holds `fitted` would be read as. What was wanted and reads as something else, and as yet something
    else the next time, cannot be said there.
    """
    if relay is None:
        return fitted
    shown = transform(relay, kind, remote, fitted)
    again = transform(relay, kind, remote, shown)
    return {n: v for n, v in shown.items() if v in (fitted.get(n), wanted.get(n)) or again.get(n) == v}


def _changed(relay: Relay, hook: str, kind: Kind, remote: str, fields: Fields) -> Fields:
    if relay is None:
        return fields
    for plugin, answer in _answers(relay, hook, kind=kind, remote=remote, fields=dict(fields)):
        try:
            fits(kind, answer)
        except WrongShape as error:
            _passed_over(plugin, hook, error)
        else:
            fields = {**fields, **answer}
    return fields


def transform_observation(relay: Relay, remote: str, seen: Observation) -> Observation:
    if relay is None or not relay.pmhub_transform_record.get_hookimpls():
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
        if policy.conflict != HOLD or agrees(sides[remote], item, name):
            continue
        if stamp is not None and name in item.record:
            winner = {"ours": stamp.remote, "theirs": remote}.get(_verdict(relay, item, sides[remote], name) or "")
            found[name] = replace(policy, conflict=winner) if winner else found.get(name, policy)
    return found


def _verdict(relay: Relay, item: Item, view: View, name: str) -> str | None:
    """The first that one of them gives."""
    ours, theirs, base = item.record[name], view.seen[name], view.counterpart.agreed.get(name)
    given = {"kind": item.kind, "field": name, "ours": ours, "theirs": theirs, "base": base}
    for plugin, answer in _answers(relay, "pmhub_settle_conflict", **given):
        if answer in VERDICTS:
            return str(answer)
        _passed_over(plugin, "pmhub_settle_conflict", WrongShape(f"{answer!r} is neither `ours` nor `theirs`"))
    return None


def listeners(relay: Relay) -> list[str]:
    """The plugins that hear how a run ended."""
    if relay is None:
        return []
    return [one.plugin_name for one in reversed(relay.pmhub_run_finished.get_hookimpls())]


def finished(relay: Relay, reports: Mapping[str, object]) -> list[str]:
    """Each plugin hears its own report. Those that took it without an error."""
    heard = []
    for plugin, report in reports.items():
        [one] = [each for each in relay.pmhub_run_finished.get_hookimpls() if each.plugin_name == plugin]
        taken, _ = _answer(one, "pmhub_run_finished", {"report": report})
        heard += [plugin] if taken else []
    return heard
