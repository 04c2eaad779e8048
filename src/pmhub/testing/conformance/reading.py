"""Direct reads: of what is there, as it stands this moment."""

from __future__ import annotations

from pmhub.sdk import Observation, Tombstone, Visibility, values
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import can_delete, can_lag, can_restrict
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.trial import Trial

MINUTE = 60_000
MOST = 100
"""So many things at most are made for one check."""


@check("read", "Each target has one answer: what stands there.")
def every_target_is_answered(trial: Trial, expect: Expect) -> None:
    made = trial.person_makes_many(4)
    answers = trial.answers(list(reversed(made)))
    expect(len(answers) == len(made), f"{len(made)} answers", f"{len(answers)}: {answers[:3]!r}")
    found = {one.ref.id: one for one in answers if isinstance(one, Observation)}
    expect(set(found) == {ref.id for ref in made}, f"answers for {sorted(r.id for r in made)}", sorted(found))
    for ref in made:
        seen = values(found[ref.id].record)
        expect.shows(trial.kind, {n: v for n, v in trial.looked(ref).items() if n in seen}, seen, f"of {ref.id}")


@check("read", "It shows what a listing shows: one thing has one shape.")
def a_read_shows_what_a_listing_shows(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    trial.clock.wait(10 * MINUTE)
    listed, read = trial.fetch()[0].get(ref.id), trial.read(ref)
    expect(listed is not None, f"{ref.id} in a listing", "nothing")
    if listed is None:
        return
    expect.alike(listed, read)
    expect(listed.ref.key == read.ref.key, f"key {listed.ref.key!r}", repr(read.ref.key))


@check("read", "It asks the thing itself, never an index: an edit is seen at once.")
def an_edit_is_read_at_once(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    trial.clock.wait(10 * MINUTE)
    before = trial.fetch()[0].get(ref.id) or trial.read(ref)
    if not can_lag(trial):
        trial.bench.lag(MINUTE)
    trial.clock.wait(1_000)
    fields = values(trial.fitted(trial.named("Named anew")))
    trial.bench.edit(ref, fields)
    seen = trial.read(ref)
    expect.shows(trial.kind, fields, values(seen.record), "right after a person wrote it")
    expect(seen.updated_at > before.updated_at, f"an updated_at after {before.updated_at}", seen.updated_at)


@check("read", "What is gone is answered by a Tombstone.", can_delete)
def what_is_gone_is_a_tombstone(trial: Trial, expect: Expect) -> None:
    kept, gone = trial.person_makes(), trial.person_makes(1)
    whole = trial.read(gone).ref
    trial.bench.delete(gone)
    answers = trial.answers([whole, kept])
    buried = [one.ref.id for one in answers if isinstance(one, Tombstone)]
    expect(buried == [gone.id], f"a Tombstone of {gone.id} alone", repr(answers))
    expect(len(answers) == 2, "two answers", repr(answers))  # noqa: PLR2004 - two were asked for


@check("read", "More targets than one call takes are read in several.")
def many_targets_are_read(trial: Trial, expect: Expect) -> None:
    most = trial.connector.capabilities.bulk_read.get(trial.kind, 1)
    refs = trial.person_makes_many(most + 1 if most <= MOST else 3)
    found = {one.ref.id for one in trial.answers(refs) if isinstance(one, Observation)}
    expect(found == {one.id for one in refs}, f"all of {len(refs)}", f"{len(found)} of them")


@check("read", "It tells who can see a thing: one that most members cannot see is RESTRICTED.", can_restrict)
def what_is_restricted_is_told(trial: Trial, expect: Expect) -> None:
    open_, hidden = trial.person_makes(), trial.person_makes(1)
    trial.bench.restrict(hidden)
    came = trial.read(hidden).visibility
    expect(came is Visibility.RESTRICTED, "visibility RESTRICTED of what was hidden", repr(came))
    listed = trial.fetch()[0].get(hidden.id)
    expect(listed is None or listed.visibility is Visibility.RESTRICTED, "the same in a listing", repr(listed))
    other = trial.read(open_).visibility
    expect(other is not Visibility.RESTRICTED, "not RESTRICTED where nothing was hidden", repr(other))
