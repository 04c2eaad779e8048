"""Delimiters that may be markup, and which of them pair up: those have a code of their own in the key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypeAlias

from pmhub.model.lean import dataclass
from pmhub.model.markdown.keys import MARK


@dataclass(slots=True)
class Delimiter:
    """A bracket or a run of emphasis. `after` is the target of a link, in key form; `code` is set when it has a partner."""

    text: str
    opens: bool
    closes: bool
    after: str = ""
    code: str = ""


Part: TypeAlias = str | Delimiter


def joined(parts: list[Part]) -> str:
    runs = [part for part in parts if isinstance(part, Delimiter) and (part.opens or part.closes)]
    is_nested = bool(runs) and _pair_up(runs)
    return "".join(_codes(parts) if is_nested else map(_as_written, parts)).strip(" ")


def _pair_up(runs: list[Delimiter]) -> bool:
    """Whether the runs of a line nest plainly, each closed by its equal; anything cleverer keeps its own characters.

    Sets `code` of each: open upper case, close lower case, e for emphasis and s for strong, whatever character made it.
    """
    stack: list[Delimiter] = []
    open_counts: dict[str, int] = defaultdict(int)
    for run in runs:
        twin = "[" if run.text == "]" else run.text
        if run.closes and stack and stack[-1].text == twin:
            open_counts[twin[0]] -= 1
            run.code = _code(run.text)
            stack.pop().code = run.code.upper()
        elif run.closes and (open_counts[twin[0]] or not (run.opens or twin == "[")):
            return False
        elif run.opens:
            stack.append(run)
            open_counts[twin[0]] += 1
    return not stack


def _code(run: str) -> str:
    if run[0] in "*_":
        return "e" * (len(run) % 2) + "s" * (len(run) // 2)
    return "a" if run == "]" else run


def _codes(parts: Iterable[Part]) -> Iterator[str]:
    """Neighbouring marks are sorted: `**_` and `_**` and `***` open the same."""
    for opens, group in groupby(parts, _opens_emphasis):
        if opens is None:
            yield from map(_alone, group)
        else:
            yield _sorted(group)


def _opens_emphasis(part: Part) -> bool | None:
    """Whether emphasis opens here, or closes; None where there is none."""
    if isinstance(part, str) or not part.code or part.text[0] not in "*_":
        return None
    return part.code.isupper()


def _sorted(group: Iterable[Part]) -> str:
    codes = "".join(part.code for part in group if isinstance(part, Delimiter))
    return f"{MARK}{''.join(sorted(codes))}{MARK}"


def _alone(part: Part) -> str:
    if isinstance(part, str):
        return part
    return MARK + part.code + part.after if part.code else _as_written(part)


def _as_written(part: Part) -> str:
    if isinstance(part, str):
        return part
    stray = "".join(MARK + char for char in part.text) if part.opens or part.closes else part.text
    return stray + part.after
