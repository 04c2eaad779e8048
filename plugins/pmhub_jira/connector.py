"""Jira, Cloud or Data Center: tickets and their comments, roadmap items, releases."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

from pmhub.http import Client
from pmhub.sdk import (
    Account,
    Announcement,
    Capabilities,
    Changes,
    Connector,
    Context,
    Created,
    Denied,
    Draft,
    FieldChange,
    Finding,
    Fitted,
    Identity,
    Kind,
    Native,
    NativeField,
    NativeStatus,
    Observation,
    Page,
    Place,
    Record,
    Ref,
    Refused,
    Scope,
    Stream,
    Target,
    Tombstone,
    kind_of,
)
from pmhub_jira import (
    credentials,
    fitting,
    flavours,
    mapping,
    natives,
    payloads,
    scopes,
    versions,
)
from pmhub_jira.boards import API as AGILE
from pmhub_jira.boards import Boards
from pmhub_jira.capabilities import CAPABILITIES
from pmhub_jira.cloud_site import CloudSite
from pmhub_jira.comments import Comments
from pmhub_jira.flavours import Flavour
from pmhub_jira.issues import Issues
from pmhub_jira.links import Linking
from pmhub_jira.lookups import Lookups
from pmhub_jira.misfits import misfits
from pmhub_jira.moments import AnswerTimes
from pmhub_jira.moves import Moves
from pmhub_jira.quiet import Quiet
from pmhub_jira.reading import Reading
from pmhub_jira.releases import Releases
from pmhub_jira.settings import JiraScope, JiraSettings
from pmhub_jira.sprint_site import SprintSite
from pmhub_jira.walks import Walks
from pmhub_jira.wire import Wire

if TYPE_CHECKING:
    from pmhub_jira.announcing import Announcing
    from pmhub_jira.talk import Talk

KEY: Final = re.compile(r"[A-Z][A-Z0-9_]+(-[1-9][0-9]*|@\S.*)")
_OF_ISSUES: Final = frozenset({Kind.TICKET, Kind.ROADMAP_ITEM})
_NORMALISERS: Final[Mapping[Kind, Callable[[Scope, Mapping[str, Any], str], Observation]]] = {
    Kind.TICKET: mapping.ticket,
    Kind.ROADMAP_ITEM: mapping.roadmap_item,
    Kind.COMMENT: mapping.comment,
    Kind.RELEASE: versions.release,
}


class JiraConnector(Connector[JiraSettings]):
    """Search is an index that lags; `read` never is, nor is the listing of versions. A comment that is deleted leaves no
    trace that we could read.
    """

    name: ClassVar[str] = "jira"
    settings_type: ClassVar[type[JiraSettings]] = JiraSettings
    scope_type: ClassVar[type[JiraScope]] = JiraScope
    capabilities: ClassVar[Capabilities] = CAPABILITIES

    def __init__(self, settings: JiraSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._us: str | None = None
        self._begun: Reading | None = None

    @classmethod
    def misfits(cls, scopes: Sequence[tuple[Kind, Any]]) -> Sequence[str]:
        return tuple(misfits(scopes))

    def site(self) -> str:
        parts = urlsplit(self.settings.url)
        return (parts.netloc + parts.path).rstrip("/")

    def begin_check(self, scopes: Sequence[Scope]) -> None:
        """What has to be found out first, or bought, waits for `check`."""
        if self.settings.oauth is None and flavours.is_known(self.site(), self.context):
            self._wire.begin_myself()
            self._lookups.begin(scope.settings.project for scope in scopes)

    def check(self, scopes: Sequence[Scope]) -> Identity:
        """A wrong token may be answered as if nobody had asked [facts 3.5]: no account is no permission."""
        self._lookups.begin(scope.settings.project for scope in scopes)
        me = self._wire.myself()
        self._us = mapping.account(me)
        if not self._us:
            raise Denied(f"{self.site()} does not know us", hint="Check the connection's user and token.")
        containers = {scope.key: self._lookups.container(scope) for scope in scopes}
        for scope in scopes:
            self._boards.look_at(scope)
        name = str(me.get("displayName") or self._us)
        return Identity(self._us, name, self.site(), self._wire.clock_offset, containers)

    def begin(self, streams: Sequence[Stream]) -> None:
        self._begun = self._begin_reading(streams)

    def _begin_reading(self, streams: Sequence[Stream]) -> Reading:
        """Versions bear the time at which they were asked for, so they are not asked for before."""
        reading = Reading(self._flavour, self._source, self._walks, self._comments, self._base, self._now())
        reading.begin([stream for stream in streams if stream.kind is not Kind.RELEASE])
        return reading

    def fetch(self, streams: Sequence[Stream]) -> Iterator[Page]:
        """Streams that are read from issues and go on from a cursor share one search; those without one share another.
        Releases take one listing a project; the tickets of a renamed version are read again. Raises Refused for a project that cannot be read, after all others were.
        """
        of_issues = [stream for stream in streams if stream.kind is not Kind.RELEASE]
        of_versions = [stream for stream in streams if stream.kind is Kind.RELEASE]
        reading, self._begun = self._begun or self._begin_reading(streams), None
        parts = (
            self._releases.fetch(of_versions),
            reading.fetch(of_issues),
            self._of_renamed_versions(reading, of_issues),
        )
        try:
            yield from _one_by_one(parts)
        finally:
            self._wire.drop_ahead()

    def sweep(self, stream: Stream) -> Iterator[Ref]:
        scope, kind = stream.scope, stream.kind
        if kind is Kind.RELEASE:
            yield from self._releases.refs(scope)
            return
        query = scopes.all_of(scope, self._lookups.issue_types(scope.settings.project), kind)
        if query is None:
            return
        if kind is Kind.COMMENT:
            for issues in self._source.search(query, ["comment"]):
                for issue in issues:
                    found = self._comments.of(issue)
                    yield from (mapping.comment_ref(each["id"], issue["key"], self._base) for each in found)
        else:
            for issues in self._source.search(query, ["id"]):
                yield from (Ref(kind, str(issue["id"]), issue.get("key", "")) for issue in issues)

    def read(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        """An issue whose type left its scope is still there: it is read as what it was."""
        issues = [target for target in targets if target.ref.kind in _OF_ISSUES]
        talk = [target for target in targets if target.ref.kind is Kind.COMMENT]
        released = [target for target in targets if target.ref.kind is Kind.RELEASE]
        if issues:
            yield from self._read_issues(issues)
        if talk:
            yield from self._comments.read(talk)
        if released:
            yield from self._releases.read(released)

    def normalise(self, kind: Kind, scope: Scope, native: Native) -> Observation:
        return _NORMALISERS[kind](scope, native, self._base)

    def fit(self, scope: Scope, record: Record) -> Fitted:
        return self._linking.fitted(scope, self._boards.fitted(scope, fitting.fit(self._flavour, scope, record)))

    def create(self, drafts: Sequence[Draft]) -> Sequence[Created | Refused]:
        kind = kind_of(drafts[0].record) if drafts else Kind.TICKET
        if kind in _OF_ISSUES:
            return self._issues.create(drafts)
        one_by_one = self._talk if kind is Kind.COMMENT else self._releases
        return [one_by_one.create(draft) for draft in drafts]

    def update(self, target: Target, over: Observation, changes: Changes) -> Observation | None:
        if target.ref.kind in _OF_ISSUES:
            return self._issues.update(target, over, changes)
        one_by_one = self._talk if target.ref.kind is Kind.COMMENT else self._releases
        return one_by_one.update(target, over, changes)

    def losses(self, target: Target, over: Observation, changes: Changes) -> Sequence[str]:
        if target.ref.kind in _OF_ISSUES:
            return payloads.losses(self._flavour, target.scope, over, changes)
        return self._talk.losses(target, over, changes) if target.ref.kind is Kind.COMMENT else ()

    def history(self, targets: Sequence[Target], since: int) -> Iterator[FieldChange]:
        from pmhub_jira import changelog  # noqa: PLC0415 - seldom asked for

        asked: defaultdict[str, list[Target]] = defaultdict(list)
        for target in targets:
            if target.ref.kind in _OF_ISSUES:
                asked[target.ref.id].append(target)
        found: dict[Ref, list[FieldChange]] = {target.ref: [] for target in targets}
        for number, entry in self._source.changelogs(sorted(asked)) if asked else ():
            for target in asked.get(number, ()):
                project = target.scope.settings.project
                categories = lambda project=project: self._lookups.status_categories(project)  # noqa: E731
                found[target.ref] += changelog.changes(target.scope, target.ref, entry, categories)
        for entries in found.values():
            told = (each for each in entries if each.at >= since and not self._walks.hides(each, self._account))
            yield from sorted(told, key=lambda each: each.at)

    def mark(self, target: Target, marker: str) -> None:
        if target.ref.kind is Kind.COMMENT:
            self._wire.mark_comment(target.ref.id, {"marker": marker})
        elif target.ref.kind in _OF_ISSUES:
            prop = natives.issue_property(marker, target.ref.kind)
            self._wire.mark_issue(target.ref.id, prop)
            self._source.marked(target.ref.id, prop)

    def places(self) -> Iterator[Place]:
        from pmhub_jira import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.places(self._wire, is_cloud=self._flavour is flavours.CLOUD)

    def people(self, scopes: Sequence[Scope]) -> Iterator[Account]:
        from pmhub_jira import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.people(self._wire, {scope.settings.project for scope in scopes})

    def native_fields(self, scope: Scope) -> Iterator[NativeField]:
        del scope
        from pmhub_jira import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.fields(self._wire)

    def native_statuses(self, scope: Scope) -> Iterator[NativeStatus]:
        from pmhub_jira import discovery  # noqa: PLC0415 - seldom asked for

        return discovery.statuses(self._wire, scope.settings.project)

    def examine(self, kind: Kind, scope: Scope) -> Iterator[Finding]:
        from pmhub_jira import examination  # noqa: PLC0415 - seldom asked for

        return examination.of(self._wire, self._source, kind, scope)

    def traces(self, targets: Sequence[Target]) -> Iterator[tuple[Ref, str]]:
        from pmhub_jira import traces  # noqa: PLC0415 - seldom asked for

        return traces.found(self._wire, self._source, [target.ref for target in targets])

    def attached(self, target: Target) -> Sequence[str]:
        return self._wire.attached(target.ref.id)

    def attach(self, target: Target, name: str, content: bytes) -> None:
        self._wire.attach(target.ref.id, name, content)

    def announce(self, scope: Scope, told: Announcement) -> None:
        self._announcing.announce(scope, told)

    def parse_key(self, text: str) -> str | None:
        """From `SHOP-12`, `SHOP@1.0` (a version) or an address like `https://example.atlassian.net/browse/SHOP-12`."""
        found = text.strip()
        if found.startswith(("https://", "http://")):
            base, _, rest = found.partition("/browse/")
            found = re.split(r"[/?#]", rest)[0] if base.casefold() == self._base.casefold() else ""
        return found if KEY.fullmatch(found) else None

    def _of_renamed_versions(self, reading: Reading, streams: Sequence[Stream]) -> Iterator[Page]:
        for project, numbers in sorted(self._releases.renamed.items()):
            yield from reading.in_versions(streams, project, numbers)

    def _read_issues(self, targets: Sequence[Target]) -> Iterator[Observation | Tombstone]:
        customs = {field for target in targets for field in target.scope.vocabulary.fields.values()}
        ids = [target.ref.id for target in targets]
        raws = map(self._walks.shown, self._source.issues(ids, natives.field_ids(customs)))
        found = {str(raw["id"]): raw for raw in raws}
        for target in targets:
            raw = found.get(target.ref.id)
            yield mapping.found(target.scope, raw, self._base, target.ref.kind) if raw else Tombstone(target.ref)

    def _now(self) -> int:
        """The server's clock, in milliseconds."""
        return self.context.clock() + self._wire.clock_offset

    def _account(self) -> str:
        if self._us is None:
            self._us = mapping.account(self._wire.myself())
        return self._us

    @property
    def _base(self) -> str:
        return self.settings.url.rstrip("/")

    @cached_property
    def _client(self) -> Client:
        opened: Client = self.context.open(credentials.account(self.settings, self.context))
        return opened

    @cached_property
    def _flavour(self) -> Flavour:
        return flavours.find(self.site(), self.context, lambda api: Wire(self._client, api))

    @cached_property
    def _wire(self) -> Wire:
        return Wire(self._client, self._flavour.api)

    @cached_property
    def _walks(self) -> Walks:
        return Walks(self.context)

    @cached_property
    def _lookups(self) -> Lookups:
        return Lookups(self._wire, self.context)

    @cached_property
    def _boards(self) -> Boards:
        return Boards(Wire(self._client, AGILE), self.context)

    @cached_property
    def _source(self) -> SprintSite:
        if self._flavour is flavours.CLOUD:
            return SprintSite(CloudSite(self._wire), self._lookups)
        from pmhub_jira.data_center import DataCenterSite  # noqa: PLC0415 - not for Cloud

        return SprintSite(DataCenterSite(self._wire, self._lookups), self._lookups)

    @cached_property
    def _comments(self) -> Comments:
        return Comments(self._wire, self._source, self._lookups, self._base, self._account)

    @cached_property
    def _linking(self) -> Linking:
        return Linking(self._wire, self._lookups)

    @cached_property
    def _issues(self) -> Issues:
        moves = Moves(self._wire, self._flavour, self._lookups, self._walks)
        quiet = Quiet(self._lookups)
        return Issues(
            self._wire,
            self._flavour,
            self._source,
            self._lookups,
            moves,
            quiet,
            self._boards,
            self._linking,
            self._base,
        )

    @cached_property
    def _releases(self) -> Releases:
        return Releases(self._wire, self._lookups, self._base, AnswerTimes(self._now))

    @cached_property
    def _talk(self) -> Talk:
        from pmhub_jira.talk import Talk  # noqa: PLC0415 - only for what is written

        return Talk(self._wire, self._flavour.form, self._lookups, self._account, self._base)

    @cached_property
    def _announcing(self) -> Announcing:
        from pmhub_jira.announcing import Announcing  # noqa: PLC0415 - seldom asked for
        from pmhub_jira.ci_wire import CiWire  # noqa: PLC0415 - seldom asked for

        return Announcing(CiWire(self._client, self._flavour.api))


def _one_by_one(parts: Sequence[Iterator[Page]]) -> Iterator[Page]:
    """Raises Refused where one was, after all others were read."""
    refused: list[Refused] = []
    for pages in parts:
        try:
            yield from pages
        except Refused as error:
            refused.append(error)
    if refused:
        raise refused[0]
