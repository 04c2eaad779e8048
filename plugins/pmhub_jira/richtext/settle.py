"""Brings a run of inlines into the one form that both sides can hold, so that the second pass finds nothing to change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pmhub.model.markdown import strip_controls
from pmhub_jira.richtext.tree import (
    CODE,
    HTML,
    PLAIN,
    Break,
    Image,
    Inline,
    Inlines,
    Style,
    Text,
    restyled,
)

_URL = re.compile(r"(?<![^\W_])https?://[^\s<>\"'`|\\^{}\[\]*~]+")
_UNSAFE = re.compile(r"\s*(?:javascript|vbscript|file|data):", re.IGNORECASE)
_IMAGE_DATA = re.compile(r"\s*data:image/(?:gif|png|jpeg|webp);", re.IGNORECASE)
_EDGE = Break()
_LINKED = "↗"  # stands for the target of a linked image, which ADF can only hold beside it


def settle(inlines: Iterable[Inline]) -> Inlines:
    inlines = tuple(inlines)
    if _is_settled(inlines):
        return inlines
    runs = _merged(_clean(inlines))
    runs = _merged(_outside_marks(with_urls(runs)))
    return tuple(_trimmed(list(runs)))


def _is_settled(inlines: Inlines) -> bool:
    """Whether there is nothing to clean, to split, to join or to trim, as with most paragraphs that were settled before."""
    if inlines and (isinstance(inlines[0], Break) or isinstance(inlines[-1], Break)):
        return False
    before: Inline = _EDGE
    for inline in inlines:
        if isinstance(inline, Break):
            if _ends_in_space(before):
                return False
        elif isinstance(inline, Image) or not _is_settled_run(inline, before):
            return False
        before = inline
    return not _ends_in_space(before)


def _ends_in_space(inline: Inline) -> bool:
    return isinstance(inline, Text) and inline.text[-1] == " " and _is_spaced(inline)


def _is_settled_run(run: Text, before: Inline) -> bool:
    """No white space but the space is printable."""
    text, style = run.text, run.style
    if not text or not text.isprintable():
        return False
    if style is PLAIN or style == PLAIN:
        is_edge = isinstance(before, Break)
        return "://" not in text and not (is_edge and text[0] == " ") and not _is_alike(before, style)
    if _clean_style(style) != style or _is_alike(before, style):
        return False
    if not _is_spaced(run):
        return True
    return text[0] != " " and text[-1] != " " and (bool(style.href) or "://" not in text)


def _is_alike(before: Inline, style: Style) -> bool:
    return isinstance(before, Text) and before.style == style


def is_safe(url: str) -> bool:
    """Whether a link may point there; the rule of markdown-it, which drops what a browser would run."""
    return bool(url) and (not _UNSAFE.match(url) or bool(_IMAGE_DATA.match(url)))


def bare_url_end(text: str, at: int = 0) -> int:
    """Where the URL ends that is read at `at` without brackets around it; `at` where there is none."""
    found = _URL.match(text, at)
    return at + len(_without_tail(found[0])) if found else at


def one_line(text: str) -> str:
    return " ".join(strip_controls(text).split())


def _clean(inlines: Iterable[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if isinstance(inline, Image):
            yield from _clean_image(inline)
        elif isinstance(inline, Break) or _is_clean(inline):
            yield inline
        else:
            yield from _clean_text(inline)


def _is_clean(run: Text) -> bool:
    return run.style == PLAIN and run.text.isprintable() and bool(run.text)


def _clean_image(image: Image) -> Iterator[Inline]:
    url, alt, title = _clean_url(image.url), one_line(image.alt), one_line(image.title)
    href = _clean_url(image.href)
    if is_safe(url):
        yield Image(url, alt, title)
        if is_safe(href):
            yield Text(_LINKED, Style(href=href))
    else:
        yield Text(alt, PLAIN)


def clean_image(image: Image) -> Image | None:
    """For an image that stands alone, which keeps its link; None when its URL is not safe."""
    url, href = _clean_url(image.url), _clean_url(image.href)
    return (
        Image(url, one_line(image.alt), one_line(image.title), href if is_safe(href) else "") if is_safe(url) else None
    )


def _clean_url(url: str) -> str:
    return "".join(strip_controls(url).split("\n")).strip().replace("\t", " ")


def _clean_text(run: Text) -> Iterator[Inline]:
    style = _clean_style(run.style)
    text = strip_controls(run.text)
    if CODE in style.marks or HTML in style.marks:
        text = text.replace("\n", " ")
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Break()
        if line:
            yield Text(line, style)


@lru_cache(maxsize=1024)
def _clean_style(style: Style) -> Style:
    marks = style.marks & {CODE} or style.marks
    href = _clean_url(style.href)
    return Style(marks, href, one_line(style.title)) if is_safe(href) else Style(marks)


def _merged(inlines: Iterable[Inline]) -> Iterator[Inline]:
    waiting: list[str] = []
    style = PLAIN
    for inline in inlines:
        if isinstance(inline, Text) and waiting and inline.style == style:
            waiting.append(inline.text)
            continue
        if waiting:
            yield Text("".join(waiting), style)
            waiting = []
        if isinstance(inline, Text):
            waiting, style = [inline.text], inline.style
        else:
            yield inline
    if waiting:
        yield Text("".join(waiting), style)


def with_urls(inlines: Iterable[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        if isinstance(inline, Text) and not inline.style.href and not inline.style.marks & {CODE, HTML}:
            yield from _split_urls(inline)
        else:
            yield inline


def _split_urls(run: Text) -> Iterator[Text]:
    at = 0
    for found in _URL.finditer(run.text):
        url = _without_tail(found[0])
        if url.endswith("://") or found.start() < at:
            continue
        if found.start() > at:
            yield Text(run.text[at : found.start()], run.style)
        yield Text(url, Style(run.style.marks, url))
        at = found.start() + len(url)
    if at < len(run.text):
        yield Text(run.text[at:], run.style)


def _without_tail(url: str) -> str:
    """Punctuation at the end of a URL belongs to the sentence, as does a bracket that it does not open (GFM autolinks)."""
    surplus = url.count(")") - url.count("(")
    while url:
        if url[-1] == ")" and surplus > 0:
            surplus -= 1
        elif url[-1] not in "?!.,:;_":
            break
        url = url[:-1]
    return url


def _outside_marks(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Spaces at the edge of a mark or link move out of it, as no delimiter may touch them; spaces that both neighbours
    would mark alike stay.
    """
    runs = list(inlines)
    before = _neighbours(runs)
    after = _neighbours(runs[::-1])[::-1]
    for run, left, right in zip(runs, before, after, strict=True):
        if not isinstance(run, Text) or run.style == PLAIN or not _is_spaced(run):
            yield run
            continue
        core = run.text.strip()
        if not core:
            yield Text(run.text, _shared(_shared(run.style, left), right))
            continue
        start = run.text.find(core)
        parts = (run.text[:start], left), (core, run.style), (run.text[start + len(core) :], right)
        yield from (Text(text, _shared(run.style, style)) for text, style in parts if text)


