"""Reading what changed: pages, cursors, ties, overlaps, and the listing of ids."""

from __future__ import annotations

import itertools

from pmhub.http import MemoryValidators
from pmhub.model.codec import dump
from pmhub.sdk import Cursor, Kind, Observation, Page, Ref, Stream, Tombstone, values
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import can_delete, can_lag, incremental, lists, lists_strongly
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.trial import Trial

SECOND, MINUTE = 1_000, 60_000
FEW = 5


def many(trial: Trial) -> int:
    """More than a page, where the author says how much that is."""
    return trial.bench.page + 2 if trial.bench.page else FEW


def all_seen(expect: Expect, wanted: list[Ref], seen: object, when: str) -> None:
    known = set(seen) if isinstance(seen, dict) else {ref.id for ref in seen}  # type: ignore[attr-defined]
    lost = [ref.id for ref in wanted if ref.id not in known]
    expect(not lost, f"all {len(wanted)} things {when}", f"{lost[:5]} missing" + (" …" if len(lost) > FEW else ""))


@check("fetch", "Without a cursor it gives everything, page after page.")
def everything_is_listed(trial: Trial, expect: Expect) -> None:
    made = trial.person_makes_many(many(trial))
    trial.clock.wait(MINUTE)
    found, _ = trial.fetch()
    all_seen(expect, made, found, "without a cursor")
    for ref in made:
        _shows_what_stands(trial, expect, found[ref.id])


def _shows_what_stands(trial: Trial, expect: Expect, seen: Observation) -> None:
    looked = {name: value for name, value in trial.looked(seen.ref).items() if name in values(seen.record)}
    expect.shows(trial.kind, looked, values(seen.record), f"of {seen.ref.id}")
    expect(seen.ref.kind is trial.kind, f"refs of kind {trial.kind}", repr(seen.ref))
    more = set(values(seen.record)) - trial.declared
    expect(not more, "only declared fields", f"also {sorted(more)}")


