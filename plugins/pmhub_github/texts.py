"""Text on its way to GitHub and back: quiet mentions, our marker, the line that says who wrote a comment, lengths."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from pmhub.model import mail
from pmhub.model.lean import dataclass
from pmhub.model.markdown import cut, strip_controls
from pmhub_github import quiet
from pmhub_github.quiet import JOINER

LONGEST_TITLE: Final = 256
LONGEST_BODY: Final = 65_536  # "body is too long (maximum is 65536 characters)": GitHub's own answer
LONGEST_NAME: Final = 100
RESERVED: Final = 600  # for the marker and the author line
SLACK: Final = 1000  # a cut text may grow a little when it is read and written again
CUT_NOTE: Final = "*(The rest is left out: GitHub takes no longer text.)*"

MARKER: Final = "<!-- pmhub:"
MARKER_LINE: Final = re.compile(r"^<!-- (pmhub:[0-9a-f]{16}@[0-9a-f]{6}) -->[ \t]*$", re.MULTILINE)
MARKER_AT_END: Final = re.compile(r"^<!-- (pmhub:[0-9a-f]{16}@[0-9a-f]{6}) -->\s*\Z", re.MULTILINE)
WHEN: Final = r"(?: on [^\n]{1,200})?"
AUTHOR_LINE: Final = re.compile(rf"\A\*\*((?:[^*\\\n]|\\.)+)\*\* wrote{WHEN}:(?:\n\n?|\Z)")
_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*\n)+")
_BLANK_OR_JOINERS: Final = re.compile(rf"\A(?:[ \t]*\n|{JOINER})+")
MARKUP: Final = re.compile(r"([\\*_`~\[\]<>&!|])")


@dataclass(frozen=True)
class Reading:
    """A native body taken apart. `head` is the author line as it stands, `text` is what people said, `letter` what an answer
    by e-mail quotes below it.
    """

    text: str
    marker: str | None = None
    author: str | None = None
    head: str = ""
    letter: str = ""


def tidy(text: str | None) -> str:
    """Without control characters, blank lines in front and blanks at the end."""
    return _BLANK_LINES.sub("", strip_controls(text or "")).rstrip()


def bare(text: str) -> str:
    """Without blank lines and joiners in front: there a joiner is ours, see `headless`."""
    return _BLANK_OR_JOINERS.sub("", text)


def title(text: str | None, longest: int = LONGEST_TITLE) -> str:
    line = " ".join(strip_controls(text or "").split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def read_answer(body: str | None, *, ours: bool) -> Reading:
    """A comment, with the letter that it quotes apart. What we made is no answer to any."""
    found = read(body, ours=ours, comment=True)
    if ours or found.marker:
        return found
    text, letter = mail.apart(tidy(body))
    return replace(found, text=unquiet(bare(text)), letter=letter)


def read(body: str | None, *, ours: bool = False, comment: bool = False) -> Reading:
    """A marker counts at the very end; in what we made also where people wrote something below it."""
    text = tidy(body)
    found = list((MARKER_LINE if ours else MARKER_AT_END).finditer(text)) if MARKER in text else []
    if not found:
        return Reading(unquiet(bare(text)))
    marker, text = _one_of(found), _without(text, found)
    head = AUTHOR_LINE.match(text) if ours and comment else None
    said = bare(text[head.end() :] if head else text)
    author = unescape_name(head[1]) if head else None
    return Reading(unquiet(tidy(said)), marker, author, head[0].rstrip() if head else "")


def _one_of(found: Sequence[re.Match[str]]) -> str | None:
    """Where people pasted another marker beside ours nobody can tell which is ours: the history of the text can."""
    return found[-1][1] if len({each[1] for each in found}) == 1 else None


def _without(text: str, found: Sequence[re.Match[str]]) -> str:
    for each in reversed(found):
        text = f"{text[: each.start()].rstrip()}\n\n{text[each.end() :].lstrip()}"
    return tidy(text)


def body(text: str | None, spare: Collection[str] = ()) -> str:
    """What we write for `text`, without author line and marker. `spare`: mentions and references that stay live."""
    said = unquiet(bare(tidy(text)))
    written = quiet.quiet(said.replace(MARKER, f"<!--{JOINER} pmhub:"), spare)
    limit = LONGEST_BODY - RESERVED
    return written if len(written) <= limit else cut(written, limit - SLACK, CUT_NOTE)[0]


def is_too_long(text: str | None) -> bool:
    return len(quiet.quiet(tidy(text))) > LONGEST_BODY - RESERVED


def composed(text: str, *, marker: str | None = None, head: str = "", letter: str = "") -> str:
    return "\n\n".join(part for part in (head, text, letter, f"<!-- {marker} -->" if marker else "") if part)


def headless(text: str) -> str:
    """`text` for a comment of ours that has no author line, so that its first line is not taken for one."""
    return f"{JOINER}{text}" if AUTHOR_LINE.match(text) else text


def author_line(name: str, said: str = "") -> str:
    """`said`: when and where, which links nowhere: a reference would show up there."""
    plain = MARKUP.sub(r"\\\1", _linkless(plain_name(name)))
    when = f" {_linkless(said)}" if said else ""
    return f"**{plain}** wrote{when}:" if plain else ""


def _linkless(text: str) -> str:
    return re.sub(r"(?<=[@#])(?=[A-Za-z0-9])", JOINER, text)


def plain_name(name: str) -> str:
    return " ".join(strip_controls(name).replace(JOINER, "").split())[:LONGEST_NAME].strip()


def unescape_name(name: str) -> str:
    return unquiet(re.sub(r"\\(.)", r"\1", name))


def unquiet(text: str) -> str:
    return quiet.unquiet(text).replace(f"<!--{JOINER} pmhub:", MARKER)


def live(text: str | None) -> frozenset[str]:
    """The mentions and references in a native text that GitHub acts on."""
    return quiet.live(tidy(text))
