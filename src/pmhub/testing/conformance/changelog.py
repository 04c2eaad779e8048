"""`history`: who changed which field to what, and when. It settles conflicts and tells what became of lost writes."""

from __future__ import annotations

from pmhub.engine.canon import equal
from pmhub.model.records import schema
from pmhub.sdk import ABSENT, FieldChange, Ref, Target, values
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.fitting import change_to
from pmhub.testing.conformance.needs import creates, logs, updates
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.trial import Trial

SECOND = 1_000


def changes(trial: Trial, refs: list[Ref], since: int) -> list[FieldChange]:
    whole = [trial.read(ref).ref for ref in refs]
    return list(trial.connector.history([Target(trial.scope, ref) for ref in whole], since))


def logged(trial: Trial) -> list[str]:
    """Fields of the change log that there are samples of."""
    held = trial.connector.capabilities.history.get(trial.kind, frozenset())
    return sorted(held & trial.samples().keys())


@check("history", "A person's edit is told: field, new value, who, and when.", logs)
def a_persons_edit_is_told(trial: Trial, expect: Expect) -> None:
    us = trial.check().account
    for name in logged(trial):
        ref = trial.person_makes(0, trial.named(f"Before {name}"))
        trial.clock.wait(5 * SECOND)
        before = trial.clock()
        wanted = values(trial.fitted({name: trial.samples()[name][1]}))
        if name not in wanted or wanted[name] == values(trial.read(ref).record).get(name):
            continue
        trial.bench.edit(ref, wanted)
        trial.clock.wait(5 * SECOND)
        _is_told(trial, expect, ref, name, before, us)


def _is_told(trial: Trial, expect: Expect, ref: Ref, name: str, before: int, us: str) -> None:
    skew = trial.check().clock_offset
    found = [one for one in changes(trial, [ref], before - SECOND) if one.field == name]
    expect(found, f"an entry about {name} of {ref.id}", "none")
    last, now = found[-1], values(trial.read(ref).record).get(name)
    expect(last.ref == ref, f"ref {ref.id}", last.ref)
    exact = last.new is ABSENT or equal(schema(trial.kind)[name], last.new, now)
    expect(exact, f"new = {now!r}, as an observation shows it, or ABSENT", repr(last.new))
    expect(last.actor and last.actor != us, f"the person as actor, not {us!r}", repr(last.actor))
    off = last.at - before - skew
    expect(-2 * SECOND <= off <= 6 * SECOND, f"at about {before + skew}, in milliseconds of the server", last.at)


@check("history", "What we wrote is told in our name, the one that `check` gives.", logs, creates, updates)
def our_own_writes_are_told_as_ours(trial: Trial, expect: Expect) -> None:
    us = trial.check().account
    for name in logged(trial):
        over = trial.create(trial.sample(0, trial.named(f"Before {name}")))
        trial.clock.wait(5 * SECOND)
        before, value = trial.clock(), trial.samples()[name][1]
        wanted = values(trial.fitted({name: value}))
        if name not in wanted or wanted[name] == values(over.record).get(name):
            continue
        trial.update(over, {name: change_to(trial, name, value, over.record)})
        found = [one for one in changes(trial, [over.ref], before - SECOND) if one.field == name]
        expect(found, f"an entry about {name} of {over.ref.id}", "none")
        expect(found[-1].actor == us, f"actor {us!r}", repr(found[-1].actor))


@check("history", "It is told from the oldest to the newest, of what was asked, at or after `since`.", logs)
def history_is_in_order(trial: Trial, expect: Expect) -> None:
    made = [trial.person_makes(), trial.person_makes()]
    head = trial.headline() if trial.headline() in logged(trial) else (logged(trial) or [""])[0]
    if not head:
        return
    times = []
    for number in range(3):
        trial.clock.wait(10 * SECOND)
        times.append(trial.clock())
        value = trial.samples()[head][(number + 1) % 2]
        for ref in made:
            trial.bench.edit(ref, values(trial.fitted({head: value})))
    skew = trial.check().clock_offset
    found = changes(trial, [made[0]], times[0] + skew - SECOND)
    other = [one.ref for one in found if one.ref != made[0]]
    expect(not other, f"only {made[0].id}", other)
    at = [one.at for one in found]
    expect(at == sorted(at), "the oldest first", at)
    late = [one for one in changes(trial, [made[0]], times[2] + skew - SECOND) if one.field == head]
    expect(len(late) == 1, f"one entry about {head} since the last edit", len(late))


@check("history", "It tells of declared fields, and of `marker`.", logs)
def history_tells_of_declared_fields(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    trial.clock.wait(5 * SECOND)
    trial.bench.edit(ref, values(trial.sample(1)))
    held = trial.connector.capabilities.history[trial.kind] | {"marker"}
    more = {one.field for one in changes(trial, [ref], 0)} - held
    expect(not more, f"only {sorted(held)}", f"also {sorted(more)}")
