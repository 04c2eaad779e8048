"""What `pmhub doctor` asks of a repository: rights, issue types, words, and whether mapped people can be assigned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmhub.sdk import Denied, Finding, Kind, Level, Scope
from pmhub_github import words
from pmhub_github.pull_requests import OPEN, PULLS
from pmhub_github.repositories import Repositories
from pmhub_github.wire import Wire

RIGHTS: Final = {
    Kind.RELEASE: ("Contents: read and write", ("contents", "push")),
    Kind.TEST_RUN: ("Commit statuses: read and write", ("statuses", "push")),
}
"""What a person reads; what an App needs, then what another account does."""
OF_ISSUES: Final = ("Issues: read and write", ("issues", "push", "triage"))
STATES: Final = frozenset({words.OPEN, words.CLOSED, *words.REASONS})


def of(wire: Wire, repositories: Repositories, kind: Kind, scope: Scope) -> Iterator[Finding]:
    repo = repositories.of(scope.settings.repo)
    needs, rights = RIGHTS.get(kind, OF_ISSUES)
    if repo.get("archived"):
        yield Finding(Level.ERROR, "the repository is archived", "Unarchive it, or take it out of the configuration.")
    elif repositories.allows(repo, *rights):
        yield Finding(Level.OK, f"the token may write ({needs})")
    else:
        yield Finding(Level.ERROR, "the token may only read", f"Give it {needs} on {scope.settings.repo}.")
    if kind is Kind.RELEASE:
        yield from _pull_requests(wire, scope)
    if kind in {Kind.TICKET, Kind.ROADMAP_ITEM} and repo.get("has_issues", True):
        yield from _types(wire, scope)
        yield from _statuses(scope)
        yield from _people(wire, scope)


def _pull_requests(wire: Wire, scope: Scope) -> Iterator[Finding]:
    """A right that nothing but `pmhub gate` needs."""
    try:
        next(wire.pages(scope.settings.repo, PULLS, OPEN))
    except Denied:
        hint = "Give it Pull requests: read, or say `pull_requests = false` under [gate]."
        yield Finding(Level.WARNING, "the token may not read pull requests, so the gate cannot tell of open ones", hint)


def _types(wire: Wire, scope: Scope) -> Iterator[Finding]:
    mapped = scope.vocabulary.words.get("type")
    wanted = dict.fromkeys((*scope.settings.types, *scope.settings.without_types, *(mapped.lifts if mapped else ())))
    known = {name.casefold() for name in wire.issue_types(scope.settings.repo)} if wanted else set()
    for name in wanted:
        if name.casefold() not in known:
            there = (
                f"There are: {', '.join(sorted(known))}."
                if known
                else "Only an organisation's repositories have types."
            )
            yield Finding(Level.ERROR, f"there is no issue type `{name}`", there)


def _statuses(scope: Scope) -> Iterator[Finding]:
    mapped = scope.vocabulary.words.get("status")
    for name in mapped.lifts if mapped and not scope.settings.project else ():
        if name.casefold() not in STATES:
            yield Finding(Level.ERROR, f"issues have no status `{name}`", f"They have: {', '.join(sorted(STATES))}.")


def _people(wire: Wire, scope: Scope) -> Iterator[Finding]:
    mapped = scope.vocabulary.people.names
    if not mapped:
        return
    pages = wire.pages(scope.settings.repo, "assignees", "")
    there = {str(each["login"]).casefold() for page in pages for each in page.data}
    for login, person in mapped.items():
        if login.casefold() not in there:
            hint = f"Give {login} access to {scope.settings.repo}, or mend the people map."
            yield Finding(Level.WARNING, f"`{login}` ({person}) cannot be assigned there", hint)
