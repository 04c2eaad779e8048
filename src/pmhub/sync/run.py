"""One run, from beginning to end."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from pmhub.errors import ConnectorError, Limited
from pmhub.model.codec import dump
from pmhub.model.exchange import Identity
from pmhub.sync.absorb import absorb_all
from pmhub.sync.adopt import adopt, mark_adopted
from pmhub.sync.alerts import note_alerts
from pmhub.sync.apply import apply
from pmhub.sync.bind import bind
from pmhub.sync.coverage import complete, read_whole
from pmhub.sync.files import copy_files
from pmhub.sync.guards import reason_to_stop
from pmhub.sync.hub import Hub
from pmhub.sync.in_our_words import tell_unmapped
from pmhub.sync.lanes import Remote
from pmhub.sync.outbox import keep_alerts, tell
from pmhub.sync.plan import plan
from pmhub.sync.pull import begin_pulls, pull
from pmhub.sync.read_pull_requests import read_merged, read_pull_requests
from pmhub.sync.read_runs import read_runs
from pmhub.sync.recover import recover, verify
from pmhub.sync.report import Report
from pmhub.sync.show_tests import announce
from pmhub.sync.steps import Doing, Step
from pmhub.sync.sweep import sweep

KEPT_RUNS = 50


def run(hub: Hub) -> Report:
    """Pull, sweep, bind, recover; then absorb, plan and apply until nothing is left, at most `pace.rounds` times."""
    begin(hub)
    gather(hub)
    deliver(hub)
    read_pull_requests(hub)
    return end(hub)


def gather(hub: Hub) -> None:
    """Look, and find out which item each thing is and what became of every write."""
    with hub.store.lazily():  # nothing is sent in here
        look(hub)
        bind(hub)
    recover(hub)
    adopt(hub)
    tell_unmapped(hub)


def deliver(hub: Hub) -> None:
    """Remotes into items and items out to remotes, in rounds, unless a guard speaks before the first write."""
    for number in range(hub.pace.rounds):
        hub.progress = False
        hub.watch(Step(Doing.COMPARING))
        absorb_all(hub)
        plan(hub)
        if _stopped(hub, first=number == 0):
            break
        mark_adopted(hub)
        for remote in hub.working():
            apply(hub, remote)
            hub.watch(Step(Doing.CHECKING, remote.connection))
            verify(hub, remote)
        if not hub.progress or hub.report.out_of_time:
            break
    if not (hub.report.stopped or hub.report.out_of_time) and hub.approved is None:
        announce(hub)
        copy_files(hub)


def begin(hub: Hub) -> None:
    hub.generation = hub.store.generation()
    hub.store.grow_older()
    with hub.store.transaction():
        hub.run = hub.store.runs.begin(hub.clock())


def look(hub: Hub) -> None:
    """Everything that only observes: who we are, what changed, what is missing."""
    _begin_checks(hub)
    for remote in hub.remotes.values():
        check(hub, remote)
    begin_pulls(hub)
    for remote in hub.working():
        pull(hub, remote)
    for remote in hub.working():
        hub.watch(Step(Doing.LISTING, remote.connection))
        sweep(hub, remote)
    read_runs(hub)
    read_merged(hub)


def _begin_checks(hub: Hub) -> None:
    """The later remotes need not wait for the first one's answers; what is wrong there is told by `check`."""
    for remote in list(hub.remotes.values())[1:]:
        with suppress(ConnectorError):
            _obey_the_wait(hub, remote)
            remote.connector.begin_check(hub.scopes_on(remote.id))


def check(hub: Hub, remote: Remote) -> None:
    """Who we are there, and what its clock says. A remote that cannot be checked is left alone in this run."""
    try:
        _obey_the_wait(hub, remote)
        remote.identity = remote.connector.check(hub.scopes_on(remote.id))
    except ConnectorError as error:
        hub.report.fail(remote.id, error)
        remote.identity = remembered(hub, remote)
        return
    with hub.store.transaction():
        hub.store.meta.put(f"identity {remote.id}", dump([remote.identity.account, remote.identity.clock_offset]))


def _obey_the_wait(hub: Hub, remote: Remote) -> None:
    """A server that asked an earlier run to wait is not asked again before that: raises Limited."""
    until = int(hub.store.meta.get(f"not before {remote.id}") or 0)
    if hub.clock() < until:
        raise Limited(f"{remote.connection} asked to be left alone for a while", retry_at=until)


def _remember_waits(hub: Hub) -> None:
    for remote, error in hub.report.down.items():
        if isinstance(error, Limited):
            hub.store.meta.put(f"not before {remote}", str(error.retry_at))


def remembered(hub: Hub, remote: Remote) -> Identity:
    """What was seen there before is still bound and absorbed: that needs our name there, and its clock."""
    account, offset = json.loads(hub.store.meta.get(f"identity {remote.id}") or '["", 0]')
    return Identity(account, "", "", offset)


def _stopped(hub: Hub, *, first: bool) -> bool:
    """A guard speaks before the first write; then nothing that was planned is sent."""
    planned = [w.action for w in hub.store.intents.in_state("planned")]
    reason = reason_to_stop(hub, planned, first=first)
    if reason:
        hub.report.stopped = reason
        with hub.store.transaction():
            _forget_planned(hub)
    return bool(reason)


def _forget_planned(hub: Hub) -> None:
    """What was not sent is no promise: the next run derives it anew."""
    hub.store.items.touch([w.item for w in hub.store.intents.in_state("planned")])
    hub.store.intents.drop_planned()


def end(hub: Hub) -> Report:
    report = hub.report
    report.held = len({(c.item, c.clash.field) for c in hub.store.conflicts.all(open_only=True)})
    report.dead = sum(f.state == "dead" for f in hub.store.failures.all())
    with hub.store.transaction():
        note_alerts(hub)
        keep_alerts(hub)
        _remember_waits(hub)
        _forget_planned(hub)
        hub.store.intents.purge(hub.run - KEPT_RUNS)
        hub.store.runs.end(hub.run, hub.clock(), _outcome(hub))
    hub.store.checkpoint()
    tell(hub)
    return report


def _outcome(hub: Hub) -> dict[str, Any]:
    report = hub.report
    covered = {"read": read_whole(hub), "complete": complete(hub)}
    return {"code": report.exit_code, "done": dict(report.done), "requests": hub.metrics.total, **covered}
