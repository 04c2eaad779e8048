"""Reading workflow runs: which attempts have ended since, and what tells of the tests in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.sdk import CiRun, Context, Gone, Scope
from pmhub_github import ci_mapping
from pmhub_github.ci_artifacts import can_be_read, report
from pmhub_github.ci_calls import CiCalls
from pmhub_github.ci_mapping import Attempt
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire

DAY: Final = 24 * 3600 * 1000
OVERLAP: Final = 5 * 60 * 1000


@dataclass(frozen=True)
class CiReading:
    """Of the scope's settings: `repo`, `workflows`, `artifact`, `ci_days`."""

    wire: Wire
    context: Context

    def runs(self, scope: Scope, since: int) -> Iterator[CiRun]:
        """Attempts that ended since `since` (milliseconds, GitHub's clock) or shortly before, as a list may be behind;
        oldest first. Without a `since` the last `ci_days` are read.

        GitHub lists runs by creation and a re-run keeps its place, so the list is read `ci_days` further back than
        `since`: what is re-run later than that is not seen. What is still running is left for later.
        """
        calls, window = CiCalls(self.wire, scope.settings.repo), scope.settings.ci_days * DAY
        since = since - OVERLAP if since else self.context.clock() + self.wire.clock_offset - window
        latest = self._latest(calls, scope, since - window)
        ended = [one for run in latest for one in self._ended(calls, scope, run, since)]
        for one in sorted(ended, key=lambda one: (one.ended, one.run, one.number)):
            try:
                told = self._told(calls, scope, one)
            except Gone as error:
                self.context.log.warning("run %s of %s was deleted: %s", one.run, calls.repo, error.message)
            else:
                yield told

    def _latest(self, calls: CiCalls, scope: Scope, floor: int) -> list[Attempt]:
        """The latest attempt of each run created since `floor`. A run that moves on by a page meanwhile comes twice."""
        found: dict[int, Attempt] = {}
        for page in calls.runs():
            read = [ci_mapping.attempt(raw) for raw in page]
            found |= {one.run: one for one in read if one.created >= floor and ci_mapping.is_wanted(scope, one)}
            if any(one.created < floor for one in read):
                break
        return list(found.values())

    def _ended(self, calls: CiCalls, scope: Scope, latest: Attempt, since: int) -> Iterator[Attempt]:
        """An attempt that began before `since` had none before it that ended after: only a re-run since then is asked for
        what it repeats, whether or not it is over itself.
        """
        if latest.is_over and latest.ended >= since:
            yield latest
        later = latest
        while later.number > 1 and later.started >= since:
            try:
                later = self._earlier(calls, scope, later)
            except Gone as error:
                self.context.log.warning("run %s: an earlier attempt was deleted: %s", latest.run, error.message)
                return
            if later.ended >= since:
                yield later

    def _earlier(self, calls: CiCalls, scope: Scope, later: Attempt) -> Attempt:
        def asked() -> list[Shape]:
            raw = calls.attempt(later.run, later.number - 1)
            return [asdict(ci_mapping.attempt(raw, until=later.started))]

        [held] = self._remembered(f"ci-attempt-before:{later.number}", calls, scope, later.run, asked)
        return Attempt(**held)

    def _told(self, calls: CiCalls, scope: Scope, one: Attempt) -> CiRun:
        found = ci_mapping.reports_of(one, scope.settings.artifact, self._artifacts(calls, scope, one))
        return CiRun(
            ci_mapping.test_run(one),
            commits=(one.message,) if one.message else (),
            pulls=ci_mapping.pulls(one),
            reports=tuple(report(calls, one, artifact) for artifact in found),
            cases=() if any(map(can_be_read, found)) else ci_mapping.cases(one, self._jobs(calls, scope, one)),
        )

    def _artifacts(self, calls: CiCalls, scope: Scope, one: Attempt) -> Sequence[Shape]:
        def asked() -> list[Shape]:
            found = [ci_mapping.artifact(raw) for raw in calls.artifacts(one.run)]
            return [artifact for artifact in found if ci_mapping.is_of(one, artifact)]

        if not scope.settings.artifact:
            return ()
        return self._remembered(f"ci-artifacts:{one.number}", calls, scope, one.run, asked)

    def _jobs(self, calls: CiCalls, scope: Scope, one: Attempt) -> Sequence[Shape]:
        def asked() -> list[Shape]:
            return [ci_mapping.job(raw) for raw in calls.jobs(one.run, one.number)]

        return self._remembered(f"ci-jobs:{one.number}", calls, scope, one.run, asked)

    def _remembered(
        self, what: str, calls: CiCalls, scope: Scope, run: int, ask: Callable[[], list[Shape]]
    ) -> Sequence[Shape]:
        """What is over stays as it is, so that telling of a run again, as often as `since` includes it, costs nothing."""
        key = f"{what}:{calls.repo.casefold()}:{run}"
        held: list[Shape] | None = self.context.memory.get(key)
        if held is None:
            held = ask()
            until = self.context.clock() + scope.settings.ci_days * DAY
            self.context.memory.put(key, held, until=until)
        return held
