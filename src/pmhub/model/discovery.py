"""What a remote tells of itself, for whoever writes a configuration: containers, people, fields, statuses, and what is wrong."""

from __future__ import annotations

from enum import StrEnum

from pmhub.model.lean import dataclass
from pmhub.model.vocabulary import Category


@dataclass(frozen=True)
class Account:
    """Somebody on a remote. `id` is what the people map takes; `login` what people type, where that is another thing."""

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    bot: bool = False


@dataclass(frozen=True)
class Place:
    """A container that our account can see: `key` is what an endpoint names."""

    key: str
    name: str = ""


@dataclass(frozen=True)
class NativeField:
    """`holds`: our field that it is likely to be, or empty."""

    id: str
    name: str
    type: str = ""
    holds: str = ""


@dataclass(frozen=True)
class NativeStatus:
    """A status as the remote calls it, and what it means."""

    name: str
    category: Category


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """`hint`: what to do about it."""

    level: Level
    what: str
    hint: str = ""