def _neighbours(runs: list[Inline]) -> list[Style]:
    """The style of the nearest words before each run; code and images have no opinion on emphasis."""
    styles: list[Style] = []
    last = PLAIN
    for run in runs:
        styles.append(last)
        if isinstance(run, Break):
            last = PLAIN
        elif isinstance(run, Text) and CODE in run.style.marks:
            last = Style(last.marks, run.style.href, run.style.title)
        elif isinstance(run, Text) and (run.text.strip() or run.style == PLAIN):
            last = run.style
    return styles


def _shared(one: Style, other: Style) -> Style:
    same_link = (one.href, one.title) == (other.href, other.title)
    return Style((one.marks & other.marks) - {HTML}, one.href if same_link else "", one.title if same_link else "")


def _trimmed(runs: list[Inline]) -> Iterator[Inline]:
    kept: list[Inline] = []
    for run in runs:
        if isinstance(run, Text):
            text = run.text.lstrip() if _at_edge(kept) and _is_spaced(run) else run.text
            if text:
                kept.append(Text(text, run.style))
        elif not isinstance(run, Break):
            kept.append(run)
        else:
            _strip_end(kept)
            if kept:
                kept.append(run)
    while (kept and isinstance(kept[-1], Break)) or _strip_end(kept):
        kept.pop()
    yield from kept


def _at_edge(kept: list[Inline]) -> bool:
    return not kept or isinstance(kept[-1], Break)


def _is_spaced(run: Text) -> bool:
    return not run.style.marks & {CODE, HTML}


def _strip_end(kept: list[Inline]) -> bool:
    """Strips the end of a line; True when nothing of the line is left and the caller is to drop the break before it."""
    stripped = False
    while kept and isinstance(last := kept[-1], Text) and _is_spaced(last):
        stripped = True
        if text := last.text.rstrip():
            kept[-1] = Text(text, last.style)
            return False
        kept.pop()
    return stripped and bool(kept) and isinstance(kept[-1], Break)


def with_marks(inlines: Inlines, marks: frozenset[str]) -> Inlines:
    return tuple(
        Text(i.text, restyled(i.style, marks=i.style.marks | marks))
        if isinstance(i, Text) and CODE not in i.style.marks
        else i
        for i in inlines
    )
