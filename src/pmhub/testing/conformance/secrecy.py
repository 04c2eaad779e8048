"""No secret is seen: not in a log, not in an error, not in what is stored."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass

from pmhub.http import MemoryValidators
from pmhub.http.redact import forms
from pmhub.sdk import Access, ConnectorError, Secret, Target
from pmhub.testing.conformance.bench import Failure
from pmhub.testing.conformance.expectation import Expect
from pmhub.testing.conformance.needs import can_fail
from pmhub.testing.conformance.rules import Skipped, check
from pmhub.testing.conformance.trial import Trial


@check("context.log", "No secret of the settings is in a log, an error or an observation.", once=True)
def no_secret_is_seen(trial: Trial, expect: Expect) -> None:
    secrets = _secrets(trial.connector.settings)
    if not secrets:
        raise Skipped("the settings hold no Secret")
    with _listening() as heard:
        heard.extend(_everything(trial))
    text = "\n".join(heard)
    for name, value in secrets.items():
        seen = [form for form in forms(value) if form in text]
        line = next((line for line in text.splitlines() if seen and seen[0] in line), "")
        expect(not seen, f"`{name}` nowhere", line.replace(seen[0], "<the secret>")[:200] if seen else "")


def _secrets(settings: object) -> dict[str, str]:
    if not is_dataclass(settings):
        return {}
    held = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {name: one.reveal() for name, one in held.items() if isinstance(one, Secret) and one.is_fetched}


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Everything that any logger says, at any level."""
    heard: list[str] = []
    ear = logging.Handler(logging.DEBUG)
    ear.emit = lambda record: heard.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(ear)
        root.setLevel(level)


def _everything(trial: Trial) -> Iterator[str]:
    """A bit of each: what came, and what was raised."""
    trial.validators = MemoryValidators()
    connector = trial.renew()
    yield repr(connector.settings)
    yield repr(trial.check())
    ref = trial.person_makes()
    yield repr(trial.pages())
    seen = trial.read(ref)
    yield repr(seen) + repr(seen.native)
    if Access.UPDATE in connector.capabilities.access[trial.kind]:
        yield repr(connector.update(Target(trial.scope, seen.ref), seen, trial.named("Named anew")))
    if not can_fail(trial):
        yield from _failures(trial)


def _failures(trial: Trial) -> Iterator[str]:
    for failure in Failure:
        trial.renew()
        try:
            with trial.failing(failure):
                trial.check()
                trial.pages()
        except NotImplementedError:
            continue
        except ConnectorError as error:
            yield f"{error!r} {error} {error.hint} {error.__cause__!r} {error.__context__!r}"
