"""The minimal connector, with one mistake each that a hurried author makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from new_plugin import Shelf

from pmhub.sdk import Ambiguous, ConnectorError, Cursor, FieldChange, Limited, SetChange, Target, Tombstone, Visibility


@dataclass(frozen=True)
class Mistake:
    """`check`: the one that must name it, and `method`, `told`: the method and words that it must be told with."""

    connector: type[Shelf]
    check: str
    method: str
    told: str


class CreatesTwice(Shelf):
    """Not sure that it went well, it sends the card again."""

    def create(self, drafts):
        super().create(drafts)
        return super().create(drafts)


class LosesTies(Shelf):
    """What changed in the cursor's own moment was seen already, it believes."""

    def fetch(self, streams):
        for stream in streams:
            since = stream.cursor.since if stream.cursor else -1
            for page in super().fetch([stream]):
                yield replace(page, observations=tuple(one for one in page.observations if one.updated_at > since))


class SwallowsLimits(Shelf):
    """A remote that is busy has nothing new."""

    def fetch(self, streams):
        try:
            yield from super().fetch(streams)
        except Limited:
            self.context.log.warning("busy")


class ReadsTheIndex(Shelf):
    """One listing is cheaper than many direct reads."""

    def read(self, targets):
        wanted = {target.ref.id: target for target in targets}
        scope = targets[0].scope
        cards = {card["id"]: card for page in self._pages(scope, 0) for card in page}
        for id_, target in wanted.items():
            card = cards.get(id_)
            yield self.normalise(target.ref.kind, scope, card) if card else Tombstone(target.ref)


class ShowsEverybody(Shelf):
    """Who can see a card was not looked up."""

    def normalise(self, kind, scope, native):
        return replace(super().normalise(kind, scope, native), visibility=Visibility.MEMBERS)


class DropsTheMarker(Shelf):
    """A field that people do not see is not sent."""

    def _create(self, draft):
        return super()._create(replace(draft, marker=None))


class MarksAfterwards(Shelf):
    """Two calls, and a moment between them in which the card is nobody's."""

    def _create(self, draft):
        made = super()._create(replace(draft, marker=None))
        self.mark(Target(draft.scope, made.ref), draft.marker)
        (seen,) = self.read([Target(draft.scope, made.ref)])
        return replace(made, observation=seen)


class WritesWhenItLooks(Shelf):
    """It notes on each card that it was read."""

    def fetch(self, streams):
        for page in super().fetch(streams):
            for one in page.observations:
                body = {"add_tags": ["synced"]}
                self._client.write("PATCH", f"/cards/{one.ref.id}", template="/cards/{id}", json=body)
            yield page


class FitLies(Shelf):
    """The server keeps titles of 200 characters; fit promises 300."""

    def fit(self, scope, record):
        fitted = super().fit(scope, record)
        title = " ".join(str(record.title or "").split())
        return replace(fitted, record=replace(fitted.record, title=title[:300])) if title else fitted

    def _create(self, draft):
        return super()._create(replace(draft, record=replace(draft.record, title=draft.record.title[:10])))


class ClearsTheRest(Shelf):
    """Every update is a whole card."""

    def update(self, target, over, changes):
        return super().update(target, over, {"body": "", "status": "todo", **changes})


class ReplacesSets(Shelf):
    """Labels are written as they were when last seen, with the change made to them."""

    def update(self, target, over, changes):
        for name, value in changes.items():
            if isinstance(value, SetChange):
                seen = set(getattr(over.record, name))
                whole = tuple(sorted((seen | set(value.add)) - set(value.remove)))
                changes = {**changes, name: whole}
        return super().update(target, over, changes)


class AnswersOutOfOrder(Shelf):
    """A bulk create whose answers come as they come."""

    capabilities = replace(Shelf.capabilities, bulk_create=dict.fromkeys(Shelf.capabilities.access, 3))

    def create(self, drafts):
        return list(reversed(super().create(drafts)))


class ForgetsWho(Shelf):
    """A change log of what, without who."""

    def history(self, targets, since):
        for entry in super().history(targets, since):
            yield FieldChange(entry.ref, entry.field, entry.old, entry.new, "", entry.at)


