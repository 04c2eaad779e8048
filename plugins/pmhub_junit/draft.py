"""A test case while its element is being read, and what it comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Final

from pmhub.model.lean import dataclass
from pmhub.model.results import NO_PROPERTIES, Case, Outcome
from pmhub_junit.limits import Limits
from pmhub_junit.reruns import Reruns
from pmhub_junit.seconds import seconds

Attributes = Mapping[str, str]

# Surefire's schema: `rerun…` beside a failure that stayed, `flaky…` where a later attempt passed. Nextest writes the same.
AGAIN: Final = frozenset({"rerunFailure", "rerunError"})
FLAKY: Final = frozenset({"flakyFailure", "flakyError"})
VERDICTS: Final = {"failure": Outcome.FAILED, "error": Outcome.ERROR, "skipped": Outcome.SKIPPED}
REPEATS: Final = AGAIN | FLAKY
REMARKS: Final = REPEATS | VERDICTS.keys()

_GRAVEST_FIRST: Final = (Outcome.ERROR, Outcome.FAILED, Outcome.SKIPPED)
# A test that ctest could not start is a failure on its screen and "skipped" in its report.
_NOT_STARTED: Final = frozenset({"Unable to find executable", "Required Files Missing", "Fixture dependency failed"})
# What `status` and `result` say where no child element does: gtest, ctest, behave.
_WORDS: Final = {
    **dict.fromkeys(("notrun", "suppressed", "skipped", "disabled", "ignored", "pending", "untested"), Outcome.SKIPPED),
    **dict.fromkeys(("fail", "failed", "failure"), Outcome.FAILED),
    **dict.fromkeys(("error", "undefined", "broken"), Outcome.ERROR),
}


@dataclass(slots=True)
class Text:
    """Character data, no longer than anyone reads."""

    limit: int
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, data: str) -> None:
        if self.length <= self.limit:
            self.parts.append(data)
            self.length += len(data)

    def __str__(self) -> str:
        return "".join(self.parts).strip()


@dataclass(slots=True)
class Remark:
    """What a case says of itself: a verdict, or an earlier attempt."""

    tag: str
    attributes: Attributes
    text: Text

    @property
    def verdict(self) -> Outcome | None:
        if self.tag == "skipped" and self.attributes.get("message") in _NOT_STARTED:
            return Outcome.ERROR
        return VERDICTS.get(self.tag)

    def __str__(self) -> str:
        said, text = self.attributes.get("message", "").strip(), str(self.text)
        told = text if said in text else f"{said}\n{text}"
        return told.strip() or self.attributes.get("type", "").strip()


@dataclass(frozen=True, slots=True)
class Suite:
    """`path`: the names of the suites around it and its own. `part`: which suite of the report it is."""

    path: str = ""
    file: str = ""
    part: int = 0
    reruns: Reruns | None = None


@dataclass(slots=True)
class Draft:
    """`depth`: how many elements were open when it began."""

    depth: int
    suite: Suite
    attributes: Attributes
    remarks: list[Remark] = field(default_factory=list)
    properties: list[tuple[str, Text]] = field(default_factory=list)

    def case(self, limits: Limits) -> Case:
        outcome = self._outcome()
        earlier = [remark for remark in self.remarks if remark.tag in REPEATS]
        case = Case(
            suite=self.suite.path,
            name=cut_name(self.attributes.get("name", ""), limits.name),
            classname=cut_name(self.attributes.get("classname", ""), limits.name),
            outcome=outcome,
            seconds=seconds(self.attributes.get("time")),
            message=cut(self._message(outcome), limits.message),
            flaky=outcome is Outcome.PASSED and any(remark.tag in FLAKY for remark in earlier),
            attempts=1 + len(earlier),
            properties=_told(self.properties),
            file=cut_name(self.attributes.get("file", self.suite.file), limits.name),
            line=_line(self.attributes.get("line", "")),
            part=self.suite.part,
        )
        return self.suite.reruns.told(case) if self.suite.reruns else case

    def _message(self, outcome: Outcome) -> str:
        """What made it end so, then what earlier attempts said; a sentence said twice is said once."""
        final = [str(remark) for remark in self.remarks if remark.verdict is outcome]
        earlier = [str(remark) for remark in self.remarks if remark.tag in REPEATS]
        return "\n".join(dict.fromkeys(filter(None, final + earlier)))

    def _outcome(self) -> Outcome:
        said = {remark.verdict for remark in self.remarks if remark.verdict}
        if not said:
            words = (self.attributes.get("status"), self.attributes.get("result"))
            said = {_WORDS.get(word.lower(), Outcome.PASSED) for word in words if word}
        return next((outcome for outcome in _GRAVEST_FIRST if outcome in said), Outcome.PASSED)


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def cut_name(name: str, length: int) -> str:
    """A name cut still tells two tests apart."""
    if len(name) <= length:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{name[: length - len(digest) - 1]}…{digest}"


def _told(properties: list[tuple[str, Text]]) -> Mapping[str, tuple[str, ...]]:
    if not properties:
        return NO_PROPERTIES
    told: dict[str, tuple[str, ...]] = {}
    for name, text in properties:
        told[name] = (*told.get(name, ()), cut(str(text), text.limit))
    return MappingProxyType(told)


def _line(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - an int of lines
