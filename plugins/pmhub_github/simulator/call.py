"""One request on its way through the simulator, its answer, and who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import ApiError, Moved, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from .apps import App
    from .state import Issue, Repo
    from .world import World


@dataclass(slots=True)
class Reply:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """`path` is the decoded path, `args` its variables by the names in GitHub's description, `login` None if anonymous;
    `app` signed for itself.
    """

    world: World
    login: str | None
    method: str
    path: str
    args: dict[str, Any]
    query: dict[str, str]
    body: dict[str, Any]
    app: App | None = None
    accept: str = ""

    def signed(self) -> App:
        if self.app is None:
            raise ApiError(401, "A JSON web token could not be decoded")
        return self.app

    def actor(self) -> str:
        if self.login is None:
            raise ApiError(401, "Requires authentication")
        return self.login

    def repo(self) -> Repo:
        """Return the repository of the path; raise 404 without access, a redirect after a rename."""
        name = f"{self.args['owner']}/{self.args['repo']}"
        repo = self.world.repo(name)
        if not self.world.may(repo, self.login, "read"):
            raise not_found()
        if repo.full_name.lower() != name.lower():
            rest = self.path.removeprefix(f"/repos/{name}")
            raise Moved(f"{self.world.base_url}/repositories/{repo.id}{rest}", 301 if self.method == "GET" else 307)
        return repo

    def repo_with_issues(self) -> Repo:
        """Return the repository; raise 410 where issues are switched off."""
        repo = self.repo()
        if not repo.has_issues:
            raise ApiError(410, "Issues has been disabled in this repository.")
        return repo

    def writable(self, repo: Repo, level: str = "read") -> str:
        """Return who writes; raise 401 for nobody, 403 for an archived repository, 404 below the needed level."""
        actor = self.actor()
        if repo.archived:
            raise ApiError(403, "Repository was archived so is read-only.")
        if not self.world.may(repo, actor, level):
            raise not_found()
        return actor

    def issue(self, repo: Repo) -> Issue:
        """Return the issue of the path; raise 301 when transferred, 410 when deleted, 404 when never there."""
        number = self.args["issue_number"]
        if number in repo.moved:
            raise self.transferred(repo, number)
        if number in repo.deleted:
            raise ApiError(410, "This issue was deleted")
        if number not in repo.issues:
            raise not_found()
        return repo.issues[number]

    def transferred(self, repo: Repo, number: int) -> ApiError:
        place = repo.moved[number]
        target = self.world.repos[place.repo]
        if not self.world.may(target, self.login, "read"):
            return not_found()
        rest = self.path.partition(f"/issues/{number}")[2]
        return Moved(f"{self.world.base_url}/repositories/{target.id}/issues/{place.number}{rest}")

    def number(self, resource: str, name: str) -> int:
        """Return a required whole number of the body; raise 422 for anything else."""
        value = self.body.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise invalid(resource, name, "missing_field" if value is None else "invalid")
        return value


if TYPE_CHECKING:
    Route = tuple[str, str, Callable[[Call], Reply]]
