"""Reading check runs of the default branch, for CI that leaves nothing else at GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from pmhub.model.lean import dataclass
from pmhub.sdk import CiRun, Denied, Gone, Scope
from pmhub_github import check_mapping
from pmhub_github.ci_runs import OVERLAP
from pmhub_github.repositories import Repositories
from pmhub_github.wire import PAGE, REPO, Wire

CHECKS: Final = f"{REPO}/commits/{{ref}}/check-runs"
NO_COMMIT: Final = frozenset({409, 422})  # the branch is empty
HINT: Final = "Give the token read access to checks."


@dataclass(frozen=True)
class CheckReading:
    wire: Wire
    repositories: Repositories

    def runs(self, scope: Scope, since: int) -> Iterator[CiRun]:
        """Of the commit that the default branch ends with, those that ended since `since` or shortly before; oldest first.

        At rest one request, which is free. What is still running is left for later; a commit that another follows before its
        checks were read is passed over.
        """
        branch = str(self.repositories.of(scope.settings.repo)["default_branch"])
        found = check_mapping.runs(self._checks(scope.settings.repo, branch), branch)
        ended = [one for one in found if (one.run.finished or 0) >= since - OVERLAP]
        yield from sorted(ended, key=lambda one: (one.run.finished or 0, one.run.key))

    def _checks(self, repo: str, branch: str) -> list[check_mapping.Check]:
        path = f"/repos/{repo}/commits/{quote(branch, safe='')}/check-runs?filter=all&per_page={PAGE}"
        try:
            first = self.wire.client.get(path, template=CHECKS, conditional=True, accept=NO_COMMIT)
            if first.status in NO_COMMIT:
                return []
            pages = [first, *self.wire.rest_of(first, repo, CHECKS, conditional=True)]
        except (Gone, Denied) as error:
            self.wire.repo(repo)
            raise Denied(f"the check runs of {repo} cannot be read: {error.message}", hint=HINT) from error
        return [check_mapping.check(raw) for page in pages for raw in page.data["check_runs"]]
