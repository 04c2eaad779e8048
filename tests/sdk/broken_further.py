"""One more mistake for each check that no hurried author of broken_connectors.py has made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from broken_connectors import Mistake
from new_plugin import Shelf

from pmhub.sdk import (
    ABSENT,
    Access,
    Ambiguous,
    ConnectorError,
    Created,
    Fitted,
    Gone,
    Identity,
    Kind,
    Listing,
    Observation,
    Ref,
    Refused,
    Secret,
    values,
)

HELD = Shelf.capabilities
FIELDS = HELD.fields[Kind.TICKET]
BOTH = {Kind.TICKET: Access.READ | Access.CREATE | Access.UPDATE}


@dataclass
class Thawed:
    url: str
    token: Secret


def declares(**more: Any) -> dict[str, Any]:
    return {"capabilities": replace(HELD, **more)}


def reads(change) -> dict[str, Any]:
    def normalise(self, kind, scope, native):
        return change(Shelf.normalise(self, kind, scope, native))

    return {"normalise": normalise}


def fits(change) -> dict[str, Any]:
    def fit(self, scope, record):
        return change(self, Shelf.fit(self, scope, record))

    return {"fit": fit}


def fetches(change) -> dict[str, Any]:
    def fetch(self, streams):
        return change(self, streams, Shelf.fetch(self, streams))

    return {"fetch": fetch}


def answers(change) -> dict[str, Any]:
    def read(self, targets):
        return change(self, list(Shelf.read(self, targets)))

    return {"read": read}


def logs(change) -> dict[str, Any]:
    def history(self, targets, since):
        return change(self, targets, list(Shelf.history(self, targets, since)))

    return {"history": history}


def writes(change) -> dict[str, Any]:
    def update(self, target, over, changes):
        return change(self, target, over, changes)

    return {"update": update}


def with_title(fitted, title):
    return Fitted(replace(fitted.record, title=title), fitted.lost) if fitted.record.title else fitted


def loud(one):
    return replace(one, record=replace(one.record, title=f"{one.record.title}!"))


def calm(_, fitted):
    return with_title(fitted, str(fitted.record.title).rstrip("!"))


def counted(self, fitted):
    self.fits = getattr(self, "fits", 0) + 1
    return with_title(fitted, f"{fitted.record.title} {self.fits}")


def without_late(self, streams, pages):
    """Begins at its cursor, to the millisecond."""
    for stream in streams:
        since = stream.cursor.since if stream.cursor else 0
        for page in pages:
            yield replace(page, observations=tuple(one for one in page.observations if one.updated_at >= since))


def first_page(self, streams, pages):
    yield next(iter(pages))


def as_if_new(self, streams, pages):
    for page in pages:
        now = self.context.clock()
        yield replace(page, observations=tuple(replace(one, updated_at=now) for one in page.observations))


def only_once(self, streams, pages):
    if streams[0].cursor is None:
        yield from pages


def of_another(self, streams, pages):
    for page in pages:
        yield replace(page, stream=replace(page.stream, kind=Kind.COMMENT))


def quiet_after_a_failure(self, streams, pages):
    if getattr(self, "failed", False):
        return
    try:
        yield from pages
    except ConnectorError:
        self.failed = True
        raise


def empty_where_hidden(self, streams, pages):
    try:
        yield from pages
    except Gone:
        return


def swept(answer):
    def sweep(self, stream):
        try:
            return answer(list(Shelf.sweep(self, stream)))
        except ConnectorError as error:
            return answer(error)

    return {"sweep": sweep}


def or_raise(found, change):
    if isinstance(found, ConnectorError):
        raise found
    return iter(change(found))


def nothing_where(type_):
    def answer(found):
        return iter(()) if isinstance(found, type_) else or_raise(found, list)

    return answer


def remakes(self, target, over, changes):
    try:
        return Shelf.update(self, target, over, changes)
    except Gone:
        self._client.write("POST", "/boards/shop/cards", template="/boards/{board}/cards", json={"title": "again"})
        return over


def as_it_was(self, target, over, changes):
    """The whole card as it was read, with the change in it."""
    whole = {name: value for name, value in values(over.record).items() if name != "labels"}
    return Shelf.update(self, target, over, {**whole, **changes})


def unmarks(self, target, over, changes):
    self._client.write("PATCH", f"/cards/{target.ref.id}", template="/cards/{id}", json={"mark": None})
    return Shelf.update(self, target, over, changes)


def before_it_changed(self, target, over, changes):
    Shelf.update(self, target, over, changes)
    return over


def gives_up_quietly(self, target, over, changes):
    try:
        return Shelf.update(self, target, over, changes)
    except Refused:
        return over


def never_sure(self, target, over, changes):
    try:
        return Shelf.update(self, target, over, changes)
    except ConnectorError as error:
        raise Ambiguous(str(error)) from error


def shouts(self, target, over, changes):
    return Shelf.update(self, target, over, {n: v.upper() if isinstance(v, str) else v for n, v in changes.items()})


def swallows_refusals(self, draft):
    made = Shelf._create(self, draft)
    return Created(Ref(Kind.TICKET, "0")) if isinstance(made, Refused) else made


def check_as(**more):
    def check(self, scopes):
        found = Shelf.check(self, scopes)
        return Identity(**{**vars(found), **more})

    return {"check": check}


def check_of_another_account(self, scopes):
    return replace(Shelf.check(self, scopes), account="somebody")


def check_whatever_comes(self, scopes):
    try:
        return Shelf.check(self, scopes)
    except ConnectorError:
        return Identity("bot", "Bot", self.site())


def site_by_asking(self):
    return self._get("/me", "/me")["login"]


def marks_in_the_title(self, target, marker):
    self._client.write("PATCH", f"/cards/{target.ref.id}", template="/cards/{id}", json={"title": marker})


def no_text(one: Observation) -> Observation:
    return replace(one, record=replace(one.record, body=None))


def links(update) -> dict[str, Any]:
    """Says that it holds links."""

    def fit(self, scope, record):
        fitted = Shelf.fit(self, scope, replace(record, links=ABSENT))
        return replace(fitted, record=replace(fitted.record, links=record.links))

    held = declares(fields={**HELD.fields, Kind.TICKET: FIELDS | {"links"}})
    without = reads(lambda one: replace(one, record=replace(one.record, links=())))
    return {**held, **without, "fit": fit, "update": update}


def forgets_links(self, target, over, changes):
    return Shelf.update(self, target, over, {name: value for name, value in changes.items() if name != "links"})


def refuses_what_is_off(self, target, over, changes):
    if changes["links"].remove:
        raise Refused("no such link", field="links")
    return over


FURTHER: Mapping[str, tuple[str, dict[str, Any]]] = {
    "settings_are_frozen_dataclasses": ("settings_type", {"settings_type": Thawed}),
    "capabilities_agree_with_each_other": ("capabilities", declares(history={Kind.TICKET: FIELDS | {"due"}})),
    "what_is_declared_is_held": ("fit", declares(fields={Kind.TICKET: FIELDS | {"due"}})),
    "the_site_is_known_without_asking": ("site", {"site": site_by_asking}),
    "check_tells_who_we_are": ("check", check_as(site="elsewhere")),
    "what_we_make_is_ours": ("check", {"check": check_of_another_account}),
    "check_tells_failures_apart": ("check", {"check": check_whatever_comes}),
    "fitting_twice_is_fitting_once": ("fit", fits(lambda _, fitted: with_title(fitted, f"{fitted.record.title}!"))),
    "fit_is_pure": ("fit", fits(counted)),
    "what_is_shown_fits": ("fit", {**reads(loud), **fits(calm)}),
    "what_is_updated_is_read_as_fit_said": ("update", writes(shouts)),
    "texts_come_back": ("update", reads(no_text)),
    "names_come_back": ("update", writes(shouts)),
    "everything_is_listed": ("fetch", fetches(first_page)),
    "pages_belong_to_their_streams": ("fetch", fetches(of_another)),
    "streams_share_a_call": ("fetch", fetches(of_another)),
    "ties_across_pages_are_given": ("fetch", fetches(first_page)),
    "what_changed_after_the_cursor_is_given": ("fetch", fetches(only_once)),
    "what_is_indexed_late_is_given": ("fetch", fetches(without_late)),
    "at_rest_nothing_is_new": ("fetch", fetches(as_if_new)),
    "reading_goes_on_after_a_failure": ("fetch", fetches(quiet_after_a_failure)),
    "a_hidden_container_is_not_read_as_empty": ("fetch", fetches(empty_where_hidden)),
    "a_hidden_container_is_not_swept_as_empty": ("sweep", swept(nothing_where(Gone))),
    "sweep_tells_failures_apart": ("sweep", swept(nothing_where(ConnectorError))),
    "a_sweep_gives_every_id": ("sweep", swept(lambda found: or_raise(found, lambda refs: refs[:-1]))),
    "a_strong_listing_is_true_at_once": ("sweep", declares(listing={Kind.TICKET: Listing.STRONG})),
    "a_native_is_read_the_same_again": ("normalise", answers(lambda _, found: [replace(one, author="me") for one in found])),
    "every_target_is_answered": ("read", answers(lambda _, found: found[:-1])),
    "many_targets_are_read": ("read", answers(lambda _, found: found[:1])),
    "a_read_shows_what_a_listing_shows": ("read", answers(lambda _, found: [no_text(one) for one in found])),
    "the_marker_stays": ("update", writes(unmarks)),
    "a_persons_edit_meanwhile_stays": ("update", writes(as_it_was)),
    "an_answer_is_what_stands_there": ("update", writes(before_it_changed)),
    "a_link_is_stated_once": ("update", links(forgets_links)),
    "other_links_stay": ("update", links(forgets_links)),
    "a_link_twice_is_a_link": ("update", links(refuses_what_is_off)),
    "what_is_gone_is_not_written": ("update", writes(remakes)),
    "what_is_not_taken_is_refused": ("update", writes(gives_up_quietly)),
    "update_tells_failures_apart": ("update", writes(never_sure)),
    "a_draft_that_is_not_taken_is_refused": ("create", {"_create": swallows_refusals}),
    "an_adopted_thing_is_marked_unseen": ("mark", {"mark": marks_in_the_title}),
    "keys_are_known_again": ("parse_key", {"parse_key": lambda self, text: text}),
    "our_own_writes_are_told_as_ours": ("history", logs(lambda _s, _t, found: [replace(one, actor="ann") for one in found])),
    "history_is_in_order": ("history", logs(lambda _s, _t, found: reversed(found))),
    "history_tells_of_declared_fields": ("history", logs(lambda _s, _t, found: [replace(one, field="due") for one in found])),
    "history_tells_failures_apart": ("history", {"history": lambda self, targets, since: iter(())}),
}  # fmt: skip
MISTAKES: Mapping[str, Mistake] = {
    check: Mistake(type("Further", (Shelf,), body), check, method, "expected:")
    for check, (method, body) in FURTHER.items()
}
