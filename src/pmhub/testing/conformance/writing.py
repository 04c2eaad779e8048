"""Creating, recovering a create, updating: exactly what was asked, once, in our name."""

from __future__ import annotations

from pmhub.engine.canon import as_set
from pmhub.model.records import NATURAL_KEY, TAKEN_BACK
from pmhub.sdk import Connector, Created, Gone, Observation, Refused, SetChange, Target, values
from pmhub.testing.conformance import needs
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import creates, set_field, updates
from pmhub.testing.conformance.rules import Skipped, answer_or_error, check
from pmhub.testing.conformance.trial import Trial

MINUTE = 60_000


@check("create", "It answers every draft, in their order.", creates)
def drafts_are_answered_in_order(trial: Trial, expect: Expect) -> None:
    size = max(1, min(3, trial.connector.capabilities.bulk_create.get(trial.kind, 1)))
    drafts = [trial.draft(trial.sample(0, trial.named(f"Draft {number}"))) for number in range(size)]
    answers = trial.connector.create(drafts)
    expect(len(answers) == size, f"{size} answers", repr(answers))
    for draft, answer in zip(drafts, answers, strict=True):
        expect(isinstance(answer, Created), "Created", repr(answer))
        if isinstance(answer, Created):
            seen = values(trial.read(answer.ref).record)[trial.headline()]
            wanted = values(draft.record)[trial.headline()]
            expect(seen == wanted, f"{wanted!r} in the place of its draft", repr(seen))


@check(
    "create",
    "One refused draft stands in its place, and the others are made.",
    creates,
    needs.creates_in_bulk,
    needs.can_refuse,
    needs.fits_refused,
)
def a_refused_draft_stands_in_its_place(trial: Trial, expect: Expect) -> None:
    poison = trial.sample(0, trial.bench.refused(trial.kind))
    drafts = [trial.draft(trial.sample()), trial.draft(poison)]
    answers = trial.connector.create(drafts)
    came = [type(each).__name__ for each in answers]
    expect(came == ["Created", "Refused"], "Created, Refused", came)


@check("create", "The marker is made with the thing, and is read as `marker`.", creates, needs.bears_markers)
def the_marker_is_made_with_the_thing(trial: Trial, expect: Expect) -> None:
    marker = trial.marker()
    made = trial.create(trial.sample(), marker)
    expect(made.marker == marker, f"marker {marker!r} of what was created", repr(made.marker))
    trial.clock.wait(10 * MINUTE)
    listed = trial.renewed().fetch()[0].get(made.ref.id)
    expect(listed, f"{made.ref.id} in a listing", "nothing")
    expect(listed and listed.marker == marker, f"marker {marker!r} in a listing", repr(listed and listed.marker))


@check("create", "A marker stands in no field, and in nothing that a person wrote.", creates, needs.bears_markers)
def a_marker_stands_in_no_field(trial: Trial, expect: Expect) -> None:
    other = trial.read(trial.person_makes(1))
    expect(other.marker is None, "no marker on what a person made", repr(other.marker))
    made = trial.create(trial.sample())
    inside = [name for name, value in values(made.record).items() if "pmhub:" in str(value)]
    expect(not inside, "the marker in no field of the record", inside)


@check("create", "A create whose answer was lost is found again by its marker, and is there once.", creates)
def a_lost_create_is_found_again(trial: Trial, expect: Expect) -> None:
    marker, wanted = trial.marker(), trial.sample()
    trial.connector.create([trial.draft(wanted, marker)])
    trial.renew()
    trial.clock.wait(10 * MINUTE)
    found = [one for one in trial.fetch()[0].values() if _is_ours(trial, one, marker)]
    expect(len(found) == 1, f"one {trial.kind} that bears {marker!r}", f"{len(found)}")


def _is_ours(trial: Trial, one: Observation, marker: str) -> bool:
    key = NATURAL_KEY.get(trial.kind)
    return values(one.record).get(key) == values(trial.sample())[key] if key else one.marker == marker


