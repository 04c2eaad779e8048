"""The first lines of the report: one sentence a subject, each of which leads to more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from pmhub.insight.report.backlog import Backlog
from pmhub.insight.report.ci import Ci
from pmhub.insight.report.listing import Listing
from pmhub.insight.report.releases import Upcoming
from pmhub.insight.report.roadmap import Counts, Roadmap
from pmhub.insight.report.waiting import Source, Waiting
from pmhub.model.lean import dataclass

LONGEST = 60


class Tone(StrEnum):
    GOOD = "good"
    PLAIN = "plain"
    BAD = "bad"


@dataclass(frozen=True)
class Sentence:
    """`anchor`: the part of the page that tells more."""

    anchor: str
    text: str
    tone: Tone


@dataclass(frozen=True)
class Sections:
    """All of the page; what cannot be told of the moment it shows is None."""

    roadmap: Roadmap
    releases: Listing[Upcoming] | None
    backlog: Backlog
    ci: Ci | None
    waiting: Waiting | None
    sources: Sequence[Source]


def lead(told: Sections) -> list[Sentence]:
    return [
        *_roadmap(told.roadmap),
        *(_releases(told.releases) if told.releases else ()),
        *_backlog(told.backlog),
        *(_ci(told.ci) if told.ci else ()),
        *(_waiting(told.waiting) if told.waiting else ()),
        *_sources(told.sources),
    ]


def _roadmap(found: Roadmap) -> Iterator[Sentence]:
    if not found.rows.total:
        return
    counted = found.counts
    goals = many(counted.open, "goal") + (" is open" if counted.open == 1 else " are open")
    wrong = [_late(counted)] * bool(counted.late)
    wrong += [f"{counted.failing} with failing tests"] * bool(counted.failing)
    told = f"{goals}: {' and '.join(wrong)}." if wrong else f"{goals}, none of them late."
    yield Sentence("roadmap", told, Tone.BAD if wrong else Tone.GOOD)


def _late(counted: Counts) -> str:
    most = "" if counted.late == 1 else "most of all "
    return f"{counted.late} late, {most}“{short(counted.latest)}”"


def _releases(found: Listing[Upcoming]) -> Iterator[Sentence]:
    if not found.shown:
        return
    ready = [each.readiness.version for each in found.shown if each.readiness.is_ready]
    others = len(found.shown) - len(ready)
    if not others:
        yield Sentence("releases", f"{listed(ready)} {'is' if len(ready) == 1 else 'are'} ready.", Tone.GOOD)
    elif ready:
        yield Sentence("releases", f"{listed(ready)} ready; {many(others, 'release')} not.", Tone.BAD)
    else:
        first = found.shown[0].readiness
        due = f", due {first.date}," if first.date else ""
        told = f"{first.version}{due} is not ready"
        told += "." if others == 1 else f", nor {'is' if others == 2 else 'are'} {many(others - 1, 'other')}."  # noqa: PLR2004
        yield Sentence("releases", told, Tone.BAD)


def _backlog(found: Backlog) -> Iterator[Sentence]:
    if found.total:
        parts = f"{found.doing:,} in progress, {found.todo:,} to do, {found.done:,} done"
        yield Sentence("backlog", f"{many(found.total, 'ticket')}: {parts}.", Tone.PLAIN)


def _ci(found: Ci) -> Iterator[Sentence]:
    wrong = [f"{found.broken} broken"] * bool(found.broken) + [f"{found.flaky} flaky"] * bool(found.flaky)
    tests = (
        f"Of {many(found.tests, 'test')} {' and '.join(wrong)}" if wrong else f"No test of {found.tests:,} is broken"
    )
    runs = f"{found.passed} of the last {many(found.ran, 'run')} passed"
    yield Sentence("tests", f"{tests}; {runs}.", Tone.BAD if found.broken else Tone.GOOD)


def _waiting(found: Waiting) -> Iterator[Sentence]:
    parts = [many(found.questions.total, "conflict")] * bool(found.questions.total)
    parts += [many(found.refusals.total, "refused write")] * bool(found.refusals.total)
    parts += [many(found.unknown, "write") + " without an outcome"] * bool(found.unknown)
    if parts:
        waits = "waits" if found.total == 1 else "wait"
        yield Sentence("waiting", f"{listed(parts)} {waits} for a person.", Tone.BAD)
    else:
        yield Sentence("waiting", "Nothing waits for a person.", Tone.GOOD)


def _sources(found: Sequence[Source]) -> Iterator[Sentence]:
    """Only where something is wrong: fresh data are no news."""
    down = [source.freshness.connection for source in found if source.is_down]
    never = [
        f"{source.freshness.what} on {source.freshness.connection}"
        for source in found
        if source.freshness.seconds is None
    ]
    if never:
        yield Sentence("sources", f"{listed(never)} {_was(never)} never read.", Tone.BAD)
    elif down:
        yield Sentence("sources", f"{listed(down)} did not answer the last run.", Tone.BAD)


def _was(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"


def short(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"


def many(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"


def listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
