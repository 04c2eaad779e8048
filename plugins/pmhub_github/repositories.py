"""Our account, and the repositories as it sees them; each is asked for once a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from pmhub.http.client import AT_ONCE
from pmhub.sdk import Container, Scope, Visibility
from pmhub_github.fields import VISIBILITY
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire


class Repositories:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._repos: dict[str, Mapping[str, Any]] = {}

    def begin(self, repos: Iterable[str]) -> None:
        """The first of what is asked of them, beside each other and beside who we are."""
        unknown = {repo.casefold(): repo for repo in repos if repo.casefold() not in self._repos}
        for repo in islice(unknown.values(), AT_ONCE):
            self._wire.begin_repo(repo)

    @cached_property
    def user(self) -> Mapping[str, Any]:
        return self._wire.user()

    @property
    def login(self) -> str:
        return str(self.user["login"])

    def of(self, repo: str) -> Mapping[str, Any]:
        key = repo.casefold()
        if key not in self._repos:
            self._repos[key] = self._wire.repo(repo)
        return self._repos[key]

    def container(self, scope: Scope) -> Container:
        repo = self.of(scope.settings.repo)
        may_write = not repo.get("archived") and self.allows(repo, "issues", "push", "triage")
        shown = VISIBILITY.get(visibility_of(repo), Visibility.PUBLIC)  # what it is called is new to us
        return Container(scope.key, str(repo["node_id"]), shown, may_write)

    def allows(self, repo: Mapping[str, Any], right: str, *rights: str) -> bool:
        """`right`: what an App needs, which GitHub tells it with its token and not with the repository; `rights`: any of them
        is enough for another account.
        """
        told = self._wire.credentials.rights()
        return may(repo, *rights) if told is None else told.get(right) == "write"

    def completed(self, scope: Scope, shape: Shape) -> Shape:
        """With what GitHub tells elsewhere: whether it is our own account's, and who can see the repository."""
        ours = str(shape["user"]["login"]).casefold() == self.login.casefold()
        lacks = sorted(self._wire.server.lacks())
        told = {**shape, "ours": ours, "visibility": visibility_of(self.of(scope.settings.repo))}
        return {**told, "lacks": lacks} if lacks else told


def may(repo: Mapping[str, Any], *rights: str) -> bool:
    """Whether we have one of these rights; an answer that tells no permissions denies none."""
    told = repo.get("permissions")
    return not told or any(told.get(right) for right in rights)


def visibility_of(repo: Mapping[str, Any]) -> str:
    return str(repo.get("visibility") or ("private" if repo.get("private", True) else "public"))
