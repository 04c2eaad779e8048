"""Which tickets a run of tests speaks of, and why we think so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.model.results import Case

_NUMBER: Final = r"[1-9]\d{0,9}(?![A-Za-z0-9])"
_NEVER: Final = "(?!)"
_CLOSING: Final = r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s{1,3}\Z"
_LONGEST_CLOSING: Final = 12
# What is not said but shown or hidden: comments of a template, code. An unclosed one runs to the end, as it is displayed.
_UNSAID: Final = r"(?sm)<!--.*?(?:-->|\Z)|^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)|`[^`\n]*`"
_PLACES: Final = ("{ticket}", "{number}")
_READ: Final = 100_000
_SHOWN: Final = 120


class Reason(StrEnum):
    BRANCH = "branch"
    CLOSES = "closing keyword"
    COMMIT = "commit message"
    PULL_TITLE = "pull request title"
    PULL_BODY = "pull request body"
    PROPERTY = "test property"
    TEST_NAME = "test name"


@dataclass(frozen=True, slots=True)
class Mention:
    """`ticket`: its key as people write it, `SHOP-12` or `example/shop#7`. `where`: the words it was found in, one line."""

    ticket: str
    reason: Reason
    where: str


@dataclass(frozen=True, slots=True)
class Pull:
    title: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """What may name a ticket.

    `projects`: keys of projects; no other is believed, or UTF-8 and SHA-256 would be tickets. `repositories`: as
    `owner/name`; a bare `#12` is of the first. `properties`: of a case. `names`: a piece of a test's name with
    `{ticket}` (a key, also as `shop_12`) or `{number}` (of the first repository) in it, such as `test_{ticket}_`; not a
    regular expression, which a name could be made to hang. Raises ValueError for a piece without either, or with both.
    """

    projects: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    properties: tuple[str, ...] = ("test_key", "requirements")
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.names:
            if sum(name.count(place) for place in _PLACES) != 1:
                raise ValueError(f"{name!r} has to hold one {{ticket}} or one {{number}}")


def mentions(
    patterns: Patterns,
    *,
    branch: str = "",
    commits: Iterable[str] = (),
    pulls: Iterable[Pull] = (),
    cases: Iterable[Case] = (),
) -> tuple[Mention, ...]:
    """Each ticket once for each reason, with the first words that gave it, in the order they were found."""
    found: dict[tuple[str, Reason], Mention] = {}
    for mention in _all(patterns, branch, commits, pulls, cases):
        found.setdefault((mention.ticket, mention.reason), mention)
    return tuple(found.values())


def _all(
    patterns: Patterns, branch: str, commits: Iterable[str], pulls: Iterable[Pull], cases: Iterable[Case]
) -> Iterator[Mention]:
    yield from _named(patterns, branch, Reason.BRANCH)
    for message in commits:
        yield from _said(patterns, message, Reason.COMMIT, message)
    for pull in pulls:
        yield from _said(patterns, pull.title, Reason.PULL_TITLE, pull.title)
        yield from _said(patterns, re.sub(_UNSAID, " ", pull.body[:_READ]), Reason.PULL_BODY, pull.title)
    for case in cases:
        yield from mentioned_by(patterns, case)


def mentioned_by(patterns: Patterns, case: Case) -> Iterator[Mention]:
    """The tickets one case speaks of: in its properties, in its name."""
    name = case.identity.name
    for key in patterns.properties:
        for value in case.properties.get(key, ()):
            for reference in _references(patterns, value):
                yield _mention(reference.ticket, Reason.PROPERTY, f"{key} of {name}")
    yield from _named(patterns, name, Reason.TEST_NAME)
    for piece in _pieces(patterns):
        for match in piece.finditer(name[:_READ]):
            yield _mention(_in_name(patterns, match), Reason.TEST_NAME, name)


def _named(patterns: Patterns, text: str, reason: Reason) -> Iterator[Mention]:
    for reference in _references(patterns, text):
        if not reference.bare:
            yield _mention(reference.ticket, reason, text)


def _said(patterns: Patterns, text: str, reason: Reason, where: str) -> Iterator[Mention]:
    """In prose a bare `#12` may be anything, a pull request for one; after a closing keyword it is a ticket."""
    for reference in _references(patterns, text):
        before = text[max(0, reference.start - _LONGEST_CLOSING) : reference.start]
        if re.search(_CLOSING, before):
            yield _mention(reference.ticket, Reason.CLOSES, where)
        elif not reference.bare:
            yield _mention(reference.ticket, reason, where)


def _mention(ticket: str, reason: Reason, where: str) -> Mention:
    line = where.strip().partition("\n")[0].strip()
    return Mention(ticket, reason, line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…")


@dataclass(frozen=True, slots=True)
class _Reference:
    ticket: str
    start: int
    bare: bool


def _references(patterns: Patterns, text: str) -> Iterator[_Reference]:
    for match in _reference(patterns).finditer(text[:_READ]):
        repository = match["repository"] or match["address"]
        number = match["number"] or match["issue"] or match["bare"]
        ticket = match["key"] or f"{_as_configured(patterns, repository)}#{number}"
        yield _Reference(ticket, match.start(), bare=match["bare"] is not None)


def _as_configured(patterns: Patterns, repository: str | None) -> str:
    """Names of repositories are the same in any case."""
    same = (name for name in patterns.repositories if repository and name.lower() == repository.lower())
    return next(same, patterns.repositories[0])


@cache
def _reference(patterns: Patterns) -> re.Pattern[str]:
    repository = _any_of(patterns.repositories)
    bare = r"(?<![\w/#&-])#" if patterns.repositories else _NEVER
    return re.compile(
        rf"(?P<key>(?<![A-Za-z0-9]){_any_of(patterns.projects)}-{_NUMBER})"
        rf"|(?<![\w./-])(?P<repository>(?i:{repository}))#(?P<number>{_NUMBER})"
        rf"|https?://[^\s/]{{1,255}}/(?P<address>(?i:{repository}))/issues/(?P<issue>{_NUMBER})"
        rf"|{bare}(?P<bare>{_NUMBER})"
    )


@cache
def _pieces(patterns: Patterns) -> tuple[re.Pattern[str], ...]:
    key = rf"(?P<project>(?i:{_any_of(patterns.projects)}))[-_](?P<number>{_NUMBER})"
    number = rf"(?P<number>{_NUMBER})" if patterns.repositories else _NEVER
    return tuple(
        re.compile(re.escape(name).replace(r"\{ticket\}", key).replace(r"\{number\}", number))
        for name in patterns.names
    )


def _in_name(patterns: Patterns, match: re.Match[str]) -> str:
    found = match.groupdict()
    project = found.get("project")
    return f"{project.upper()}-{found['number']}" if project else f"{patterns.repositories[0]}#{found['number']}"


def _any_of(names: tuple[str, ...]) -> str:
    """The longest first, or a name would be found inside a longer one."""
    return f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})" if names else _NEVER
