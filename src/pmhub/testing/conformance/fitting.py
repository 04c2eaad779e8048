"""`fit`: what a remote would hold. The merge compares with it, so what it says must come true."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.engine.canon import as_set, as_value
from pmhub.model.codec import dump
from pmhub.model.records import schema
from pmhub.sdk import Fields, Fitted, Kind, Record, SetChange, Value, record, values
from pmhub.testing.conformance.expectation import Expect, differing
from pmhub.testing.conformance.needs import creates, holds_body, names_differ_from_text, text_field, updates
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.samples import TEXTS
from pmhub.testing.conformance.trial import Trial


def records(trial: Trial) -> Iterator[Record]:
    """Samples, empty values, and texts of all kinds."""
    samples = trial.samples()
    for which in (0, 1):
        yield record(trial.kind, {name: pair[which] for name, pair in samples.items()})
    head, text = trial.headline(), text_field(trial)
    yield record(trial.kind, {**{name: empty(trial.kind, name) for name in samples}, **trial.named("A name")})
    yield record(trial.kind, {head: "  A   name that is " + "long " * 200})
    yield record(
        trial.kind, {**trial.named("A name"), "status": "a word nobody knows"} if "status" in trial.declared else {}
    )
    for each in TEXTS if text else ():
        yield record(trial.kind, {text: each})


def empty(kind: Kind, name: str) -> Value:
    return () if schema(kind)[name].is_set else None


@check("fit", "What was fitted once is not changed by fitting it again.")
def fitting_twice_is_fitting_once(trial: Trial, expect: Expect) -> None:
    for one in records(trial):
        once = trial.connector.fit(trial.scope, one).record
        twice = values(trial.connector.fit(trial.scope, once).record)
        expect(set(twice) == set(values(once)), f"the fields {sorted(values(once))} of {one}", sorted(twice))
        expect.shows(trial.kind, values(once), twice, "after a second fit")


@check("fit", "It is pure: the same for the same record, whatever the connector did before, and without a request.")
def fit_is_pure(trial: Trial, expect: Expect) -> None:
    trial.person_makes()
    trial.check()
    trial.fetch()
    used, fresh = trial.connector, trial.renew()
    asked = len(trial.weather.asked)
    for one in records(trial):
        before = dump(values(one))
        first, other = fresh.fit(trial.scope, one), used.fit(trial.scope, one)
        expect(isinstance(first, Fitted), "a Fitted", repr(first))
        expect(first == other, f"{other}, as a connector that was used before gives", first)
        expect(dump(values(one)) == before, "the record given left as it is", values(one))
        more = set(values(first.record)) - set(values(one))
        expect(not more, "no field that was absent", f"{sorted(more)} added")
    expect(len(trial.weather.asked) == asked, "no request", trial.weather.asked[asked:])


@check("fit", "What a remote shows, it can hold: fit leaves it as it is.")
def what_is_shown_fits(trial: Trial, expect: Expect) -> None:
    for which in (0, 1):
        shown = trial.read(trial.person_makes(which)).record
        _fits(trial, expect, {name: value for name, value in values(shown).items() if name != "parent"})


def _fits(trial: Trial, expect: Expect, shown: Fields) -> None:
    specs = schema(trial.kind)
    held = {name: value for name, value in shown.items() if not specs[name].set_once}
    fitted = trial.connector.fit(trial.scope, record(trial.kind, held))
    kept = {name: value for name, value in held.items() if name not in fitted.lost}
    expect.shows(trial.kind, kept, values(fitted.record), "as it was read, or a word in lost")


@check("create", "What is created is read back as `fit` said.", creates)
def what_is_created_is_read_as_fit_said(trial: Trial, expect: Expect) -> None:
    for which in (0, 1):
        wanted = trial.draft(trial.sample(which)).record
        seen = trial.create(wanted)
        expect.shows(trial.kind, values(trial.connector.fit(trial.scope, wanted).record), values(seen.record))


@check("update", "What is written is read back as `fit` said; where it says so, an empty value too.", creates, updates)
def what_is_updated_is_read_as_fit_said(trial: Trial, expect: Expect) -> None:
    over = trial.create(trial.sample())
    for name in sorted(trial.samples()):
        for value in (trial.samples()[name][1], None, trial.samples()[name][0]):
            if value is None and (name == trial.headline() or schema(trial.kind)[name].is_set):
                continue
            wanted = values(trial.fitted({name: value}))
            if name not in wanted:
                continue
            trial.clock.wait(2_000)
            over = trial.update(over, {name: change_to(trial, name, value, over.record)})
            expect.shows(trial.kind, wanted, values(over.record), f"after {name} was set to {value!r}")


def change_to(trial: Trial, name: str, value: Value, was: Record) -> Value | SetChange:
    """As the hub sends it: sets by their members."""
    if not schema(trial.kind)[name].is_set:
        return value
    new, old = as_set(value), as_set(values(was).get(name))
    return SetChange(as_value(new - old), as_value(old - new))


@check("update", "Text comes back as `fit` said, in any language and form.", creates, updates, holds_body)
def texts_come_back(trial: Trial, expect: Expect) -> None:
    name = text_field(trial)
    over = trial.create(trial.sample())
    for text in TEXTS:
        wanted = trial.fitted({name: text})
        if not values(wanted).get(name):
            continue
        trial.clock.wait(2_000)
        over = trial.update(over, {name: text})
        seen = values(over.record)
        expect.shows(trial.kind, values(wanted), seen, f"after it was given {text[:60]!r}")
        again = values(trial.fitted({name: seen[name]}))
        expect(not differing(trial.kind, {name: seen[name]}, again), f"{seen[name]!r} kept by fit", repr(again))


NAMES = ("Zoë's 你好 <b>&amp; 100 % \\o/", "2.0-β", "x" * 180)


@check("update", "Names come back as `fit` said, in any language.", creates, updates, names_differ_from_text)
def names_come_back(trial: Trial, expect: Expect) -> None:
    over = trial.create(trial.sample())
    for name in NAMES:
        change = {trial.headline(): name}
        wanted = values(trial.fitted(change))
        if wanted:
            trial.clock.wait(2_000)
            over = trial.update(over, change)
            expect.shows(trial.kind, wanted, values(over.record), f"after it was called {name[:40]!r}")