@check("create", "Its natural key is taken once: a second is refused.", creates, needs.has_natural_key)
def a_natural_key_is_taken_once(trial: Trial, expect: Expect) -> None:
    trial.create(trial.sample())
    (answer,) = trial.connector.create([trial.draft(trial.sample())])
    expect(isinstance(answer, Refused), "Refused", repr(answer))


@check("update", "It writes the fields it is given, and no other.", creates, updates, needs.several_fields)
def an_update_leaves_the_rest_alone(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    before = dict(trial.looked(ref))
    trial.clock.wait(2_000)
    over, head = trial.read(ref), trial.headline()
    trial.update(over, trial.named("Named anew"))
    now = trial.looked(ref)
    rest = {name: value for name, value in before.items() if name != head}
    expect.shows(trial.kind, rest, now, f"of {ref.id}, where only {head} was written")
    wanted = values(trial.fitted(trial.named("Named anew")))
    expect.shows(trial.kind, wanted, now, "as a person sees it")


@check(
    "update",
    "It writes over what stands there now: another field that a person changed meanwhile stays.",
    updates,
    needs.several_fields,
)
def a_persons_edit_meanwhile_stays(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    over, head = trial.read(ref), trial.headline()
    name = next(each for each in sorted(trial.settable()) if each != head)
    theirs = values(trial.fitted({name: trial.samples()[name][1]}))
    trial.clock.wait(2_000)
    trial.bench.edit(ref, theirs)
    trial.update(over, trial.named("Named anew"))
    expect.shows(trial.kind, theirs, trial.looked(ref), f"that a person gave {ref.id} after we had read it")


@check("update", "Writing `deleted` takes away what we made, also twice.", creates, updates, needs.takes_back)
def what_we_made_is_taken_away(trial: Trial, expect: Expect) -> None:
    made, (name, value) = trial.create(trial.sample()), TAKEN_BACK[trial.kind]
    for _ in range(2):
        trial.connector.update(Target(trial.scope, made.ref), made, {name: value})
        expect(trial.bench.look(made.ref) is None, f"no {trial.kind} {made.ref.id}", "it is still there")


@check("update", "Writing `deleted` takes away nothing that a person made.", updates, needs.takes_back)
def what_a_person_made_is_not_taken_away(trial: Trial, expect: Expect) -> None:
    ref, (name, value) = trial.person_makes(), TAKEN_BACK[trial.kind]
    answer = answer_or_error(lambda: trial.connector.update(Target(trial.scope, ref), trial.read(ref), {name: value}))
    expect(isinstance(answer, Refused), "Refused", repr(answer))
    trial.looked(ref)


@check("update", "The marker stays through updates.", creates, updates, needs.bears_markers)
def the_marker_stays(trial: Trial, expect: Expect) -> None:
    marker = trial.marker()
    over = trial.create(trial.sample(), marker)
    for name in sorted(trial.settable()):
        if not isinstance(trial.samples()[name][1], tuple):
            trial.clock.wait(2_000)
            over = trial.update(over, {name: trial.samples()[name][1]})
            expect(over.marker == marker, f"marker kept after {name} was written", repr(over.marker))


@check(
    "update", "A set is changed by add and remove: members that a person added meanwhile stay.", updates, needs.has_sets
)
def sets_change_by_their_members(trial: Trial, expect: Expect) -> None:
    name = set_field(trial)
    first, second = trial.samples()[name]
    one, other = min(as_set(first)), min(as_set(second) - as_set(first))
    ref = trial.bench.create(trial.kind, values(trial.sample(0, {name: (one,)})), trial.on)
    over = trial.read(ref)
    trial.clock.wait(2_000)
    trial.bench.edit(ref, {name: tuple(sorted((one, "by-hand")))})
    trial.update(over, {name: SetChange(add=(other,))})
    expect.shows(trial.kind, {name: tuple(sorted((one, other, "by-hand")))}, trial.looked(ref), f"after +{other}")
    trial.clock.wait(2_000)
    trial.update(trial.read(ref), {name: SetChange(remove=(one,))})
    expect.shows(trial.kind, {name: tuple(sorted((other, "by-hand")))}, trial.looked(ref), f"after -{one}")


@check("update", "Its answer is the thing as it then stands, wherever `answers_with_body` says so.", creates, updates)
def an_answer_is_what_stands_there(trial: Trial, expect: Expect) -> None:
    over = trial.create(trial.sample())
    trial.clock.wait(2_000)
    answer = trial.connector.update(Target(trial.scope, over.ref), over, trial.named("Named anew"))
    if trial.kind in trial.connector.capabilities.answers_with_body:
        expect(isinstance(answer, Observation), "an Observation", repr(answer))
    if answer is not None:
        now = trial.read(over.ref)
        expect.alike(now, answer, ("ref", "record", "updated_at", "author", "marker"))
        expect(now.updated_at > over.updated_at, f"an updated_at after {over.updated_at}", now.updated_at)


@check(
    "update",
    "What is gone cannot be written: Gone or Refused, and nothing is made in its place.",
    updates,
    needs.can_delete,
)
def what_is_gone_is_not_written(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    over = trial.read(ref)
    trial.bench.delete(ref)
    target = Target(trial.scope, over.ref)
    expect.raises((Gone, Refused), lambda: trial.connector.update(target, over, trial.named("Named anew")))
    expect(trial.bench.look(ref) is None, "nothing there", trial.bench.look(ref))


@check(
    "update",
    "What the remote will never take is Refused, and nothing of it is written.",
    updates,
    needs.can_refuse,
    needs.fits_refused,
)
def what_is_not_taken_is_refused(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    over, before = trial.read(ref), dict(trial.looked(ref))
    changes = trial.bench.refused(trial.kind)
    expect.raises(Refused, lambda: trial.connector.update(Target(trial.scope, over.ref), over, changes))
    expect.shows(trial.kind, before, trial.looked(ref), "as before")


@check(
    "create",
    "What the remote will never take is Refused, and nothing is made.",
    creates,
    needs.can_refuse,
    needs.fits_refused,
)
def a_draft_that_is_not_taken_is_refused(trial: Trial, expect: Expect) -> None:
    draft = trial.draft(trial.sample(0, trial.bench.refused(trial.kind)))
    try:
        (answer,) = trial.connector.create([draft])
    except Refused as error:
        answer = error
    expect(isinstance(answer, Refused), "Refused", repr(answer))
    trial.clock.wait(10 * MINUTE)
    found = trial.fetch()[0]
    expect(not [one for one in found.values() if one.marker == draft.marker], f"no {trial.kind}", list(found))


@check("mark", "It marks an adopted thing where no person sees it.", needs.marks)
def an_adopted_thing_is_marked_unseen(trial: Trial, expect: Expect) -> None:
    ref = trial.person_makes()
    over, before, marker = trial.read(ref), dict(trial.looked(ref)), trial.marker()
    trial.connector.mark(Target(trial.scope, over.ref), marker)
    now = trial.read(ref)
    expect(now.marker == marker, f"marker {marker!r}", repr(now.marker))
    expect.shows(trial.kind, before, trial.looked(ref), "as before")
    expect(now.record == over.record, "the same record", now.record)


@check("parse_key", "It knows a thing by the key that its refs bear.", once=True)
def keys_are_known_again(trial: Trial, expect: Expect) -> None:
    if type(trial.connector).parse_key is Connector.parse_key:
        raise Skipped("`parse_key` is not overridden")
    ref = trial.read(trial.person_makes()).ref
    expect(trial.connector.parse_key(ref.key) == ref.key, repr(ref.key), repr(trial.connector.parse_key(ref.key)))
    came = trial.connector.parse_key("no key at all, but a sentence")
    expect(came is None, "None for other text", repr(came))
