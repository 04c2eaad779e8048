"""A connector over a memory remote: thin, as every connector should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pmhub.model.codec import value_from
from pmhub.model.records import Fields
from pmhub.model.records import record as make_record
from pmhub.sdk import (
    Access,
    Capabilities,
    Changes,
    Connector,
    Container,
    Context,
    Created,
    Cursor,
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
    kind_of,
    values,
)
from pmhub.testing.choke import SECOND
from pmhub.testing.server import BOT, MemoryRemote, Shown

OVERLAP = 400 * SECOND
SCOPE = Scope("all", None)
"""A memory remote has one container."""


@dataclass(frozen=True)
class MemorySettings:
    remote: MemoryRemote


@dataclass(frozen=True)
class MemoryScope:
    """Nothing to set."""


def capabilities_of(remote: MemoryRemote) -> Capabilities:
    kinds = remote.kinds
    holds = {kind: frozenset(remote.dialect.holds(kind)) for kind in kinds}
    return Capabilities(
        access=dict.fromkeys(kinds, Access.READ | Access.CREATE | Access.UPDATE),
        fields=holds,
        incremental=frozenset(kinds),
        listing=dict.fromkeys(kinds, Listing.STRONG),
        history=holds if remote.log else {},
        bulk_create={Kind.TICKET: remote.bulk},
        answers_with_body=frozenset(kinds) if remote.body else frozenset(),
    )


class MemoryConnector(Connector[MemorySettings]):
    name: ClassVar[str] = "memory"
    settings_type: ClassVar[type[Any]] = MemorySettings
    scope_type: ClassVar[type[Any]] = MemoryScope

    def __init__(self, settings: MemorySettings, context: Context) -> None:
        super().__init__(settings, context)
        self.remote = settings.remote
        self.capabilities = capabilities_of(self.remote)  # type: ignore[misc]  # every memory remote can do other things

    def site(self) -> str:
        return self.remote.name

    def check(self, scopes: Sequence[Scope]) -> Identity:
        containers = {scope.key: Container(scope.key, scope.key) for scope in scopes}
        return Identity(BOT, BOT, self.remote.name, self.remote.offset(), containers)

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """One search serves all streams; each page moves all their cursors."""
        tops = {stream.kind: stream.cursor.since if stream.cursor else 0 for stream in streams}
        since, last = max(0, min(tops.values()) - OVERLAP), False
        while not last:
            found, last = self.remote.search(list(tops), since)
            since = max([since, *(shown.updated for shown in found)])
            for stream in streams:
                tops[stream.kind] = max(tops[stream.kind], since if found else 0)
                mine = tuple(self._observation(shown) for shown in found if shown.kind is stream.kind)
                yield Page(stream, mine, Cursor(tops[stream.kind]))

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        return (Ref(stream.kind, id_, id_) for id_ in self.remote.list_ids(stream.kind))

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        found = self.remote.read([target.ref.id for target in targets])
        for target in targets:
            shown = found[target.ref.id]
            yield self._observation(shown) if shown else Tombstone(target.ref)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        del scope
        fields = {name: value_from(value) for name, value in native["fields"].items()}
        return Observation(
            ref=Ref(kind, native["id"], native["id"]),
            record=make_record(kind, fields),
            updated_at=native["updated"],
            created_at=native["created"],
            author=native["author"],
            native=native,
            on=native["on"],
            marker=native["marker"],
        )

    def fit(self, scope: Scope, record: Record) -> Fitted:
        del scope
        kind = kind_of(record)
        return Fitted(make_record(kind, self.remote.dialect.fit(kind, values(record))))

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        answers = self.remote.create([self._sent(draft) for draft in drafts])
        return [answer if isinstance(answer, Refused) else self._created(answer) for answer in answers]

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        shown = self.remote.update(target.ref.id, changes, values(over.record))
        return self._observation(shown) if self.remote.body else None

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        for entry in self.remote.history([target.ref.id for target in targets], since):
            ref = Ref(entry.kind, entry.thing, entry.thing)
            yield FieldChange(ref, entry.field, entry.old, entry.new, entry.actor, entry.at)

    def _observation(self, shown: Shown) -> Observation:
        return self.normalise(shown.kind, SCOPE, {**vars(shown), "kind": str(shown.kind)})

    def _sent(self, draft: Draft) -> tuple[Kind, str | None, Fields, str]:
        return kind_of(draft.record), draft.on.id if draft.on else None, values(draft.record), draft.marker

    def _created(self, shown: Shown) -> Created:
        ref = Ref(shown.kind, shown.id, shown.id)
        return Created(ref, self._observation(shown) if self.remote.body else None)
