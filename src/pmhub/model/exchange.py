"""What passes between the shell and a connector. Times are milliseconds since the epoch, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any, TypeAlias

from pmhub.model.codec import dump
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import Absent, Record, Value
from pmhub.model.refs import Ref
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Vocabulary

Native: TypeAlias = Mapping[str, Any]
"""A remote's own JSON, as it came."""


@dataclass(frozen=True)
class Scope:
    """A container of one remote and the words used for it. `key` names it (`SHOP`, `example/shop`); `settings` is an
    instance of the connector's `scope_type`; `visibility` None means: ask the remote. `attachments`: what becomes of files
    that a text shows: `link`, `copy` or `none`.
    """

    key: str
    settings: Any
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    visibility: Visibility | None = None
    attachments: str = "link"


@dataclass(frozen=True)
class Cursor:
    """Where to resume. `since` is the greatest server time seen; `state` is the connector's own, opaque to us."""

    since: int
    state: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stream:
    """What is read at once. `cursor` None asks for everything."""

    kind: Kind
    scope: Scope
    cursor: Cursor | None = None


@dataclass(frozen=True)
class Observation:
    """The state of a thing as read. `record` is already in our words, as coarse as the remote is.

    `updated_at`, `created_at`: the server's clock. `author`: who created it, in the remote's own account name.
    `on`: for a comment, the remote id of the thing it is on. `marker`: our marker if one stands in it, whoever put it
    there. `native` must be enough for `normalise` to make this again. `originals`: the remote's own words, for people.
    """

    ref: Ref
    record: Record
    updated_at: int
    created_at: int
    author: str
    native: Native
    on: str | None = None
    marker: str | None = None
    visibility: Visibility = Visibility.MEMBERS
    originals: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def native_text(self) -> str:
        """`native` as canonical JSON, made once. Raises TypeError or ValueError for what is none."""
        return dump(self.native)


@dataclass(frozen=True)
class Tombstone:
    """A remote that keeps track of deletions says that this is gone. `moved`: it is not, but has another id elsewhere."""

    ref: Ref
    moved: Ref | None = None


@dataclass(frozen=True)
class Page:
    """`cursor` is stored with the observations, in one transaction: give it only when everything up to it was seen.

    `complete`: with this page the stream has shown every thing its scope holds, as surely as a sweep would.
    `left_out`: counts by reason of what the scope's rules exclude (`pull requests`: 12).
    `more`: the stream goes on; with a `cursor`, a run that must end here goes on from there next time.
    """

    stream: Stream
    observations: tuple[Observation | Tombstone, ...]
    cursor: Cursor | None = None
    not_modified: bool = False
    complete: bool = False
    left_out: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True)
class FieldChange:
    """One entry of a change log. `old` and `new` are values in our words as an Observation would show them, ABSENT
    where the log does not tell them exactly. `field` may be `marker`: then `old` and `new` are markers.
    """

    ref: Ref
    field: str
    old: Value | Absent
    new: Value | Absent
    actor: str
    at: int


@dataclass(frozen=True)
class Draft:
    """A thing to create. `on` is the thing a comment belongs to. `record` may hold a `parent` as `<kind>:<remote id>`.

    `said`: of a comment, when and where it was said, to stand behind its author's name: `on 3 May 2026, 14:05 UTC in SHOP-12`.
    """

    scope: Scope
    record: Record
    marker: str
    on: Ref | None = None
    said: str = ""


@dataclass(frozen=True)
class Created:
    """`observation` only if the create call itself answered with the whole thing."""

    ref: Ref
    observation: Observation | None = None


@dataclass(frozen=True)
class Fitted:
    """What a remote would hold of a record, and what is lost, for people: field → why. A field it cannot hold at all,
    or whose value cannot be translated, is absent from `record`.
    """

    record: Record
    lost: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SetChange:
    """A set is changed by what is added and removed, never as a whole."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


Changes: TypeAlias = Mapping[str, "Value | SetChange"]
"""Only the fields to write. `parent` is `<kind>:<remote id>` or None."""


@dataclass(frozen=True)
class Container:
    """What `check` found of one scope. `id` never changes, `visibility` is the remote's own word on it if it has one."""

    key: str
    id: str
    visibility: Visibility | None = None
    writable: bool = True


@dataclass(frozen=True)
class Identity:
    """Who we are on a remote. `clock_offset`: server clock minus ours, in milliseconds."""

    account: str
    name: str
    site: str
    clock_offset: int = 0
    containers: Mapping[str, Container] = field(default_factory=dict)
