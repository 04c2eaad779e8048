"""What a connector says of itself, and whether it does so."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import is_dataclass
from io import StringIO

from pmhub.model.records import schema
from pmhub.sdk import Access, Identity, Kind, Listing, Value, record, values
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import creates
from pmhub.testing.conformance.rules import check
from pmhub.testing.conformance.trial import Trial

HOUR = 3_600_000


@check(
    "settings_type", "Settings and scopes are frozen dataclasses; the fields are the configuration's keys.", once=True
)
def settings_are_frozen_dataclasses(trial: Trial, expect: Expect) -> None:
    for type_ in (trial.connector.settings_type, trial.connector.scope_type):
        frozen = is_dataclass(type_) and type_.__dataclass_params__.frozen  # type: ignore[attr-defined]
        expect(frozen, f"@dataclass(frozen=True) on {type_.__name__}", "another kind of class")
    settings = trial.bench.scope(trial.kind).settings
    expect(isinstance(settings, trial.connector.scope_type), "scopes of scope_type", type(settings).__name__)


@check("capabilities", "They name only fields that the kind has, and every part agrees with the others.")
def capabilities_agree_with_each_other(trial: Trial, expect: Expect) -> None:
    held, kind = trial.connector.capabilities, trial.kind
    unknown = trial.declared - set(schema(kind))
    expect(not unknown, f"fields of a {kind}", sorted(unknown))
    for name, part in (("history", held.history), ("later", held.later)):
        more = {one.partition(":")[0] for one in part.get(kind, ())} - trial.declared
        expect(not more, f"{name} within fields", f"also {sorted(more)}")
    for name, size in (("bulk_create", held.bulk_create.get(kind, 1)), ("bulk_read", held.bulk_read.get(kind, 1))):
        expect(size >= 1, f"{name} of 1 or more", size)
    access = held.access.get(kind, Access(0))
    expect(Access.READ in access, f"READ of {kind}, which the kit was asked to check", access)
    expect(isinstance(held.listing.get(kind, Listing.NONE), Listing), "a Listing", held.listing.get(kind))


@check("fit", "Each declared field is kept, or `lost` says why not; what is not declared is left out.")
def what_is_declared_is_held(trial: Trial, expect: Expect) -> None:
    for name, (value, _) in sorted(trial.samples().items()):
        given: dict[str, Value] = {**trial.named("A name"), name: value}
        fitted = trial.connector.fit(trial.scope, record(trial.kind, given))
        silent = name not in values(fitted.record) and name not in fitted.lost
        expect(not silent, f"{name} = {value!r} kept, or a word in lost[{name!r}]", "neither")
    every = {name: _any_value(trial.kind, name) for name in schema(trial.kind)}
    more = set(values(trial.connector.fit(trial.scope, record(trial.kind, every)).record)) - trial.declared
    expect(not more, f"only {sorted(trial.declared)}", f"also {sorted(more)}")


def _any_value(kind: Kind, name: str) -> Value:
    return ("some",) if schema(kind)[name].is_set else None


@check("site", "It names the remote from the settings alone, without a request, and is always the same.", once=True)
def the_site_is_known_without_asking(trial: Trial, expect: Expect) -> None:
    before = len(trial.weather.asked)
    first, second = trial.connector.site(), trial.renew().site()
    expect(isinstance(first, str) and first, "a name", repr(first))
    expect(first == second, first, second)
    expect(len(trial.weather.asked) == before, "no request", trial.weather.asked[before:])


@check("check", "It tells who we are, what the server's clock says, and that each scope can be seen.")
def check_tells_who_we_are(trial: Trial, expect: Expect) -> None:
    found = trial.check()
    expect(isinstance(found, Identity), "an Identity", repr(found))
    expect(found.account, "an account", repr(found.account))
    expect(found.site == trial.connector.site(), f"site {trial.connector.site()!r}", repr(found.site))
    expect(trial.scope.key in found.containers, f"a container for {trial.scope.key!r}", sorted(found.containers))
    container = found.containers[trial.scope.key]
    expect(container.id, "a container with an id that never changes", container)
    expect(abs(found.clock_offset) < 24 * HOUR, "milliseconds between the clocks", found.clock_offset)


@check("check", "The account is the one that authors and actors are named by.", creates)
def what_we_make_is_ours(trial: Trial, expect: Expect) -> None:
    account = trial.check().account
    made = trial.create(trial.sample())
    expect(made.author in {account, ""}, f"author {account!r}, as `check` named us", repr(made.author))
    other = trial.read(trial.person_makes(1))
    expect(other.author != account or not other.author, "another author on what a person made", repr(other.author))


@check("fetch", "A connector does not print: what is to be said goes to context.log.")
def nothing_is_printed(trial: Trial, expect: Expect) -> None:
    out = StringIO()
    trial.person_makes()
    with redirect_stdout(out), redirect_stderr(out):
        trial.check()
        trial.fetch()
    expect(not out.getvalue(), "nothing on stdout or stderr", repr(out.getvalue()[:200]))
