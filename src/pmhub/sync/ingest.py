"""A run of tests into the store: one result a test, and the tickets the run speaks of, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pmhub.engine.mentions import Mention, Patterns, Pull, mentioned_by, mentions
from pmhub.engine.results import joined, oldest_name, renamed, run_outcome, settle, totals
from pmhub.model.lean import dataclass
from pmhub.model.results import Case, Identity, TestRun
from pmhub.store import Store

INGESTED = "ingest"
"""The source of runs that were brought, not read."""

Told = Mapping[Identity, Case]


@dataclass(frozen=True)
class Around:
    """What was said around a run. `tickets`: keys that a person or a pipeline names outright."""

    commits: tuple[str, ...] = ()
    pulls: tuple[Pull, ...] = ()
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ingested:
    """`tickets`: keys, as they were written."""

    run: TestRun
    tickets: tuple[str, ...]


def ingest(
    store: Store,
    source: str,
    run: TestRun,
    reports: Iterable[Iterable[Case]],
    around: Around,
    patterns: Patterns,
    now: int,
) -> Ingested:
    """The same run again is the same rows again. A report that cannot be read to its end raises before anything is kept.

    Each report is settled for itself: one job's pass does not make good what failed in another. A run of which no test is
    told keeps the outcome it came with.
    """
    settled = _under_their_oldest_names(store, joined(settle(report) for report in reports))
    counted = totals(settled.values())
    run = replace(run, totals=counted, outcome=run_outcome(counted) if settled else run.outcome)
    found = list(_mentions(run, settled, around, patterns))
    with store.transaction():
        id_ = store.results.add(source, run, settled, now)
        for ticket, test, reason in found:
            store.results.mention(id_, ticket, test, reason)
    return Ingested(run, tuple(dict.fromkeys(ticket for ticket, _, _ in found)))


def _under_their_oldest_names(store: Store, settled: Told) -> dict[Identity, Case]:
    aliases = store.results.renamed() | renamed(store.results.known_keys(), settled.values())
    return {oldest_name(identity, aliases): case for identity, case in settled.items()}


def _mentions(
    run: TestRun, settled: Told, around: Around, patterns: Patterns
) -> Iterator[tuple[str, Identity | None, str]]:
    """(ticket, the test that names it or None for the run, why)."""
    yield from ((ticket, None, "named when it was ingested") for ticket in around.tickets)
    for mention in mentions(patterns, branch=run.branch, commits=around.commits, pulls=around.pulls):
        yield mention.ticket, None, _reason(mention)
    for identity, case in settled.items():
        for mention in mentioned_by(patterns, case):
            yield mention.ticket, identity, _reason(mention)


def _reason(mention: Mention) -> str:
    return f"{mention.reason}: {mention.where}"
