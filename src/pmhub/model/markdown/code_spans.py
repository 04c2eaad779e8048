"""Code spans: backticks up to the next run of as many (CommonMark 6.1)."""

from __future__ import annotations

from bisect import bisect_left

from pmhub.model.markdown.keys import MARK, OPEN
from pmhub.model.markdown.scan import Scan, run_end


def read_code_span(scan: Scan, at: int) -> tuple[int, str]:
    start = run_end(scan.text, at)
    length = start - at
    closers = scan.ticks.get(length, ())
    place = bisect_left(closers, start)
    if place == len(closers):
        return start, f"{OPEN}{'`' * length}"
    return closers[place] + length, f"{MARK}k{_without_padding(scan.text[start : closers[place]])}{MARK}k"


def _without_padding(code: str) -> str:
    return code[1:-1] if code.strip(" ") and code[0] == code[-1] == " " else code
