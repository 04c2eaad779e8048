"""Text to Markdown that reads back as that text, with no backslash that is not needed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_TOKEN = re.compile(r"[\\`*_~\[\]<&!]")
_RUN = re.compile(r"\*+|_+|~+|`+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AFTER_ANGLE = frozenset("/!?")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_BULLET = re.compile(r"[-+*](?:[ \t]|$)")
_NUMBER = re.compile(r"([0-9]{1,9})[.)](?:[ \t]|$)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_BARE_TARGET = re.compile(r"[A-Za-z0-9\-._~:/?#@!$'*+,;=%&\u00a1-\u1fff\u2c00-\ud7ff\U00010000-\U0010ffff]+")


def has_signs(text: str) -> bool:
    """Whether there is anything in a text that inline Markdown may take for a sign."""
    return _TOKEN.search(text) is not None


def lone_runs(texts: Iterable[str]) -> frozenset[str]:
    """The characters of which a paragraph has a single run, which therefore cannot pair and needs no escape."""
    counts = Counter(found[0][0] for text in texts for found in _RUN.finditer(text))
    return frozenset(char for char in "*_~`" if counts[char] <= 1)


def escape(text: str, before: str, after: str, *, lone: frozenset[str] = frozenset(), in_link: bool = False) -> str:
    """`text` as inline Markdown; `before` and `after` are its neighbours, " " at the edge of a line."""
    out: list[str] = []
    at = 0
    while found := _TOKEN.search(text, at):
        out.append(text[at : found.start()])
        at = found.start()
        run = _RUN.match(text, at)
        piece = run[0] if run else text[at]
        end = at + len(piece)
        left = text[at - 1] if at else before
        right = text[end] if end < len(text) else after
        if run:
            safe = piece[0] in lone or _is_inert(piece, left, right)
        else:
            safe = not _needs_escape(text, at, right, in_link=in_link)
        out.append(piece if safe else "".join("\\" + char for char in piece))
        at = end
    out.append(text[at:])
    return "".join(out)


def _is_inert(run: str, left: str, right: str) -> bool:
    if run[0] == "`":
        return False
    return (left.isspace() and right.isspace()) or (run[0] == "_" and left.isalnum() and right.isalnum())


def _needs_escape(text: str, at: int, right: str, *, in_link: bool) -> bool:
    match text[at]:
        case "\\":
            return right in _PUNCTUATION or at == len(text) - 1
        case "<":
            return (right.isascii() and right.isalpha()) or right in _AFTER_ANGLE or at == len(text) - 1
        case "&":
            return _ENTITY.match(text, at) is not None
        case "]":
            return in_link or right == "(" or (right == ":" and text[0] == "[" and not _FOOTNOTE.match(text))
        case "!":
            return right == "["
    return in_link


def escape_line_start(line: str) -> str:
    """Keeps a written line, whose first run is plain text, from starting a block."""
    if not line or line[0] not in "#>-+*_=|:~`0123456789":
        return line
    if number := _NUMBER.match(line):
        return f"{number[1]}\\{line[len(number[1]) :]}"
    starts = (
        line[0] == ">"
        or _HEADING.match(line)
        or _BULLET.match(line)
        or line.startswith(("~~~", "```"))
        or not line.rstrip(" \t").strip("-*_=|: \t+")
    )
    return f"\\{line}" if starts and not line[0].isdigit() else line


def escape_heading_end(text: str) -> str:
    """A heading may close with number signs; those of the text are not to be taken for it."""
    bare = text.rstrip("#")
    return f"{text[:-1]}\\#" if bare != text and (not bare or bare[-1] in " \t") else text


def code_span(text: str) -> str:
    fence = "`" * (longest_run(text, "`") + 1) if "`" in text else "`"
    if fence != "`" and "`" not in {len(run) * "`" for run in re.findall("`+", text)}:
        fence = "`"
    pad = " " if text[:1] == "`" or text[-1:] == "`" or (text.strip(" ") and text[0] == text[-1] == " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def longest_run(text: str, char: str) -> int:
    return max((len(run) for run in re.findall(re.escape(char) + "+", text)), default=0)


def target(url: str, title: str) -> str:
    """What stands between the parentheses of a link."""
    if not _BARE_TARGET.fullmatch(url) or _ENTITY.search(url):
        url = f"<{_quoted(url, '<>')}>"
    return f'{url} "{_quoted(title, chr(34))}"' if title else url


def _quoted(text: str, special: str) -> str:
    text = "".join("\\" + c if c in special or (c == "\\") else c for c in text)
    return _ENTITY.sub(lambda found: "\\" + found[0], text)
