"""Repositories, people and statuses, for whoever writes a configuration."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any, Final

from pmhub.sdk import Account, Category, Gone, NativeStatus, Place, Refused
from pmhub_github import words
from pmhub_github.wire import Wire

REPOSITORIES: Final = "/user/repos"
INSTALLED: Final = "/installation/repositories"
USER: Final = "/users/{username}"
MOST_PROFILES: Final = 200
"""One call a person: of a large organisation the first ones."""


def places(wire: Wire) -> Iterator[Place]:
    """Those that a token or an App's installation was given; docs: "List repositories for the authenticated user"."""
    path = REPOSITORIES if wire.credentials.rights() is None else INSTALLED
    answer = wire.client.get(f"{path}?per_page=100", template=path)
    pages = wire.following(answer, path, partial(wire.client.get, template=path))
    for page in (answer, *pages):
        found = page.data if path == REPOSITORIES else page.data["repositories"]
        yield from (Place(str(each["full_name"]), str(each.get("description") or "")) for each in found)


def people(wire: Wire, repos: Collection[str]) -> Iterator[Account]:
    """Who can be assigned there, with name and e-mail where their profile shows them."""
    seen: set[str] = set()
    for repo in sorted(repos):
        for page in wire.pages(repo, "assignees", ""):
            for each in page.data:
                login = str(each["login"])
                if login not in seen:
                    seen.add(login)
                    yield _account(wire, each) if len(seen) <= MOST_PROFILES else Account(login, login=login)


def _account(wire: Wire, user: dict[str, Any]) -> Account:
    login = str(user["login"])
    try:
        profile = wire.client.get(f"/users/{login}", template=USER, conditional=True).data
    except (Gone, Refused):
        profile = {}
    is_bot = user.get("type") == "Bot"
    return Account(login, str(profile.get("name") or ""), str(profile.get("email") or ""), login, bot=is_bot)


def statuses() -> Iterator[NativeStatus]:
    yield NativeStatus(words.OPEN, Category.TODO)
    yield from (NativeStatus(reason, Category.DONE) for reason in words.REASONS)
