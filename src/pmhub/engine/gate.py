"""Is a release ready? Every signal that says it is not, by name, and never a figure that hides one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum

from pmhub.engine.gate_rules import Coverage, GateRules
from pmhub.engine.notes.order import natural
from pmhub.engine.results import state
from pmhub.engine.rollup import TestFact
from pmhub.model.ci import State
from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category


class Signal(StrEnum):
    """What may stand against a release, in the order in which it is told."""

    EMPTY = "no tickets"
    OPEN_TICKET = "open ticket"
    BLOCKED = "blocked"
    PULL_REQUEST = "unmerged pull request"
    FAILING_TEST = "failing test"
    NOT_RUN = "tests not run"
    NO_TEST = "no test"
    CONFLICT = "held conflict"
    REFUSED = "refused write"
    UNKNOWN_WRITE = "unfinished write"
    NO_NOTES = "no notes"
    STALE = "stale data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoped:
    """A ticket of the release, or (`is_release`) the release itself. `name`: what people call it.

    `tested`: a test speaks of it, of what it belongs to, or of a part of it. `blocked_by`, `unmerged`: names of items and
    pull requests that are open. `held`: fields with a conflict. `refused`: why a remote does not take it. `unknown`: where a write has no outcome.
    """

    item: str
    name: str
    title: str = ""
    url: str = ""
    is_release: bool = False
    type: str = ""
    priority: str = ""
    labels: tuple[str, ...] = ()
    category: Category = Category.DONE
    status: str = ""
    tests: tuple[TestFact, ...] = ()
    tested: bool = False
    blocked_by: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.category is Category.DONE


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what we know is, in seconds; None: it was never read whole. `what`: a sync's part on this connection, or
    a container's pull requests. `hint`: what to do where it was never read.
    """

    what: str
    connection: str
    seconds: float | None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """All that is known of a release: itself, its tickets, where they come from, and whether it has notes."""

    release: Scoped
    tickets: tuple[Scoped, ...]
    sources: tuple[Freshness, ...] = ()
    has_notes: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One signal. `name` is what it is about: an item, or a sync; `what`: the rest of the sentence."""

    signal: Signal
    name: str
    what: str
    item: str = ""
    title: str = ""
    url: str = ""


def findings(scope: Scope, rules: GateRules) -> tuple[Finding, ...]:
    """Empty: ready. In the order of `Signal`, then as people count."""
    found = [
        *_of_release(scope, rules),
        *(finding for ticket in scope.tickets for finding in _of_ticket(ticket, rules)),
        *_stale(scope.sources, rules),
    ]
    order = list(Signal)
    return tuple(sorted(found, key=lambda each: (order.index(each.signal), natural(each.name), each.what)))


def _of_release(scope: Scope, rules: GateRules) -> Iterator[Finding]:
    release = scope.release
    if not scope.tickets:
        yield _finding(Signal.EMPTY, release, "no ticket names it")
    if rules.notes and not scope.has_notes:
        yield _finding(Signal.NO_NOTES, release, "nothing is written for those who read")
    yield from _unmerged(release, rules)
    yield from _kept_apart(release, rules)


def _of_ticket(ticket: Scoped, rules: GateRules) -> Iterator[Finding]:
    if rules.open_tickets and not ticket.is_done and _counts(ticket, rules):
        yield _finding(Signal.OPEN_TICKET, ticket, f"still {ticket.status or ticket.category}")
    if rules.blocked and not ticket.is_done:
        yield from (_finding(Signal.BLOCKED, ticket, f"waits for {each}") for each in ticket.blocked_by)
        named = sorted(label for label in ticket.labels if _is_in(label, rules.blocked_labels))
        yield from (_finding(Signal.BLOCKED, ticket, f"is labelled {label}") for label in named)
    yield from _unmerged(ticket, rules)
    yield from _tests(ticket, rules)
    yield from _kept_apart(ticket, rules)


def _unmerged(thing: Scoped, rules: GateRules) -> Iterator[Finding]:
    if rules.pull_requests:
        yield from (_finding(Signal.PULL_REQUEST, thing, f"{each} is not merged") for each in thing.unmerged)


def _counts(ticket: Scoped, rules: GateRules) -> bool:
    if not (rules.types or rules.priorities or rules.labels):
        return True
    labelled = any(_is_in(label, rules.labels) for label in ticket.labels)
    return labelled or _is_in(ticket.type, rules.types) or _is_in(ticket.priority, rules.priorities)


def _tests(ticket: Scoped, rules: GateRules) -> Iterator[Finding]:
    if rules.tests is Coverage.IGNORED:
        return
    for where in rules.environments or (None,):
        facts = [fact for fact in ticket.tests if where is None or fact.environment == where]
        bad = sorted({(fact.test, fact.environment) for fact in facts if fact.outcome and fact.outcome.is_bad})
        yield from (_finding(Signal.FAILING_TEST, ticket, f"{test} fails{_on(place)}") for test, place in bad)
        if ticket.is_done and ticket.tests and not bad and state(fact.outcome for fact in facts) is not State.OK:
            yield _finding(Signal.NOT_RUN, ticket, f"its tests did not run{_on(where or '')}")
    if ticket.is_done and not ticket.tested and rules.tests is Coverage.REQUIRED and not _needs_none(ticket, rules):
        yield _finding(Signal.NO_TEST, ticket, "no test speaks of it")


def _needs_none(ticket: Scoped, rules: GateRules) -> bool:
    return _is_in(ticket.type, rules.untested_types) or any(
        _is_in(label, rules.untested_labels) for label in ticket.labels
    )


def _kept_apart(thing: Scoped, rules: GateRules) -> Iterator[Finding]:
    """What one tool says of it and another does not."""
    if rules.conflicts:
        yield from (
            _finding(Signal.CONFLICT, thing, f"two sides changed its {field or 'place'}") for field in thing.held
        )
    if rules.refused:
        yield from (_finding(Signal.REFUSED, thing, why) for why in thing.refused)
        yield from (
            _finding(Signal.UNKNOWN_WRITE, thing, f"a write to {where} has no outcome yet") for where in thing.unknown
        )


def _stale(sources: Iterable[Freshness], rules: GateRules) -> Iterator[Finding]:
    for source in sources:
        if rules.max_age is None:
            return
        if source.seconds is None:
            told = f"never read whole from {source.connection}"
            yield Finding(Signal.STALE, source.what, f"{told}: {source.hint}" if source.hint else told)
        elif source.seconds > rules.max_age:
            told = f"last read whole from {source.connection} {_age(source.seconds)} ago"
            yield Finding(Signal.STALE, source.what, told)


def _age(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} seconds"


def _finding(signal: Signal, thing: Scoped, what: str) -> Finding:
    return Finding(signal, thing.name, what, thing.item, thing.title, thing.url)


def _on(environment: str) -> str:
    return f" on {environment}" if environment else ""


def _is_in(word: str, words: Collection[str]) -> bool:
    return word.casefold() in {each.casefold() for each in words}
