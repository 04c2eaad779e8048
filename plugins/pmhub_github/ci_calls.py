"""Calls to GitHub Actions: runs, their attempts, jobs and artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pmhub.http.answers import Answer
from pmhub.model.lean import dataclass
from pmhub.sdk import Denied, Gone, Unavailable
from pmhub_github.wire import PAGE, REPO, Wire

RUNS: Final = f"{REPO}/actions/runs"
RUN: Final = f"{RUNS}/{{run_id}}"
ATTEMPT: Final = f"{RUN}/attempts/{{attempt_number}}"
ARCHIVE: Final = f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}"
HINT: Final = "Give the token read access to Actions."

Raw = dict[str, Any]


@dataclass(frozen=True)
class CiCalls:
    """Of one repository."""

    wire: Wire
    repo: str

    def runs(self) -> Iterator[list[Raw]]:
        """Pages, newest created first. Always the same addresses, asked conditionally, so that nothing new costs nothing.

        Without a filter: any caps the list at 1,000 and none asks for what changed. Without pull requests: they would
        change the list whenever one of them is closed.
        """
        return self._pages("", RUNS, "workflow_runs", "exclude_pull_requests=true&", conditional=True)

    def attempt(self, run: int, number: int) -> Raw:
        """Raises Gone."""
        path = f"{self._run(run)}/attempts/{number}?exclude_pull_requests=true"
        data: Raw = self.wire.client.get(path, template=ATTEMPT).data
        return data

    def artifacts(self, run: int) -> list[Raw]:
        """Of all attempts. Raises Gone."""
        return [one for page in self._pages(f"/{run}/artifacts", f"{RUN}/artifacts", "artifacts") for one in page]

    def jobs(self, run: int, number: int) -> list[Raw]:
        """Of one attempt: those that a partial re-run did not repeat are listed in it as they were. Raises Gone."""
        pages = self._pages(f"/{run}/attempts/{number}/jobs", f"{ATTEMPT}/jobs", "jobs")
        return [one for page in pages for one in page]

    def archive(self, artifact: int) -> bytes:
        """GitHub leads to a storage of another host, by an address that holds for a minute. Raises Gone."""
        try:
            answer = self.wire.client.download(f"/repos/{self.repo}/actions/artifacts/{artifact}/zip", template=ARCHIVE)
        except (
            Denied
        ) as error:  # whoever could list runs may read them: it is the storage that says no, perhaps too late
            raise Unavailable(error.message, hint="Try again later.") from error
        content: bytes = answer.data
        return content

    def _run(self, run: int) -> str:
        return f"/repos/{self.repo}/actions/runs/{run}"

    def _pages(
        self, below: str, template: str, name: str, query: str = "", *, conditional: bool = False
    ) -> Iterator[list[Raw]]:
        path = f"/repos/{self.repo}/actions/runs{below}?{query}per_page={PAGE}"
        first = self._first(path, template, is_of_repo=not below, conditional=conditional)
        yield first.data[name]
        for answer in self.wire.rest_of(first, self.repo, template, conditional=conditional):
            yield answer.data[name]

    def _first(self, path: str, template: str, *, is_of_repo: bool, conditional: bool) -> Answer:
        """The repository's own list that is not there says something about the repository, never about runs."""
        try:
            return self.wire.client.get(path, template=template, conditional=conditional)
        except (Gone, Denied) as error:
            if isinstance(error, Gone) and not is_of_repo:
                raise
            self.wire.repo(self.repo)
            raise Denied(f"the workflow runs of {self.repo} cannot be read: {error.message}", hint=HINT) from error
