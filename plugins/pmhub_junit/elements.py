"""The elements of a JUnit report, as they come → cases."""

from __future__ import annotations

import re
from typing import Final

from pmhub.model.results import Case
from pmhub_junit.draft import REMARKS, Attributes, Draft, Remark, Suite, Text, cut_name
from pmhub_junit.limits import Limits
from pmhub_junit.reruns import PYTEST, Reruns
from pmhub_junit.roots import ROOTS, local
from pmhub_junit.unreadable import NotJUnit, Unreadable

_STAMP: Final = re.compile(r"-\d{14}$")  # unittest-xml-reporting dates the names of its suites
_ABSOLUTE: Final = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_FLAT: Final = "No known tool writes such a report: see where it comes from."
_FEWER: Final = "Record less in each test."
_BROKEN_SUITE: Final = "(outside of a test)"


class Elements:
    """Target of an XML parser. `cases` are those that ended since it was last emptied; `heard` tells that anything came.

    The suite of a case is the path of the suites around it, without names that are places on a machine: PHPUnit names
    suites after files, and a test is not another one where its folder is another.
    """

    def __init__(self, limits: Limits) -> None:
        self.cases: list[Case] = []
        self.heard = False
        self._limits = limits
        self._count = 0
        self._open: list[tuple[str, Text | None]] = []
        self._parts = 0
        self._suites = [Suite()]
        self._drafts: list[Draft] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        self.heard = True
        name = local(tag)
        if not self._open and name not in ROOTS:
            raise NotJUnit(
                f"the root element is <{name[:60]}>, not <testsuites> or <testsuite>",
                hint="Let the tool write JUnit XML, or convert the report first.",
            )
        if len(self._open) >= self._limits.depth:
            raise Unreadable(f"elements are nested more than {self._limits.depth} deep", hint=_FLAT)
        self._open.append((name, self._begin(name, attributes)))

    def _begin(self, name: str, attributes: Attributes) -> Text | None:
        """Where the text of this element goes, if anywhere."""
        parent, text = self._open[-1] if self._open else ("", None)
        if name in ROOTS:
            self._begin_suite(name, attributes)
        elif name == "testcase":
            self._begin_case(attributes)
        elif name in REMARKS and parent not in REMARKS:
            return self._begin_remark(name, attributes)
        elif name == "property" and self._drafts:
            return self._begin_property(attributes)
        return text if name == "stackTrace" else None

    def _begin_suite(self, tag: str, attributes: Attributes) -> None:
        around = self._suites[-1]
        name = _STAMP.sub("", attributes.get("name", "")).strip()
        path = around.path
        if tag == "testsuite" and name and not _ABSOLUTE.match(name):
            path = cut_name(f"{path} / {name}" if path else name, self._limits.name)
        reruns = Reruns() if around.reruns or name in PYTEST else None
        self._parts += 1
        self._suites.append(Suite(path, attributes.get("file", around.file), self._parts, reruns))

    def _begin_case(self, attributes: Attributes) -> None:
        self._count += 1
        if self._count > self._limits.cases:
            raise Unreadable(f"it holds more than {self._limits.cases} cases", hint="Split the report.")
        self._drafts.append(Draft(len(self._open), self._suites[-1], attributes))

    def _begin_remark(self, name: str, attributes: Attributes) -> Text | None:
        if not self._drafts:
            if name not in {"failure", "error"}:
                return None
            self._begin_case({"name": _BROKEN_SUITE})  # no test tells of it, and it must not be lost
        text = Text(self._limits.message)
        self._drafts[-1].remarks.append(Remark(name, attributes, text))
        return text

    def _begin_property(self, attributes: Attributes) -> Text:
        draft, text = self._drafts[-1], Text(self._limits.message)
        draft.properties.append((attributes.get("name", "")[: self._limits.name], text))
        if len(draft.properties) > self._limits.properties:
            raise Unreadable(f"a case has more than {self._limits.properties} properties", hint=_FEWER)
        text.add(attributes.get("value", ""))
        return text

    def data(self, data: str) -> None:
        self.heard = True
        text = self._open[-1][1]
        if text is not None:
            text.add(data)

    def comment(self, _text: str) -> None:
        self.heard = True

    def pi(self, _target: str, _data: str) -> None:
        self.heard = True

    def end(self, _tag: str) -> None:
        self.heard = True
        name, _ = self._open.pop()
        if name in ROOTS:
            self._suites.pop()
        if self._drafts and self._drafts[-1].depth == len(self._open):
            self.cases.append(self._drafts.pop().case(self._limits))
