"""The inlines of one block. Marks pair inside a line, between what is no letter; everything else is read where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub_jira.richtext.settle import bare_url_end
from pmhub_jira.richtext.stand_ins import HTML_GREY, PICTURE_SIGN
from pmhub_jira.richtext.tree import CODE, EM, HTML, Break, Image, Inline, Inlines, Style, Text
from pmhub_jira.richtext.wiki.escapes import safe_url
from pmhub_jira.richtext.wiki.notation import (
    BACKSLASH,
    CITATION,
    EMOTICON,
    EMOTICONS,
    ENTITY,
    ESCAPE,
    READ_MARKS,
    SMART,
    UNDERLINE,
)

People: TypeAlias = Callable[[str], str | None]

_TOKEN: Final = re.compile(
    r"(?P<newline>\n)"
    r"|(?P<hard>(?<!\\)\\\\(?!\\)[ ]*\n?)"
    rf"|(?P<escape>{ESCAPE.pattern})"
    rf"|(?P<entity>{ENTITY.pattern})"
    r"|\{\{(?P<code>(?:\\.|[^\\\n{}]|\{(?!\{)|\}(?!\}))+)\}\}"
    r"|\{color(?P<colour>:[^{}\n]*)?\}"
    r"|\{anchor:(?P<anchor>[^{}\n]*)\}"
    r"|\{(?P<braced>[*_+^~-]|\?\?)\}"
    r"|\[(?P<link>(?:\\.|[^\[\]\\\n])+)\]"
    r"|(?<![^\W_])!(?P<image>[^\s!|\\][^!\n\\]*)!(?![^\W_])"
    r"|(?<![^\W_])(?P<url>https?://)"
    rf"|(?P<emoticon>{EMOTICON})"
    r"|(?P<mark>\?\?|\*+|_+|-+|\++|\^+|~+)"
)
_INERT: Final = re.compile(r"(?:[^\n\\&{\[!:;(?*_+^~h-]++|h(?!ttps?://))++")
"""What no token begins with."""
_TARGET: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|/|www\.)\S*")
_FILE: Final = re.compile(r"[^|/\\]*\.[A-Za-z0-9]{1,5}")
_PARTS: Final = re.compile(r"(?:![^\s!|][^!]*!|\\.|[^|\\])+")
_LOSSY: Final = {UNDERLINE: "underline", CITATION: "citation"}


@dataclass(slots=True)
class _Mark:
    """A sign that may open or close; `partner` is the place of the other one."""

    sign: str
    opens: bool
    closes: bool
    partner: int | None = None


@dataclass(slots=True)
class InlineReader:
    """`lossy` collects the names of what Markdown cannot carry."""

    people: People | None
    lossy: set[str] = field(default_factory=set)

    def read(self, text: str, style: Style = Style()) -> Inlines:  # noqa: B008 - immutable
        if not text or _INERT.fullmatch(text):
            return (Text(text, style),) if text else ()
        return tuple(self._styled(self._scan(text), style))

    def _scan(self, text: str) -> list[Inline | _Mark | str]:
        """Inlines, marks, and `{color}` tags as strings."""
        found: list[Inline | _Mark | str] = []
        at = place = 0
        while place < len(text):
            inert = _INERT.match(text, place)
            place = inert.end() if inert else place
            if (token := _TOKEN.match(text, place)) is None:
                place += 1
                continue
            if place > at:
                found.append(Text(text[at:place]))
            at = place = self._take(token, text, found)
        if at < len(text):
            found.append(Text(text[at:]))
        _pair(found)
        return found

    def _take(self, token: re.Match[str], text: str, found: list[Inline | _Mark | str]) -> int:
        kind = token.lastgroup or ""
        whole = token[0]
        if kind in {"newline", "hard"}:
            found.extend([Break()] * (2 if kind == "hard" and whole.endswith("\n") else 1))
        elif kind == "url":
            end = bare_url_end(text, token.start())
            entity = text.find(BACKSLASH, token.end(), end + 1)
            if entity >= 0:
                end = token.start() + bare_url_end(text[token.start() : entity])
            end = max(end, token.end())
            found.append(Text(text[token.start() : end]))
            return end
        elif kind in {"mark", "braced"}:
            found.append(_mark(token, text, is_braced=kind == "braced"))
        elif whole.startswith("{color"):
            found.append(token["colour"] or "")
        elif kind == "link":
            found.extend(self._link(token["link"]))
            if found and found[-1] == Text("["):
                return token.start() + 1
        else:
            found.extend(self._leaf(kind, token))
        return token.end()

    def _leaf(self, kind: str, token: re.Match[str]) -> Iterator[Inline]:
        match kind:
            case "escape":
                yield Text(token[0][1:])
            case "entity":
                yield Text(html.unescape(token[0]))
            case "code":
                yield Text(unescaped(token["code"]), Style(frozenset({CODE})))
            case "emoticon":
                yield Text(EMOTICONS[token[0]])
            case "image":
                yield from self._image(token["image"], token[0])
            case _:
                self.lossy.add("anchor")

    def _image(self, inner: str, whole: str) -> Iterator[Inline]:
        name, *rest = inner.split("|")
        given = dict(part.split("=", 1) for part in ",".join(rest).split(",") if "=" in part)
        attributes = {key.strip(): unescaped(value.strip()) for key, value in given.items()}
        if _TARGET.fullmatch(name):
            yield Image(name, attributes.get("alt", ""), attributes.get("title", ""))
        elif _FILE.fullmatch(name):
            self.lossy.add("attachment")
            yield Text(attributes.get("alt", "") or name)
        else:
            yield from [Text("!"), *self.read(whole[1:-1]), Text("!")]

    def _link(self, inner: str) -> Iterator[Inline]:
        parts = [part.strip() for part in _PARTS.findall(inner)] or [""]
        alias, target = (None, parts[0]) if len(parts) == 1 else (parts[0], parts[1])
        tip = unescaped(parts[2]) if len(parts) > 2 else ""  # noqa: PLR2004 - alias, target, tip
        if target.startswith("~") and len(target) > 1:
            yield self._mention(target[1:])
        elif _TARGET.fullmatch(target):
            yield from self._to(alias, unescaped(target), tip)
        elif target[:1] in {"^", "#"} and len(target) > 1:
            self.lossy.add("attachment" if target[0] == "^" else "anchor")
            yield from self.read(alias) if alias else [Text(unescaped(target[1:]))]
        else:
            yield Text("[")

    def _to(self, alias: str | None, target: str, tip: str) -> Iterator[Inline]:
        if tip in SMART:
            self.lossy.add(tip)
            tip = ""
        if target.lower().startswith("www."):
            target = f"http://{target}"
        style = Style(href=safe_url(target), title=tip)
        if alias is None:
            yield Text(target.removeprefix("mailto:"), style)
            return
        for inline in self.read(alias, style):
            if isinstance(inline, Image):
                yield Image(inline.url, inline.alt, inline.title, target)
            elif isinstance(inline, Text) and inline.text.startswith(PICTURE_SIGN):
                yield Image(target, inline.text.removeprefix(PICTURE_SIGN).strip(), tip)
            else:
                yield inline

    def _mention(self, login: str) -> Text:
        account = unescaped(login.removeprefix("accountid:"))
        if self.people is not None and (name := self.people(account)):
            return Text(f"@{name}")
        self.lossy.add("mention")
        return Text(account)

    def _styled(self, found: list[Inline | _Mark | str], base: Style) -> Iterator[Inline]:
        marks: set[str] = set()
        grey: list[str] | None = None  # the words of a grey run, which may be raw HTML
        for one in [*found, ""]:
            if isinstance(one, str | Break) and grey is not None:
                yield from _grey(grey, base)
                grey = None
            if isinstance(one, str):
                grey = self._coloured(one)
            elif isinstance(one, _Mark) and one.partner is not None and grey is None:
                self._toggle(one, marks)
            elif isinstance(one, Break | Image):
                yield one
            elif grey is not None:
                grey.append(one.text if isinstance(one, Text) else one.sign)
            else:
                yield _laid_over(one, base, marks)

    def _coloured(self, colour: str) -> list[str] | None:
        if colour == f":{HTML_GREY}":
            return []
        if colour:
            self.lossy.add("color")
        return None

    def _toggle(self, mark: _Mark, marks: set[str]) -> None:
        if mark.sign in _LOSSY:
            self.lossy.add(_LOSSY[mark.sign])
        if mark.sign != UNDERLINE:
            marks ^= {READ_MARKS.get(mark.sign, EM)}


def unescaped(text: str) -> str:
    return ENTITY.sub(lambda found: html.unescape(found[0]), ESCAPE.sub(r"\1", text))


def _laid_over(one: Text | _Mark, base: Style, marks: set[str]) -> Text:
    run = one if isinstance(one, Text) else Text(one.sign)
    own = run.style.marks | marks | base.marks
    return Text(run.text, Style(own, run.style.href or base.href, run.style.title or base.title))


def _grey(words: list[str], base: Style) -> Iterator[Text]:
    from pmhub_jira.richtext.parse import is_inline_html  # noqa: PLC0415  loads the parser only where there is HTML

    text = "".join(words)
    if text:
        yield Text(text, Style(base.marks | ({HTML} if is_inline_html(text) else set()), base.href, base.title))


def _mark(token: re.Match[str], text: str, *, is_braced: bool) -> _Mark | Text:
    if is_braced:
        return _Mark(token["braced"], opens=True, closes=True)
    sign = token[0]
    if len(sign) > 1 and sign != CITATION:
        return Text(sign)
    left = text[token.start() - 1] if token.start() else " "
    right = text[token.end()] if token.end() < len(text) else " "
    opens = not left.isalnum() and not right.isspace()
    closes = not right.isalnum() and not left.isspace()
    return _Mark(sign, opens, closes) if opens or closes else Text(sign)


def _pair(found: list[Inline | _Mark | str]) -> None:
    """Inside a line each sign that closes takes the one of its kind that opened, unless nothing stands between."""
    opened: dict[str, int] = {}
    for place, one in enumerate(found):
        if isinstance(one, Break):
            opened.clear()
        elif isinstance(one, _Mark):
            start = opened.get(one.sign)
            if one.closes and start is not None and start < place - 1:
                one.partner, opener = start, found[opened.pop(one.sign)]
                if isinstance(opener, _Mark):
                    opener.partner = place
            elif one.opens:
                opened[one.sign] = place
