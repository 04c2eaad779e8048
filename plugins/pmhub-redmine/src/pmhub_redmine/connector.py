"""The Redmine connector: which request each call is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar, Final

from pmhub.sdk import (
    Access,
    Capabilities,
    Changes,
    Connector,
    Created,
    Draft,
    FieldChange,
    Fitted,
    Identity,
    Kind,
    Listing,
    Native,
    Observation,
    Page,
    Record,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
)
from pmhub_redmine import fitting, journals, mapping
from pmhub_redmine.account import Account
from pmhub_redmine.payloads import Payloads
from pmhub_redmine.reading import Reading
from pmhub_redmine.settings import RedmineScope, RedmineSettings
from pmhub_redmine.wire import PAGE, Wire
from pmhub_redmine.writing import Writing

KINDS: Final = (Kind.RELEASE, Kind.TICKET, Kind.COMMENT)
READ_AND_WRITE: Final = Access.READ | Access.CREATE | Access.UPDATE


class Redmine(Connector[RedmineSettings]):
    """`Ref.id` is the number of an issue or version, of a note `issue.journal`; `Ref.key` is `shop#12`, `shop@1.0`."""

    name: ClassVar[str] = "redmine"
    settings_type: ClassVar[type[Any]] = RedmineSettings
    scope_type: ClassVar[type[Any]] = RedmineScope
    capabilities: ClassVar[Capabilities] = Capabilities(
        access={
            Kind.RELEASE: READ_AND_WRITE,
            Kind.TICKET: READ_AND_WRITE | Access.CLOSE,
            Kind.COMMENT: READ_AND_WRITE,
        },
        fields={kind: frozenset(fits) for kind, fits in fitting.FITS.items()},
        later={Kind.TICKET: frozenset({"status"})},
        incremental=frozenset({Kind.TICKET, Kind.COMMENT}),
        listing=dict.fromkeys(KINDS, Listing.STRONG),
        history={Kind.TICKET: journals.LOGGED},
        bulk_read=dict.fromkeys(KINDS, PAGE),
    )

    @cached_property
    def _wire(self) -> Wire:
        return Wire(self.settings, self.context)

    @cached_property
    def _account(self) -> Account:
        return Account(self._wire, self.settings)

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._wire, self._account)

    @cached_property
    def _writing(self) -> Writing:
        payloads = Payloads(self._wire, self.settings.marker_field)
        return Writing(self._wire, self._account, self._reading, payloads)

    def site(self) -> str:
        return self.settings.site

    def check(self, scopes: Sequence[Scope]) -> Identity:
        me = self._account.me
        found = {scope.key: self._account.container(scope) for scope in scopes}
        name = f"{me.get('firstname', '')} {me.get('lastname', '')}".strip()
        return Identity(str(me["id"]), name, self.site(), self._wire.clock_offset, found)

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        return self._reading.fetch(streams)

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        return self._reading.sweep(stream)

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        return self._reading.read(targets)

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        return self._reading.history(targets, since)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        return mapping.normalise(kind, scope, native)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        return fitting.fit(scope, record)

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        return [self._writing.create(draft) for draft in drafts]

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        """None: Redmine answers 204 without a body."""
        self._writing.update(target, over, changes)
        return None

    def parse_key(self, text: str) -> str | None:
        """`shop#12`, `shop#12/34`, `shop@1.0` from themselves. An address names no project, nor does a number alone."""
        return text if re.fullmatch(r"[a-z0-9_-]+(?:#[1-9][0-9]*(?:/[1-9][0-9]*)?|@.+)", text) else None
