"""The gate names every failing signal, and only those: one row a case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pmhub.engine.gate import Freshness, Scope, Scoped, Signal, findings
from pmhub.engine.gate_rules import Coverage, GateRules
from pmhub.engine.rollup import TestFact
from pmhub.model.results import Outcome
from pmhub.model.vocabulary import Category

PASSED, FAILED, SKIPPED = (
    TestFact("pays", "linux", each) for each in (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)
)
ON_MAC = TestFact("pays", "mac", Outcome.ERROR)
TICKET = Scoped(item="1", name="SHOP-1", type="story", priority="high", tests=(PASSED,), tested=True)
RELEASE = Scoped(item="r", name="2.4.0", is_release=True)
OPEN = replace(TICKET, category=Category.DOING, status="in review", labels=("Must",))
UNTESTED = replace(TICKET, tests=(), tested=False)
NO_RULES = GateRules(
    open_tickets=False, blocked=False, pull_requests=False, tests=Coverage.IGNORED, conflicts=False, refused=False,
    notes=False, max_age=None,
)  # fmt: skip
AWFUL = replace(
    OPEN, tests=(FAILED,), blocked_by=("SHOP-9",), unmerged=("#7",), held=("title",), refused=("too long",), unknown=("x",)
)  # fmt: skip


def case(name, *tickets, rules=None, want=(), release=RELEASE, sources=(), has_notes=True):
    scope = Scope(release=release, tickets=tickets, sources=sources, has_notes=has_notes)
    return pytest.param(scope, rules or GateRules(), list(want), id=name)


S = Signal
CASES = [
    case("all is well", TICKET),
    case("nothing is in it", want=[(S.EMPTY, "2.4.0")]),
    case("an open ticket", OPEN, want=[(S.OPEN_TICKET, "SHOP-1")]),
    case("open tickets do not count", OPEN, rules=GateRules(open_tickets=False)),
    case("open, of a type that counts", OPEN, rules=GateRules(types=("Story",)), want=[(S.OPEN_TICKET, "SHOP-1")]),
    case("open, of a type that does not", OPEN, rules=GateRules(types=("bug",))),
    case("open, of a priority that counts", OPEN, rules=GateRules(priorities=("HIGH",)), want=[(S.OPEN_TICKET, "SHOP-1")]),
    case("open, of a priority that does not", OPEN, rules=GateRules(priorities=("highest",))),
    case("open, with a label that counts", OPEN, rules=GateRules(labels=("must",)), want=[(S.OPEN_TICKET, "SHOP-1")]),
    case("one of several rules is enough", OPEN, rules=GateRules(types=("bug",), labels=("must",)),
         want=[(S.OPEN_TICKET, "SHOP-1")]),
    case("blocked by what is open", replace(OPEN, blocked_by=("SHOP-9", "SHOP-10")), rules=GateRules(open_tickets=False),
         want=[(S.BLOCKED, "SHOP-1"), (S.BLOCKED, "SHOP-1")]),
    case("labelled as blocked", replace(OPEN, labels=("Blocked",)), rules=GateRules(open_tickets=False),
         want=[(S.BLOCKED, "SHOP-1")]),
    case("done, though its label was left", replace(TICKET, labels=("blocked",), blocked_by=("SHOP-9",))),
    case("a pull request is not merged", replace(TICKET, unmerged=("#7",)), want=[(S.PULL_REQUEST, "SHOP-1")]),
    case("a pull request that is for the release itself", TICKET, release=replace(RELEASE, unmerged=("#8",)),
         want=[(S.PULL_REQUEST, "2.4.0")]),
    case("pull requests do not count", replace(TICKET, unmerged=("#7",)), release=replace(RELEASE, unmerged=("#8",)),
         rules=GateRules(pull_requests=False)),
    case("several of one ticket", replace(TICKET, unmerged=("#7", "#8")),
         want=[(S.PULL_REQUEST, "SHOP-1"), (S.PULL_REQUEST, "SHOP-1")]),
    case("done, though what it waited for is open", replace(TICKET, blocked_by=("SHOP-9",)), rules=GateRules(open_tickets=False)),
    case("blocked, and nobody minds", replace(OPEN, blocked_by=("SHOP-9",), labels=("blocked",)),
         rules=GateRules(open_tickets=False, blocked=False)),
    case("a label of the house's own says blocked", replace(OPEN, labels=("Waiting",)),
         rules=GateRules(open_tickets=False, blocked_labels=("waiting",)), want=[(S.BLOCKED, "SHOP-1")]),
    case("a failing test", replace(TICKET, tests=(FAILED,)), want=[(S.FAILING_TEST, "SHOP-1")]),
    case("a failing test of an open ticket", replace(OPEN, tests=(FAILED,)), want=[(S.OPEN_TICKET, "SHOP-1"),
         (S.FAILING_TEST, "SHOP-1")]),
    case("passed here, broken there", replace(TICKET, tests=(PASSED, ON_MAC)), want=[(S.FAILING_TEST, "SHOP-1")]),
    case("broken where nobody asks", replace(TICKET, tests=(PASSED, ON_MAC)), rules=GateRules(environments=("linux",))),
    case("not run where it must pass", TICKET, rules=GateRules(environments=("linux", "mac")), want=[(S.NOT_RUN, "SHOP-1")]),
    case("only skipped", replace(TICKET, tests=(SKIPPED,)), want=[(S.NOT_RUN, "SHOP-1")]),
    case("only skipped, and not done yet", replace(OPEN, tests=(SKIPPED,)), want=[(S.OPEN_TICKET, "SHOP-1")]),
    case("no test", UNTESTED, want=[(S.NO_TEST, "SHOP-1")]),
    case("no test, and none is asked", UNTESTED, rules=GateRules(tests=Coverage.RUN)),
    case("of a type that needs none", UNTESTED, rules=GateRules(untested_types=("story",))),
    case("with a label that says so", replace(UNTESTED, labels=("no-test",)), rules=GateRules(untested_labels=("no-test",))),
    case("tested by a part of it", replace(UNTESTED, tested=True)),
    case("failing, and tests are ignored", replace(TICKET, tests=(FAILED,)), rules=GateRules(tests=Coverage.IGNORED)),
    case("a held conflict", replace(TICKET, held=("title", "due")), want=[(S.CONFLICT, "SHOP-1"), (S.CONFLICT, "SHOP-1")]),
    case("a held conflict of the release itself", TICKET, release=replace(RELEASE, held=("date",)), want=[(S.CONFLICT, "2.4.0")]),
    case("a dead letter", replace(TICKET, refused=("no such field",)), want=[(S.REFUSED, "SHOP-1")]),
    case("a write nobody answered", replace(TICKET, unknown=("tracker",)), want=[(S.UNKNOWN_WRITE, "SHOP-1")]),
    case("no notes", TICKET, has_notes=False, want=[(S.NO_NOTES, "2.4.0")]),
    case("no notes, and none are asked", TICKET, has_notes=False, rules=GateRules(notes=False)),
    case("old data", TICKET, sources=(Freshness("backlog", "code", 86_401), Freshness("backlog", "tracker", 10)), want=[(S.STALE, "backlog")]),
    case("a connection that was never read", TICKET, sources=(Freshness("backlog", "code", None),), want=[(S.STALE, "backlog")]),
    case("old data, and nobody minds", TICKET, sources=(Freshness("backlog", "code", None),), rules=GateRules(max_age=None)),
    case("one sync is old, and others are not", TICKET,
         sources=(Freshness("backlog", "code", 10), Freshness("releases", "code", 90_000)), want=[(S.STALE, "releases")]),
    case("pull requests that may not be read", TICKET, sources=(Freshness("pull requests of example/shop", "code", None),),
         want=[(S.STALE, "pull requests of example/shop")]),
    case("everything at once, in order", AWFUL, has_notes=False, sources=(Freshness("backlog", "code", None),),
         want=[(S.OPEN_TICKET, "SHOP-1"), (S.BLOCKED, "SHOP-1"), (S.PULL_REQUEST, "SHOP-1"), (S.FAILING_TEST, "SHOP-1"),
               (S.CONFLICT, "SHOP-1"), (S.REFUSED, "SHOP-1"), (S.UNKNOWN_WRITE, "SHOP-1"), (S.NO_NOTES, "2.4.0"),
               (S.STALE, "backlog")]),
    case("everything at once, and nobody minds", AWFUL, has_notes=False, sources=(Freshness("backlog", "code", None),), rules=NO_RULES),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "rules", "want"), CASES)
def test_the_gate_names_every_failing_signal_and_only_those(scope, rules, want):
    assert [(each.signal, each.name) for each in findings(scope, rules)] == want


def test_the_table_is_long_and_says_something_of_every_signal():
    assert len(CASES) >= 30
    assert {signal for each in CASES for signal, _ in each.values[2]} == set(Signal)


def test_tickets_come_as_people_count():
    tickets = [replace(OPEN, name=f"SHOP-{number}") for number in (10, 9, 100)]
    found = findings(Scope(release=RELEASE, tickets=tuple(tickets)), GateRules())
    assert [each.name for each in found] == ["SHOP-9", "SHOP-10", "SHOP-100"]
