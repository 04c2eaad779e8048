"""The one retry policy: four tries, doubling, jitter 0.7 to 1.3, never sooner than the server asks, never past the deadline."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from pmhub.errors import Limited
from pmhub.http.reply import Lost, NotSent, TryAgain

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")

TRIES: Final = 4
LONGEST: Final = 30.0
UNSURE: Final = (TryAgain, NotSent, Lost)


class Retry:
    """`clock` is milliseconds since the epoch; `fits` says whether a wait of so many seconds may be taken."""

    def __init__(
        self,
        clock: Callable[[], int],
        sleep: Callable[[float], None],
        fits: Callable[[float], bool],
        jitter: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._fits = fits
        self._jitter = jitter or (lambda: random.uniform(0.7, 1.3))

    def read(self, call: Callable[[], T]) -> T:
        """What only reads may be repeated after any failure."""
        return self._run((*UNSURE, Limited), call)

    def write(self, call: Callable[[], T]) -> T:
        """A write is repeated only after an answer that says it was not done."""
        return self._run((Limited,), call)

    def _run(self, repeatable: tuple[type[Exception], ...], call: Callable[[], T]) -> T:
        try:
            return call()
        except repeatable as error:
            return self._again(repeatable, call, error)

    def _again(self, repeatable: tuple[type[Exception], ...], call: Callable[[], T], failed: Exception) -> T:
        import tenacity  # noqa: PLC0415 - in most runs nothing fails

        policy = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(repeatable),
            stop=self._is_over,
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )

        def tried() -> T:
            if policy.statistics["attempt_number"] == 1:
                raise failed
            return call()

        return policy(tried)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Limited):
            return max(0.0, (error.retry_at - self._clock()) / 1000)
        backoff = min(LONGEST, 2.0 ** (state.attempt_number - 1) * self._jitter())
        return max(backoff, error.after) if isinstance(error, TryAgain) else backoff

    def _is_over(self, state: tenacity.RetryCallState) -> bool:
        return state.attempt_number >= TRIES or not self._fits(state.upcoming_sleep)
