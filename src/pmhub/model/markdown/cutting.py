"""Cuts a text that is too long for a remote where it can be cut without changing what the rest means."""

from __future__ import annotations

from collections.abc import Iterator

from pmhub.model.markdown.containers import indentation, peel
from pmhub.model.markdown.fences import Fence, opening_fence
from pmhub.model.markdown.tables import delimiter_row_key


def cut(text: str, limit: int, note: str) -> tuple[str, bool]:
    """`text` in at most `limit` characters and whether it was cut: at a blank line outside code, with `note` below."""
    if len(text) <= limit:
        return text, False
    room = limit - len(note) - 2
    kept = text[: _boundary(text, room)].rstrip() if room > 0 else ""
    return (f"{kept}\n\n{note}" if kept else note[: max(limit, 0)]), True


def _boundary(text: str, room: int) -> int:
    """Where to cut so that at most `room` characters stay: the end of the last whole block, else inside the first."""
    ends = [start for start, line, fence in _lines(text[: room + 1]) if not line.strip() and fence is None]
    return max((end for end in ends if end <= room), default=0) or _boundary_in_block(text, room)


def _boundary_in_block(text: str, room: int) -> int:
    """The last space, if the block is a paragraph, and not inside code that interrupts it; 0 where it cannot be cut."""
    if _is_indivisible(text[:room].lstrip("\n").split("\n", 2)[:2]):
        return 0
    end = max(text.rfind(" ", 0, room), text.rfind("\n", 0, room))
    if end <= 0:
        end = _whole_character(text, room)
    *_, (_, _, fence) = _lines(text[:end])
    return end if fence is None else fence


def _is_indivisible(lines: list[str]) -> bool:
    """Whether a block that begins so is code or a table."""
    has_fence = any(_fence_after(line, None) for line in lines)
    has_header = any(delimiter_row_key(line.strip()) is not None for line in lines[1:2])
    return has_fence or has_header or lines[0].lstrip().startswith("|")


def _whole_character(text: str, end: int) -> int:
    """`end`, or one less where it would part a pair of surrogates."""
    return end - 1 if "\ud800" <= text[end - 1] <= "\udbff" and "\udc00" <= text[end] <= "\udfff" else end


def _lines(text: str) -> Iterator[tuple[int, str, int | None]]:
    """Each line with its place, and the place of the line that opened the fence it stands in or opens."""
    start = 0
    fence: Fence | None = None
    opened: int | None = None
    for line in text.split("\n"):
        before, fence = fence, _fence_after(line, fence)
        if fence is None or before is None:
            opened = start if fence is not None else None
        yield start, line, opened
        start += len(line) + 1


def _fence_after(line: str, fence: Fence | None) -> Fence | None:
    """The fence that is open below `line`; containers before it are looked through."""
    if "```" not in line and "~~~" not in line:
        return fence
    indent, rest = indentation(line)
    rest = peel(rest, indent).rest.strip()
    if fence is None:
        return opening_fence(rest)
    return None if fence.closes(rest) else fence
