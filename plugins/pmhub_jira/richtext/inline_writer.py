"""Inlines to Markdown. Flat marks become nested delimiters; where they might not read back they are tried, then dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.escape import (
    code_span,
    escape,
    escape_heading_end,
    escape_line_start,
    has_signs,
    lone_runs,
    target,
)
from pmhub_jira.richtext.plain_writer import write_plain
from pmhub_jira.richtext.settle import bare_url_end, settle
from pmhub_jira.richtext.tree import (
    CODE,
    EM,
    HTML,
    STRIKE,
    STRONG,
    SUB,
    SUP,
    Break,
    Image,
    Inline,
    Inlines,
    Text,
    restyled,
    starts_html_block,
)

_LINK = "link"
_ORDER = (STRONG, EM, STRIKE, _LINK, SUB, SUP)
_EMPHASIS = frozenset({STRONG, EM, STRIKE})
_EVERY = _EMPHASIS | {SUB, SUP}
_NONE: frozenset[str] = frozenset()
_SAFE_AFTER = frozenset(" \n.,:;?")


@dataclass(frozen=True, slots=True)
class _Delimiters:
    strong: str = "**"
    em: str = "*"


def write_paragraph(inlines: Inlines) -> list[str]:
    return _proven(inlines, _breaks_as_lines).split("\n")


def write_heading(inlines: Inlines) -> str:
    return escape_heading_end(_proven(inlines, _breaks_as_tags))


def write_cell(inlines: Inlines) -> str:
    return _proven(inlines, _breaks_as_tags).replace("|", "\\|")


def write_image(image: Image) -> str:
    alt = escape(image.alt, "[", "]", in_link=True)
    written = f"![{alt}]({target(image.url, image.title)})"
    return f"[{written}]({target(image.href, '')})" if image.href else written


def _breaks_as_lines(count: int) -> str:
    return "<br>" * (count - 1) + "\n"


def _breaks_as_tags(count: int) -> str:
    return "<br>" * count


def _proven(inlines: Inlines, breaks: Callable[[int], str]) -> str:
    """Writes and, where emphasis stands in a tight place, reads back; a mark that does not survive is dropped."""
    if (plain := write_plain(inlines, breaks)) is not None:
        return plain
    for marks, delimiters in _attempts():
        tried = inlines if marks == _EVERY else settle(_with_only(inlines, marks))
        written = _Writer(bridged(tried), breaks, delimiters)
        text = written.text()
        if not written.is_tight or _reads_back(text, tried):
            return text
    return text


def _attempts() -> Iterator[tuple[frozenset[str], _Delimiters]]:
    yield _EVERY, _Delimiters()
    yield _EVERY, _Delimiters(em="_")
    yield _EVERY, _Delimiters(strong="__")
    yield _EVERY - {EM}, _Delimiters()
    yield _EVERY - {EM, STRIKE}, _Delimiters()
    yield _EVERY - {STRONG, STRIKE}, _Delimiters()
    yield _EVERY - _EMPHASIS, _Delimiters()
    yield _NONE, _Delimiters()


def _reads_back(text: str, inlines: Inlines) -> bool:
    from pmhub_jira.richtext.parse import parse_inlines  # noqa: PLC0415  loads the parser only for tight emphasis

    return settle(parse_inlines(text)) == inlines


def _with_only(inlines: Inlines, marks: frozenset[str]) -> Inlines:
    kept = marks | {CODE, HTML}
    return tuple(
        Text(i.text, restyled(i.style, marks=i.style.marks & kept)) if isinstance(i, Text) else i for i in inlines
    )


def bridged(inlines: Inlines) -> list[tuple[Inline, frozenset[str]]]:
    """Each inline with its wrappers. Code, breaks and images take the marks that hold on both sides of them: ADF cannot
    say whether they are bold, and so one pair of delimiters does for all.
    """
    wraps: list[frozenset[str] | None] = [_wrappers(i) for i in inlines]
    before = _carried(inlines, wraps)
    after = list(reversed(_carried(inlines[::-1], wraps[::-1])))
    bridged = []
    for inline, own, left, right in zip(inlines, wraps, before, after, strict=True):
        shared = left & right
        bridged.append((inline, shared if own is None else own | (shared if _is_code(inline) else _NONE)))
    return bridged


def _is_code(inline: Inline) -> bool:
    return isinstance(inline, Text) and CODE in inline.style.marks


def _carried(inlines: Sequence[Inline], wraps: Sequence[frozenset[str] | None]) -> list[frozenset[str]]:
    """For each inline the emphasis of the nearest run before it that has an opinion."""
    carried: list[frozenset[str]] = []
    last = _NONE
    for inline, own in zip(inlines, wraps, strict=True):
        carried.append(last)
        if own is not None and not _is_code(inline):
            last = own & _EMPHASIS
    return carried


def _wrappers(inline: Inline) -> frozenset[str] | None:
    if not isinstance(inline, Text):
        return None
    own = inline.style.marks - {CODE, HTML}
    return own | {_LINK} if inline.style.href else own


class _Writer:
    """Writes one paragraph. `is_tight` tells that a delimiter stands where CommonMark's rules may refuse it."""

    def __init__(
        self, runs: list[tuple[Inline, frozenset[str]]], breaks: Callable[[int], str], marks: _Delimiters
    ) -> None:
        self.runs = runs
        self.breaks = breaks
        self.marks = marks
        self.is_tight = self.beside_words = False
        self.emphases = 0

    @cached_property
    def lone(self) -> frozenset[str]:
        """The signs that need no escape, for nothing else in the paragraph is such."""
        used = frozenset().union(*(wraps for _, wraps in self.runs))
        taken = ({"*", "_"} if used & {STRONG, EM} else set()) | ({"~"} if STRIKE in used else set())
        taken |= {"`"} if any(_is_code(inline) for inline, _ in self.runs) else set()
        return lone_runs(_raw(inline) for inline, _ in self.runs) - taken

    def text(self) -> str:
        return self._group(0, len(self.runs), _NONE, " ", " ")

    def _group(self, start: int, end: int, active: frozenset[str], before: str, after: str) -> str:
        out = ""
        at = start
        while at < end:
            inline, wraps = self.runs[at]
            stop, mark = (at, None) if isinstance(inline, Break) else self._widest(at, end, wraps - active)
            left = out[-1] if out else before
            if mark is not None:
                right = self._edge(stop, end, active, after)
                out += self._wrapped((at, stop), mark, active, (left, right))
            elif isinstance(inline, Break):
                stop = at + 1
                while stop < end and isinstance(self.runs[stop][0], Break):
                    stop += 1
                out += (
                    "<br>" * (stop - at)
                    if stop < end and starts_html_block(self.runs[stop][0])
                    else self.breaks(stop - at)
                )
            else:
                stop = at + 1
                out += self._run(inline, left, self._edge(stop, end, active, after), in_link=_LINK in active)
            at = stop
        return out

    def _edge(self, at: int, end: int, active: frozenset[str], after: str) -> str:
        """The character that will follow, as far as it matters."""
        if at >= end:
            return after
        inline, wraps = self.runs[at]
        if isinstance(inline, Break):
            return " "
        if isinstance(inline, Image):
            return "!"
        opening = wraps - active
        if _LINK in opening:
            return "["
        if opening or _is_code(inline) or HTML in inline.style.marks:
            return "*" if opening & _EMPHASIS else "<"
        return inline.text[0]

    def _widest(self, at: int, end: int, wraps: frozenset[str]) -> tuple[int, str | None]:
        """The wrapper to open here: the one that reaches furthest."""
        best, mark = at, None
        for candidate in _ORDER:
            if candidate in wraps:
                stop = self._reach(at, end, candidate)
                if stop > best:
                    best, mark = stop, candidate
        return best, mark

    def _reach(self, at: int, end: int, mark: str) -> int:
        first = self.runs[at][0]
        stop = at + 1
        while stop < end and mark in self.runs[stop][1] and (mark != _LINK or _same_link(first, self.runs[stop][0])):
            stop += 1
        return stop

    def _wrapped(self, span: tuple[int, int], mark: str, active: frozenset[str], around: tuple[str, str]) -> str:
        if mark == _LINK:
            return self._link(span, active, around)
        opening, closing = self._delimiters(mark)
        inner = self._group(*span, active | {mark}, opening[-1], closing[0])
        if mark in _EMPHASIS:
            self._judge(inner, *around)
        return f"{opening}{inner}{closing}"

    def _delimiters(self, mark: str) -> tuple[str, str]:
        if mark in {SUB, SUP}:
            return f"<{mark}>", f"</{mark}>"
        delimiter = {STRONG: self.marks.strong, EM: self.marks.em, STRIKE: "~~"}[mark]
        return delimiter, delimiter

    def _judge(self, inner: str, left: str, right: str) -> None:
        inside = inner[:1].isalnum() and inner[-1:].isalnum()
        apart = left in " \n" and right in _SAFE_AFTER
        beside_words = (left in " \n" or left.isalnum()) and (right in _SAFE_AFTER or right.isalnum())
        sole = self.emphases == 0 and self.marks.em == "*" and self.marks.strong == "**"
        self.is_tight = self.is_tight or not inside or not (apart or (beside_words and sole))
        self.beside_words = self.beside_words or not apart
        self.emphases += 1
        self.is_tight = self.is_tight or (self.beside_words and self.emphases > 1)

    def _link(self, span: tuple[int, int], active: frozenset[str], around: tuple[str, str]) -> str:
        at, stop = span
        first = self.runs[at][0]
        style = first.style if isinstance(first, Text) else None
        if style is None:
            return ""
        alone = first.text if stop == at + 1 and isinstance(first, Text) and not style.title else ""
        if (
            alone == style.href
            and not style.marks & {CODE, HTML, SUB, SUP}
            and (auto := self._autolink(alone, *around, at))
        ):
            return auto
        inner = self._group(at, stop, active | {_LINK}, "[", "]")
        return f"[{inner}]({target(style.href, style.title)})"

    def _autolink(self, url: str, left: str, right: str, at: int) -> str:
        following = self.runs[at + 1][0] if at + 1 < len(self.runs) else None
        tail = "".join(_raw(inline) for inline, _ in self.runs[at + 1 : at + 5] if isinstance(inline, Text))
        bare = not left.isalnum() and left != "\\" and bare_url_end(url + tail) == len(url)
        bare = bare and not ("&" in url and tail.startswith(";"))
        if bare and escape(url, left, right) == url and (tail or right in " \n" or following is None):
            return url
        scheme = url.partition(":")[0]
        plain = scheme.replace("+", "").replace(".", "").replace("-", "")
        fits = ":" in url and 2 <= len(scheme) <= 32 and scheme[0].isalpha() and plain.isalnum() and url.isascii()  # noqa: PLR2004
        return f"<{url}>" if fits and not any(c in " <>\t" for c in url) else ""

    def _run(self, inline: Inline, left: str, right: str, *, in_link: bool) -> str:
        if isinstance(inline, Image):
            return write_image(inline)
        if not isinstance(inline, Text):
            return ""
        if CODE in inline.style.marks:
            return code_span(inline.text)
        if HTML in inline.style.marks:
            return inline.text
        text = inline.text
        written = escape(text, left, right, lone=self.lone, in_link=in_link) if has_signs(text) else text
        return escape_line_start(written) if left in " \n" else written


def _same_link(one: Inline, other: Inline) -> bool:
    if not isinstance(one, Text) or not isinstance(other, Text):
        return isinstance(one, Text) and not isinstance(other, Text)
    return (one.style.href, one.style.title) == (other.style.href, other.style.title)


def _raw(inline: Inline) -> str:
    if isinstance(inline, Text):
        return inline.text
    return inline.alt if isinstance(inline, Image) else ""
