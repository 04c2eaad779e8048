"""Two connectors of no vendor. Only their classes are used here: nothing is ever sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pmhub.sdk import Access, Capabilities, Connector, Kind, Secret

_ALL = Access.READ | Access.CREATE | Access.UPDATE | Access.CLOSE


@dataclass(frozen=True)
class Proxy:
    host: str
    password: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class TrackerSettings:
    url: str
    token: Secret
    user: str = ""
    page_size: int = 100
    edition: Literal["cloud", "server"] = "cloud"
    proxy: Proxy | None = None

    def __post_init__(self) -> None:
        if self.page_size > 1000:
            raise ValueError("page_size is at most 1000")


@dataclass(frozen=True)
class TrackerScope:
    project: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForgeSettings:
    token: Secret | None = None
    url: str = "https://api.forge.example"
    keys: tuple[Secret, ...] = ()


@dataclass(frozen=True)
class ForgeScope:
    repo: str
    labels: tuple[str, ...] = ()
    as_: Literal["issue", "milestone"] = "milestone"

    @property
    def key(self) -> str:
        return self.repo.casefold()


class Tracker(Connector[TrackerSettings]):
    name = "tracker"
    settings_type = TrackerSettings
    scope_type = TrackerScope
    capabilities = Capabilities(access={Kind.TICKET: _ALL, Kind.COMMENT: _ALL, Kind.RELEASE: _ALL}, fields={})


class Forge(Connector[ForgeSettings]):
    name = "forge"
    settings_type = ForgeSettings
    scope_type = ForgeScope
    capabilities = Capabilities(
        access={Kind.TICKET: _ALL, Kind.COMMENT: _ALL},
        fields={Kind.TICKET: frozenset({"title", "body", "status", "estimate"})},
    )
