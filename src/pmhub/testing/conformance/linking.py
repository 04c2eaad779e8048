"""Links between tickets: stated by one end, changed one by one, and what is linked to strangers left alone."""

from __future__ import annotations

from pmhub.sdk import BLOCKED_BY, DUPLICATES, RELATES, Observation, SetChange, Ticket, link, values
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import creates, updates
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.trial import Trial

RELATIONS = (BLOCKED_BY, RELATES, DUPLICATES)


def holds_links(trial: Trial) -> str:
    return "" if "links" in trial.declared else f"no links of {trial.kind} are declared"


def kept(trial: Trial, other: Observation) -> list[str]:
    """To `other`, in the relations that this remote holds."""
    every = tuple(link(relation, f"{other.ref.kind}:{other.ref.id}") for relation in RELATIONS)
    fitted = trial.fitted({"links": every})
    return sorted(fitted.links or ()) if isinstance(fitted, Ticket) else []


def stated(one: Observation) -> object:
    return values(one.record).get("links")


@check("update", "A link is read where it was written, and not at its other end.", creates, updates, holds_links)
def a_link_is_stated_once(trial: Trial, expect: Expect) -> None:
    one, other = (trial.create(trial.sample(0, trial.named(name))) for name in ("One", "Other"))
    for member in kept(trial, other):
        trial.clock.wait(2_000)
        one = trial.update(one, {"links": SetChange((member,))})
        expect(stated(one) == (member,), (member,), stated(one))
        expect(stated(trial.read(other.ref)) == (), "nothing at the other end", stated(trial.read(other.ref)))
        trial.clock.wait(2_000)
        one = trial.update(one, {"links": SetChange((), (member,))})
        expect(stated(one) == (), "none once it is taken off", stated(one))


@check("update", "Of several links, those are changed that are named.", creates, updates, holds_links)
def other_links_stay(trial: Trial, expect: Expect) -> None:
    one, other, third = (trial.create(trial.sample(0, trial.named(name))) for name in ("One", "Other", "Third"))
    first, second = kept(trial, other)[:1], kept(trial, third)[:1]
    one = trial.update(one, {"links": SetChange(tuple(first))})
    trial.clock.wait(2_000)
    one = trial.update(one, {"links": SetChange(tuple(second)), **trial.named("Another name")})
    expect(stated(one) == tuple(sorted([*first, *second])), sorted([*first, *second]), stated(one))
    trial.clock.wait(2_000)
    one = trial.update(one, {"links": SetChange((), tuple(first))})
    expect(stated(one) == tuple(second), second, stated(one))


@check("update", "A link that is there, or off, already is no failure.", creates, updates, holds_links)
def a_link_twice_is_a_link(trial: Trial, expect: Expect) -> None:
    before, other = (trial.create(trial.sample(0, trial.named(name))) for name in ("One", "Other"))
    member = tuple(kept(trial, other)[:1])
    one = trial.update(before, {"links": SetChange(member)})
    trial.clock.wait(2_000)
    off = trial.update(one, {"links": SetChange((), member)})
    again = trial.update(one, {"links": SetChange((), member)})
    expect((stated(off), stated(again)) == ((), ()), "no link", stated(again))
