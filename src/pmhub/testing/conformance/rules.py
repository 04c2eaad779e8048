"""A check: a function over a trial, the method it is about, the rule it holds that to, and what it needs to be run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pmhub.errors import ConnectorError, PmhubError
from pmhub.testing.conformance.expectation import Expect, Unmet
from pmhub.testing.conformance.trial import Trial

Need = Callable[[Trial], str]
"""Empty where the trial has it; else what is missing, as the reason to skip."""
Body = Callable[[Trial, Expect], None]


class Skipped(Exception):
    """A check does not apply; the message says why."""


@dataclass(frozen=True)
class Check:
    """`once`: it is about the connector, not about one kind."""

    body: Body
    method: str
    rule: str
    needs: tuple[Need, ...] = ()
    once: bool = False

    @property
    def name(self) -> str:
        return self.body.__name__

    def run(self, trial: Trial) -> None:
        """Raises Unmet where the rule is broken, Skipped where it does not apply."""
        for need in self.needs:
            if missing := need(trial):
                raise Skipped(missing)
        try:
            self.body(trial, Expect(self.method, self.rule))
        except (Unmet, Skipped):
            raise
        except NotImplementedError as error:
            raise Skipped("the bench does not offer what this needs") from error
        except PmhubError as error:
            told = f"{type(error).__name__}: {error}" + (f" ({error.hint})" if error.hint else "")
            raise Unmet(self.method, self.rule, "no error", told) from error
        except Exception as error:
            said = f"{type(error).__name__}: {error} (not one of the SDK's errors)"
            raise Unmet(self.method, self.rule, "an answer, or an error of the SDK", said) from error


def check(method: str, rule: str, *needs: Need, once: bool = False) -> Callable[[Body], Check]:
    return lambda body: Check(body, method, rule, needs, once)


def answer_or_error(call: Callable[[], Any]) -> Any | ConnectorError:  # noqa: ANN401 - what the call gives
    try:
        return call()
    except ConnectorError as error:
        return error