class CountsInSeconds(Shelf):
    """Times as the server's own page shows them."""

    def history(self, targets, since):
        return (replace(entry, at=entry.at // 1000) for entry in super().history(targets, since))


class LogsTheToken(Shelf):
    """A line that helped once."""

    def check(self, scopes):
        self.context.log.debug("signing in with %s", self.settings.token.reveal())
        return super().check(scopes)


class RunsAhead(Shelf):
    """The cursor of the last page, given with the first."""

    def fetch(self, streams):
        pages = list(super().fetch(streams))
        top = max((page.cursor.since for page in pages), default=0)
        yield from (replace(page, cursor=Cursor(top + 10 * 60_000)) for page in pages)


class TakesSilenceForGone(Shelf):
    """What cannot be read is not there."""

    def read(self, targets):
        for target in targets:
            try:
                yield from super().read([target])
            except ConnectorError:
                yield Tombstone(target.ref)


class TriesAgain(Shelf):
    """No answer? Once more."""

    def _create(self, draft):
        try:
            return super()._create(draft)
        except Ambiguous:
            return super()._create(draft)


class WaitsAsLongAsItTakes(Shelf):
    """A patient loop around the transport."""

    def fetch(self, streams):
        for _ in range(5):
            try:
                yield from super().fetch(streams)
            except Limited as limit:
                self.context.sleep((limit.retry_at - self.context.clock()) / 1000)
            else:
                return
        raise limit_of_patience()


def limit_of_patience():
    return Limited("still busy", retry_at=2_000_000_000_000)


class SignsInTheText(Shelf):
    """A marker that everybody can read."""

    def normalise(self, kind, scope, native):
        seen = super().normalise(kind, scope, native)
        body = f"{seen.record.body}\n{native['mark']}" if native["mark"] else seen.record.body
        return replace(seen, record=replace(seen.record, body=body))


class RaisesWhatItMeets(Shelf):
    """An error of Python's where the card is gone."""

    def read(self, targets):
        for target in targets:
            (seen,) = super().read([target])
            yield {"seen": seen}["gone" if isinstance(seen, Tombstone) else "seen"]


class Chatty(Shelf):
    """It says what it does, on stdout."""

    def fetch(self, streams):
        for page in super().fetch(streams):
            print(len(page.observations), "cards")  # noqa: T201
            yield page


MISTAKES: Mapping[str, Mistake] = {
    mistake.connector.__name__: mistake
    for mistake in (
        Mistake(CreatesTwice, "a_lost_create_is_found_again", "create", "one ticket that bears"),
        Mistake(LosesTies, "what_shares_the_cursors_moment_is_given", "fetch", "of the moment that the cursor names"),
        Mistake(SwallowsLimits, "fetch_tells_failures_apart", "fetch", "Limited"),
        Mistake(ReadsTheIndex, "an_edit_is_read_at_once", "read", "right after a person wrote it"),
        Mistake(ShowsEverybody, "what_is_restricted_is_told", "read", "RESTRICTED"),
        Mistake(DropsTheMarker, "the_marker_is_made_with_the_thing", "create", "marker"),
        Mistake(MarksAfterwards, "create_tells_failures_apart", "create", "its marker in the one call that makes it"),
        Mistake(WritesWhenItLooks, "looking_changes_nothing", "fetch", "as before the fetch"),
        Mistake(FitLies, "what_is_created_is_read_as_fit_said", "create", "title"),
        Mistake(ClearsTheRest, "an_update_leaves_the_rest_alone", "update", "where only title was written"),
        Mistake(ReplacesSets, "sets_change_by_their_members", "update", "by-hand"),
        Mistake(AnswersOutOfOrder, "drafts_are_answered_in_order", "create", "in the place of its draft"),
        Mistake(ForgetsWho, "a_persons_edit_is_told", "history", "the person as actor"),
        Mistake(CountsInSeconds, "a_persons_edit_is_told", "history", "in milliseconds"),
        Mistake(LogsTheToken, "no_secret_is_seen", "context.log", "<the secret>"),
        Mistake(RunsAhead, "a_reading_that_is_cut_off_loses_nothing", "fetch", "when reading stops after page 1"),
        Mistake(TakesSilenceForGone, "read_tells_failures_apart", "read", "Tombstone"),
        Mistake(TriesAgain, "create_tells_failures_apart", "create", "at most 1 made"),
        Mistake(WaitsAsLongAsItTakes, "no_wait_goes_past_the_deadline", "fetch", "no sleep past context.deadline"),
        Mistake(SignsInTheText, "a_marker_stands_in_no_field", "create", "the marker in no field"),
        Mistake(RaisesWhatItMeets, "what_is_gone_is_a_tombstone", "read", "not one of the SDK's errors"),
        Mistake(Chatty, "nothing_is_printed", "fetch", "nothing on stdout"),
    )
}
