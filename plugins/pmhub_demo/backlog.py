"""The tickets of an invented web shop, from backlog.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import count, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHARE = 7 / 12
"""How much of the backlog was born on GitHub."""


@dataclass(frozen=True)
class Ticket:
    """`text` is Markdown, or with `form` "adf" a document of Jira's editor as JSON. `parent` is a title before it."""

    title: str
    type: str
    text: str
    labels: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    assignee: str = ""
    priority: str = "Medium"
    status: str = "To Do"
    closed: bool = False
    form: str = "markdown"
    parent: str = ""


@dataclass(frozen=True)
class Backlog:
    github: tuple[Ticket, ...]
    jira: tuple[Ticket, ...]


def backlog(tickets: int) -> Backlog:
    """That many in all. Past what is written down, the same wishes come again from the shops of other countries."""
    told = tomllib.loads((files("pmhub_demo") / "backlog.toml").read_text("utf-8"))
    on_github = round(tickets * SHARE)
    return Backlog(_first(on_github, told["github"]), _first(tickets - on_github, told["jira"]))


def _first(number: int, told: Sequence[dict[str, object]]) -> tuple[Ticket, ...]:
    return tuple(islice(_endless([_ticket(one) for one in told]), number))


def _ticket(told: dict[str, object]) -> Ticket:
    values = {"form" if name == "as" else name: value for name, value in told.items()}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Ticket(**(values | lists))  # type: ignore[arg-type] # the keys of our own file


def _endless(written: Sequence[Ticket]) -> Iterator[Ticket]:
    yield from written
    for shop in count(2):
        yield from (
            replace(one, title=f"{one.title} (shop {shop})", parent=one.parent and f"{one.parent} (shop {shop})")
            for one in written
        )
