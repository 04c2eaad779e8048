"""What a check needs of a connector and of the author's bench; else it is skipped, and the reason told."""

from __future__ import annotations

from pmhub.model.records import NATURAL_KEY, TAKEN_BACK, Merge, schema
from pmhub.sdk import Access, Connector, Kind, Listing
from pmhub.testing.conformance.bench import Bench
from pmhub.testing.conformance.rules import Need
from pmhub.testing.conformance.trial import Trial


def _access(wanted: Access) -> Need:
    def need(trial: Trial) -> str:
        held = trial.connector.capabilities.access.get(trial.kind, Access(0))
        return "" if wanted in held else f"no {wanted.name} of {trial.kind} is declared"

    return need


def _given(name: str) -> Need:
    def need(trial: Trial) -> str:
        given = getattr(type(trial.bench), name) is not getattr(Bench, name)
        return "" if given else f"the bench has no `{name}`"

    return need


def takes_back(trial: Trial) -> str:
    """It deletes copies where that is asked of it."""
    name, _ = TAKEN_BACK.get(trial.kind, ("", True))
    held = trial.connector.capabilities.fields.get(trial.kind, frozenset())
    return "" if name in held else f"no {trial.kind} is declared that can be taken back"


creates = _access(Access.CREATE)
updates = _access(Access.UPDATE)
can_delete = _given("delete")
can_restrict = _given("restrict")
can_refuse = _given("refused")
can_lag = _given("lag")


def can_fail(trial: Trial) -> str:
    """By the author's means; or the transport's, once the connector has used it."""
    if not _given("failing")(trial):
        return ""
    if not trial.weather.used:
        trial.check()
    return "" if trial.weather.used else "the bench has no `failing`, and no request goes through `context.open`"


def fits_refused(trial: Trial) -> str:
    return "" if trial.bench.refused(trial.kind) else f"the remote refuses no {trial.kind}"


def incremental(trial: Trial) -> str:
    return "" if trial.kind in trial.connector.capabilities.incremental else f"{trial.kind} is not declared incremental"


def logs(trial: Trial) -> str:
    return "" if trial.connector.capabilities.history.get(trial.kind) else f"no history of {trial.kind} is declared"


def lists(trial: Trial) -> str:
    held = trial.connector.capabilities.listing.get(trial.kind, Listing.NONE)
    return f"no listing of {trial.kind} is declared" if held is Listing.NONE else ""


def lists_strongly(trial: Trial) -> str:
    held = trial.connector.capabilities.listing.get(trial.kind, Listing.NONE)
    return "" if held is Listing.STRONG else f"the listing of {trial.kind} is not declared strong"


def lists_late(trial: Trial) -> str:
    held = trial.connector.capabilities.listing.get(trial.kind, Listing.NONE)
    return "" if held is Listing.EVENTUAL else f"the listing of {trial.kind} is not declared eventual"


def bears_markers(trial: Trial) -> str:
    return f"a {trial.kind} is known by its {NATURAL_KEY[trial.kind]}" if trial.kind in NATURAL_KEY else ""


def has_natural_key(trial: Trial) -> str:
    return "" if trial.kind in NATURAL_KEY else f"a {trial.kind} has no natural key"


def has_sets(trial: Trial) -> str:
    return "" if set_field(trial) else f"no set of {trial.kind} is declared and sampled"


def set_field(trial: Trial) -> str:
    specs = schema(trial.kind)
    return next((name for name in sorted(trial.settable()) if specs[name].merge is Merge.SET), "")


def holds_body(trial: Trial) -> str:
    return "" if text_field(trial) else f"no long text of {trial.kind} is declared"


def text_field(trial: Trial) -> str:
    specs = schema(trial.kind)
    return next((name for name in sorted(trial.declared) if specs[name].merge is Merge.TEXT), "")


def names_differ_from_text(trial: Trial) -> str:
    return f"a {trial.kind} has no name" if trial.headline() == text_field(trial) else ""


def several_fields(trial: Trial) -> str:
    return "" if len(trial.settable()) > 1 else f"a {trial.kind} has one field"


def creates_in_bulk(trial: Trial) -> str:
    size = trial.connector.capabilities.bulk_create.get(trial.kind, 1)
    return "" if size > 1 else f"one {trial.kind} a create call is declared"


def marks(trial: Trial) -> str:
    own = type(trial.connector).mark is not Connector.mark
    return "" if own and trial.kind is not Kind.RELEASE else "`mark` is not overridden"
