"""What a run did, a line a connection; and what went wrong in it, with what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from pmhub.cli.document import Document
from pmhub.cli.failure import hint_of, tell_problem
from pmhub.cli.plain import plain
from pmhub.cli.session import Session
from pmhub.cli.telling import counted, moment
from pmhub.cli.telling_matches import told_doubts
from pmhub.errors import WITHHELD, SafetyStop
from pmhub.sync.hub import Hub
from pmhub.sync.naming import name_of
from pmhub.sync.report import GUARDED, Problem, Report, down_key

_DONE = {"create": "created", "update": "updated", "show": "shown tests"}


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
        "matches": len(report.matches),
        "doubts": [
            {"names": [report.called[item] for item in doubt.items], "why": doubt.why} for doubt in report.doubts
        ],
        "problems": [_problem(problem, report) for problem in problems(hub, report)],
        "recovered": [_where(hub, where) for where in report.recovered],
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
        yield Problem(
            hub.remotes[remote].connection, error.message, hint_of(error), down_key(remote, error), error.code
        )
    for problem in report.refused:
        yield replace(problem, where=_where(hub, problem.where))
    for message, number in Counter(report.lost.values()).items():
        yield Problem(counted(number, "value"), message, code=WITHHELD)


def _where(hub: Hub, where: str) -> str:
    connection, _, item = where.partition(": ")
    return f"{connection}: {name_of(hub, item)}" if item else connection


def _problem(problem: Problem, report: Report) -> dict[str, Any]:
    told = {name: value for name, value in asdict(problem).items() if name != "key"}
    return told | {"new": problem.key not in report.known}


def tell_run(session: Session, hub: Hub, report: Report) -> None:
    """Quietly, a problem that lasts is told once: a mail from cron is news. Its exit code stays."""
    known = report.known if session.quiet else frozenset[str]()
    for problem in problems(hub, report):
        if problem.key not in known:
            tell_problem(session, problem.code, f"{problem.where}: {problem.message}", problem.hint)
    if report.retry_at is not None and not (session.quiet and report.known):
        session.say(f"try again after {moment(report.retry_at)}")
    if report.out_of_time and not session.quiet:
        session.say("the time that --max-time gives is over: the next run goes on from here")
    _tell_doubts(session, report)
    if report.stopped and GUARDED not in known:
        tell_stop(session, report.stopped)
    for kind, told in _waiting(report):
        if not session.quiet or not kind or any(key.startswith(kind) for key in report.news):
            session.say(told)
    for where in report.recovered:
        session.say(f"recovered: {plain(_where(hub, where))}")
    if report.clashes and not session.quiet:
        session.say(f"{counted(report.clashes, 'conflict')} recorded: see `pmhub conflicts list --all`")


def _tell_doubts(session: Session, report: Report) -> None:
    for told in () if session.quiet else told_doubts(report):
        session.say(told)


def _waiting(report: Report) -> Iterator[tuple[str, str]]:
    """With the kind of problem that makes it news; empty where it always is."""
    if report.held:
        yield (
            "conflict",
            f"{counted(report.held, 'conflict waits', 'conflicts wait')} for you: see `pmhub conflicts list`",
        )
    if report.doubts:
        told = counted(len(report.doubts), "question waits", "questions wait")
        yield "", f"{told} for you: what may be one is not created; see `pmhub plan`"
    if report.dead:
        yield "refused", f"{counted(report.dead, 'write was', 'writes were')} refused for good: see `pmhub errors list`"
    if report.unknown:
        yield (
            "",
            f"{counted(report.unknown, 'write has', 'writes have')} an outcome not known yet: the next run finds out",
        )


def tell_stop(session: Session, reason: str) -> None:
    tell_problem(
        session,
        SafetyStop.code,
        f"a guard stopped this before the first write: {reason}",
        "Look at `pmhub plan`. If it is what you want, raise the limit: --max-changes N for once, [guards] for good.",
    )