@check("fetch", "A page belongs to a stream that was asked for.")
def pages_belong_to_their_streams(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    for page in trial.pages():
        expect(isinstance(page, Page), "a Page", repr(page))
        expect(page.stream.kind is trial.kind and page.stream.scope == trial.scope, "the stream given", page.stream)
        for one in page.observations:
            expect(isinstance(one, Observation | Tombstone), "an Observation or a Tombstone", repr(one))


@check("fetch", "Several streams at once give each what is its own.")
def streams_share_a_call(trial: Trial, expect: Expect) -> None:
    made = trial.person_makes()
    kinds = [Kind.TICKET, Kind.COMMENT] if trial.kind is Kind.COMMENT else [trial.kind]
    streams = [Stream(kind, trial.bench.scope(kind)) for kind in kinds]
    found = {kind: set[str]() for kind in kinds}
    for page in trial.connector.fetch(streams):
        wrong = [one.ref for one in page.observations if one.ref.kind is not page.stream.kind]
        expect(not wrong, f"only {page.stream.kind}s in its pages", wrong)
        found[page.stream.kind] |= {one.ref.id for one in page.observations}
    all_seen(expect, [made], dict.fromkeys(found[trial.kind]), "in one call for all streams")


@check("fetch", "It goes on from a cursor: what changed after it is given.", incremental)
def what_changed_after_the_cursor_is_given(trial: Trial, expect: Expect) -> None:
    made = trial.person_makes_many(3)
    _, cursor = trial.fetch()
    expect(cursor is not None, "a cursor at the end", "none")
    trial.clock.wait(MINUTE)
    trial.bench.edit(made[1], values(trial.fitted(trial.named("Named anew"))))
    trial.clock.wait(MINUTE)
    found, after = trial.renewed().fetch(cursor)
    all_seen(expect, [made[1]], found, "that changed after the cursor")
    _shows_what_stands(trial, expect, found[made[1].id])
    expect(after and cursor and after.since >= cursor.since, "a cursor that does not go back", f"{cursor} → {after}")
    expect(after and after.since <= trial.clock() + 2 * MINUTE, "a cursor of the server's past", after)


@check("fetch", "A cursor is inclusive: what changes in the same tick of the server's clock is given.", incremental)
def what_shares_the_cursors_moment_is_given(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    _, cursor = trial.fetch()
    other = trial.person_makes(1)
    trial.clock.wait(1)
    found, _ = trial.renewed().fetch(cursor)
    all_seen(expect, [other], found, "of the moment that the cursor names")


@check("fetch", "Things that changed in one moment are not lost between two pages.")
def ties_across_pages_are_given(trial: Trial, expect: Expect) -> None:
    _, cursor = trial.fetch()
    made = trial.person_makes_many(many(trial))
    all_seen(expect, made, trial.fetch()[0], "made in one moment, without a cursor")
    if not incremental(trial):
        all_seen(expect, made, trial.fetch(cursor)[0], "made in one moment, from a cursor")


@check("fetch", "A page's cursor is given only when everything up to it was seen: a run may end there.")
def a_reading_that_is_cut_off_loses_nothing(trial: Trial, expect: Expect) -> None:
    made = []
    for number in range(many(trial)):
        made.append(trial.person_makes(0, trial.named(f"Number {number}")))
        trial.clock.wait(SECOND)
    count = len(trial.pages())
    for cut in sorted({1, max(1, count - 1)}):
        seen, cursor = _cut_off(trial, cut)
        rest, _ = trial.renewed().fetch(cursor)
        all_seen(expect, made, {**dict.fromkeys(seen), **rest}, f"when reading stops after page {cut} of {count}")


def _cut_off(trial: Trial, pages: int) -> tuple[set[str], Cursor | None]:
    seen, cursor = set[str](), None
    reading = trial.connector.fetch([Stream(trial.kind, trial.scope)])
    for page in itertools.islice(reading, pages):
        seen |= {one.ref.id for one in page.observations}
        cursor = page.cursor or cursor
    if hasattr(reading, "close"):
        reading.close()
    return seen, cursor


@check(
    "fetch", "It overlaps: what enters the index late is given although the cursor has passed it.", incremental, can_lag
)
def what_is_indexed_late_is_given(trial: Trial, expect: Expect) -> None:
    trial.bench.lag(20 * SECOND)
    late = trial.person_makes()
    trial.bench.lag(0)
    trial.clock.wait(5 * SECOND)
    trial.person_makes(1)
    trial.clock.wait(SECOND)
    first, cursor = trial.fetch()
    trial.clock.wait(MINUTE)
    found, _ = trial.renewed().fetch(cursor)
    all_seen(expect, [late], {**first, **found}, "that entered the index after the cursor had passed it")


@check("fetch", "Where nothing changed it says nothing new, and ends.", incremental)
def at_rest_nothing_is_new(trial: Trial, expect: Expect) -> None:
    trial.validators = MemoryValidators()
    trial.renew()
    trial.person_makes_many(3)
    trial.clock.wait(MINUTE)
    first, cursor = trial.fetch()
    trial.clock.wait(30 * MINUTE)
    again, after = trial.renewed().fetch(cursor)
    changed = [id_ for id_, one in again.items() if id_ not in first or one.updated_at != first[id_].updated_at]
    expect(not changed, "nothing that was not there before", changed)
    expect(after and cursor and after.since >= cursor.since, "a cursor that does not go back", f"{cursor} → {after}")
    empty = [page for page in trial.pages(cursor) if page.not_modified and page.observations]
    expect(not empty, "no observations on a page that is not modified", empty)


@check("fetch", "It only looks: nothing on the remote is changed by it.")
def looking_changes_nothing(trial: Trial, expect: Expect) -> None:
    made = [trial.person_makes(), trial.person_makes(1)]
    before = [(dict(trial.looked(ref)), trial.read(ref).updated_at) for ref in made]
    trial.clock.wait(MINUTE)
    trial.check()
    trial.fetch()
    trial.swept()
    for ref, (fields, updated) in zip(made, before, strict=True):
        expect.shows(trial.kind, fields, trial.looked(ref), f"of {ref.id} as before the fetch")
        came = trial.read(ref).updated_at
        expect(came == updated, f"{ref.id} last changed at {updated}", f"at {came}")


@check("normalise", "It is pure, and makes the same observation again from its native.")
def a_native_is_read_the_same_again(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    for seen in (trial.read(ref), trial.fetch()[0][ref.id]):
        stored = dump(seen.native)
        again = trial.renew().normalise(trial.kind, trial.scope, seen.native)
        expect(dump(seen.native) == stored, "a native that is left as it is", "another one after normalise")
        expect.alike(seen, again)


@check("sweep", "It gives the ref of everything in the scope.", lists)
def a_sweep_gives_every_id(trial: Trial, expect: Expect) -> None:
    made = trial.person_makes_many(many(trial))
    trial.clock.wait(10 * MINUTE)
    refs = trial.swept()
    all_seen(expect, made, refs, "in a sweep")
    expect(all(ref.kind is trial.kind for ref in refs), f"refs of kind {trial.kind}", refs[:3])


@check(
    "sweep", "A strong listing shows at once what was made, and no more what was deleted.", lists_strongly, can_delete
)
def a_strong_listing_is_true_at_once(trial: Trial, expect: Expect) -> None:
    if not can_lag(trial):
        trial.bench.lag(MINUTE)
    kept, gone = trial.person_makes(), trial.person_makes(1)
    all_seen(expect, [kept, gone], trial.swept(), "right after they were made")
    trial.bench.delete(gone)
    refs = {ref.id for ref in trial.swept()}
    expect(gone.id not in refs and kept.id in refs, f"{kept.id} without {gone.id}, which was deleted", sorted(refs))
