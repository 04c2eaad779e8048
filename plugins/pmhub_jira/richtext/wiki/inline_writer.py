"""Inlines to wiki markup. Marks go inside a line; where a letter touches one it stands in braces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.inline_writer import bridged
from pmhub_jira.richtext.settle import bare_url_end, one_line
from pmhub_jira.richtext.stand_ins import HTML_GREY, PICTURE_SIGN
from pmhub_jira.richtext.tree import CODE, EM, HTML, STRIKE, STRONG, SUB, SUP, Image, Inline, Inlines, Text, lines_of
from pmhub_jira.richtext.wiki.escapes import escaped, escaped_line_start, monospaced, safe_url, starts_block
from pmhub_jira.richtext.wiki.notation import MARKS

People: TypeAlias = Callable[[str], str | None]

_LINK: Final = "link"
_ORDER: Final = (STRONG, EM, STRIKE, _LINK, SUB, SUP)
MENTION: Final = re.compile(r"(?<![\w@/.`-])@([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_PLAIN_ATTRIBUTE: Final = re.compile(r"[^,|!=\"{}\[\]\\]*")
_NONE: Final[frozenset[str]] = frozenset()


def write_lines(inlines: Inlines, people: People | None) -> list[str]:
    """One string a line; a line with nothing on it is a break of its own."""
    lines = [write_line(line, people) for line in lines_of(inlines)]
    written: list[str] = []
    for line in lines:
        if line or not written:
            written.append(escaped_line_start(line))
        else:
            written[-1] += r"\\ "
    return written


def write_in_line(inlines: Inlines, people: People | None) -> str:
    """For a heading or a cell, which are one line of the text."""
    return r"\\ ".join(write_line(line, people) for line in lines_of(inlines))


def write_line(line: Inlines, people: People | None) -> str:
    return _Line(bridged(line), people).group(0, len(line), _NONE, " ", " ")


def write_image(image: Image, *, touches_words: bool = False) -> str:
    """Beside a letter, and with words that its own form has no room for, an image is a link that says so."""
    words = {"alt": one_line(image.alt), "title": one_line(image.title)}
    if not all(_PLAIN_ATTRIBUTE.fullmatch(value) for value in words.values()) or _is_odd(image.url) or touches_words:
        title = f"|{_alias(image.title)}" if image.title else ""
        written = f"[{PICTURE_SIGN} {_alias(image.alt)}|{safe_url(image.url)}{title}]".replace(" |", "|", 1)
        return f"{written} [↗|{safe_url(image.href)}]" if image.href else written
    attributes = ",".join(f"{name}={value}" for name, value in words.items() if value)
    written = f"!{safe_url(image.url)}{'|' if attributes else ''}{attributes}!"
    return f"[{written}|{safe_url(image.href)}]" if image.href else written


def _is_odd(url: str) -> bool:
    return ":" not in url and not url.startswith(("/", "www."))


def _alias(text: str) -> str:
    return escaped(text, "[", "]")


@dataclass(frozen=True, slots=True)
class _Line:
    runs: Sequence[tuple[Inline, frozenset[str]]]
    people: People | None

    def group(self, start: int, end: int, active: frozenset[str], before: str, after: str) -> str:
        out: list[str] = []
        at = start
        while at < end:
            inline, wraps = self.runs[at]
            stop, mark = self._widest(at, end, wraps - active)
            left = next((piece[-1] for piece in reversed(out) if piece), before)
            right = self._first(max(stop, at + 1), end, active, after)
            if mark is None:
                out.append(self._run(inline, left, right, in_link=_LINK in active))
                stop = at + 1
            else:
                out.append(self._wrapped((at, stop), mark, active, (left, right)))
            at = stop
        return "".join(out)

    def _first(self, at: int, end: int, active: frozenset[str], after: str) -> str:
        """The character that will follow, as far as it matters."""
        if at >= end:
            return after
        inline, wraps = self.runs[at]
        if isinstance(inline, Text) and not (wraps - active) and not inline.style.marks & {CODE, HTML}:
            return inline.text[0]
        return "{"

    def _widest(self, at: int, end: int, wraps: frozenset[str]) -> tuple[int, str | None]:
        best, mark = at, None
        for candidate in _ORDER:
            if candidate in wraps and (stop := self._reach(at, end, candidate)) > best:
                best, mark = stop, candidate
        return best, mark

    def _reach(self, at: int, end: int, mark: str) -> int:
        stop = at + 1
        while stop < end and mark in self.runs[stop][1] and (mark != _LINK or self._same_link(at, stop)):
            stop += 1
        return stop

    def _same_link(self, one: int, other: int) -> bool:
        first, second = self.runs[one][0], self.runs[other][0]
        if not isinstance(first, Text) or not isinstance(second, Text):
            return False
        return (first.style.href, first.style.title) == (second.style.href, second.style.title)

    def _wrapped(self, span: tuple[int, int], mark: str, active: frozenset[str], around: tuple[str, str]) -> str:
        if mark == _LINK:
            return self._link(span, active, around[0], around[1])
        sign = MARKS[mark]
        inner = self.group(*span, active | {mark}, sign, sign)
        left, right = around
        is_tight = left.isalnum() or right.isalnum() or left in "[\\" or sign in {left, right} or right == "{"
        if is_tight or starts_block(sign + inner):
            sign = "{" + sign + "}"
        return f"{sign}{inner}{sign}"

    def _link(self, span: tuple[int, int], active: frozenset[str], left: str, right: str) -> str:
        at, stop = span
        first = self.runs[at][0]
        if not isinstance(first, Text):
            return ""
        style = first.style
        if stop == at + 1 and first.text == style.href and not style.title and not style.marks - active:
            tail = "".join(one.text for one, _ in self.runs[stop : stop + 4] if isinstance(one, Text))
            is_bare = all(bare_url_end(first.text + after) == len(first.text) for after in (tail, right.strip()))
            if is_bare and not left.isalnum():
                return first.text
            if first.text == safe_url(first.text):
                return f"[{first.text}]"
        inner = self.group(at, stop, active | {_LINK}, "[", "|")
        title = f"|{_alias(style.title)}" if style.title else ""
        return f"[{inner}|{safe_url(style.href)}{title}]"

    def _run(self, inline: Inline, left: str, right: str, *, in_link: bool) -> str:
        if isinstance(inline, Image):
            return write_image(inline, touches_words=left.isalnum() or right.isalnum())
        if not isinstance(inline, Text):
            return ""
        if CODE in inline.style.marks:
            return monospaced(inline.text)
        if HTML in inline.style.marks:
            return "{color:" + HTML_GREY + "}" + escaped(inline.text, "}", "{") + "{color}"
        return self._words(inline.text, left, right, may_mention=not in_link)

    def _words(self, text: str, left: str, right: str, *, may_mention: bool) -> str:
        out: list[str] = []
        at = 0
        for found in MENTION.finditer(text) if may_mention and self.people is not None and "@" in text else ():
            login = self.people(found[1]) if self.people is not None else None
            if login is None:
                continue
            out += [escaped(text[at : found.start()], left, "["), f"[~{safe_login(login)}]"]
            at, left = found.end(), "]"
        return "".join([*out, escaped(text[at:], left, right)])


def safe_login(login: str) -> str:
    return one_line(login).replace("]", "").replace("[", "").replace("|", "")
