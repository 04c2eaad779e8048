"""What a run did, a line a connection; and what went wrong in it, with what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pmhub.cli.document import Document
from pmhub.cli.failure import hint_of, tell_problem
from pmhub.cli.session import Session
from pmhub.cli.telling import counted, moment
from pmhub.sync.hub import Hub
from pmhub.sync.preview import name_of
from pmhub.sync.report import Problem, Report

_DONE = {"create": "created", "update": "updated"}


def run_document(hub: Hub, report: Report, *, talkative: bool) -> Document:
    """`talkative` False: a run that had nothing to do says nothing, so that cron sends no mail."""
    counts = _counts(hub)
    down = {hub.remotes[remote].connection for remote in report.down}
    text = [f"{name}: {_told(done)}" for name, done in counts.items() if done or (talkative and name not in down)]
    head: dict[str, Any] = {
        "run": hub.run,
        "exit_code": report.exit_code,
        "connections": counts,
        "stopped": report.stopped,
        "conflicts_settled": report.clashes,
        "conflicts_held": report.held,
        "dead_letters": report.dead,
        "unknown_writes": report.unknown,
        "left_out": dict(report.left_out),
        "problems": [asdict(problem) for problem in problems(hub, report)],
    }
    return Document("run", text, head)


def _counts(hub: Hub) -> dict[str, dict[str, int]]:
    """Connection → what happened there → to how many items."""
    items: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in hub.store.journal.of_run(hub.run):
        told = "taken over" if entry.op == "absorb" else _DONE.get(entry.op, entry.op)
        items[entry.remote]["refused" if entry.result == "refused" else told].add(entry.item)
    return {
        remote.connection: {told: len(found) for told, found in sorted(items[id_].items())}
        for id_, remote in hub.remotes.items()
    }


def _told(done: dict[str, int]) -> str:
    return ", ".join(f"{number} {told}" for told, number in done.items()) or "nothing to do"


def problems(hub: Hub, report: Report) -> Iterator[Problem]:
    for remote, error in report.down.items():
        yield Problem(hub.remotes[remote].connection, error.message, hint_of(error))
    for problem in report.refused:
        connection, _, item = problem.where.partition(": ")
        yield Problem(f"{connection}: {name_of(hub, item)}", problem.message, problem.hint)
    for message, number in Counter(report.lost.values()).items():
        yield Problem(counted(number, "value"), message)


def tell_run(session: Session, hub: Hub, report: Report) -> None:
    for problem in problems(hub, report):
        tell_problem(session, f"{problem.where}: {problem.message}", problem.hint)
    if report.retry_at is not None:
        session.say(f"try again after {moment(report.retry_at)}")
    if report.stopped:
        tell_stop(session, report.stopped)
    for told in _waiting(report):
        session.say(told)
    if report.clashes and not session.quiet:
        session.say(f"{counted(report.clashes, 'conflict')} recorded: see `pmhub conflicts list --all`")


def _waiting(report: Report) -> Iterator[str]:
    if report.held:
        yield counted(report.held, "conflict waits", "conflicts wait") + " for you: see `pmhub conflicts list`"
    if report.dead:
        yield counted(report.dead, "write was", "writes were") + " refused for good: see `pmhub errors list`"
    if report.unknown:
        yield counted(report.unknown, "write has", "writes have") + " an outcome not known yet: the next run finds out"


def tell_stop(session: Session, reason: str) -> None:
    tell_problem(
        session,
        f"a guard stopped this before the first write: {reason}",
        "Look at `pmhub plan`. If it is what you want, raise the limit: --max-changes N for once, [guards] for good.",
    )
