"""The Markdown normal form: when do two texts say the same, whatever the tool that wrote them likes to reformat.

Equal keys promise equal rendering; unequal keys promise nothing. A hard break counts as a plain newline and a loose list as
a tight one: trackers show them alike.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

# What is markup, not text, is written into a key behind this noncharacter; a text that holds it has it doubled.
_MARK = "\ufdd0"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t]+")
_SPECIAL = re.compile(r"[\\`*_~\[\]<&!|]")
_RUN = re.compile(r"\*+|_+|~+")
_TICKS = re.compile(r"`+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_TAG_START = re.compile(r"<[A-Za-z/!?]")
_LINE_BREAK_TAG = re.compile(r"<br[ ]*/?>", re.IGNORECASE)
_BULLET = re.compile(r"([-+*])([ \t]+|$)")
_ORDERED = re.compile(r"([0-9]{1,9})[.)]([ \t]+|$)")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_BLOCKS = tuple(_MARK + kind for kind in "hf#rtu")  # what a leaf's key begins with when it is not a paragraph's line
_DEPTH, _PARENTHESES = 40, 8  # deeper containers and targets are compared as they stand
_TARGET_END = frozenset(" \t<>")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_RAW_UNTIL = ((re.compile(r"<!--"), "-->"), (re.compile(r"<(?:pre|script|style|textarea)\b", re.IGNORECASE), "</"))


def strip_controls(text: str) -> str:
    """`text` with LF line ends and without C0/C1 controls other than newline and tab; lone surrogates become U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROLS.sub("", text)


def line_key(line: str) -> str:
    """The canonical key of one line, read on its own: a line indented by four or more counts as code."""
    line = line.rstrip("\r\n")
    indent, rest = _indent(line)
    if indent >= 4:  # noqa: PLR2004  four columns make code (CommonMark 4.4)
        return _literal(line)
    return _spaces(indent) + _block(rest)


def text_key(text: str | None) -> tuple[str, ...]:
    """The keys of all lines of a text; None, empty and blank texts share `()`.

    Blank lines at the ends are dropped and runs of them count once, except inside fenced code, which is literal.
    """
    reader = _Reader()
    for line in (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        reader.take(line)
    return reader.finish()


def cut(text: str, limit: int, note: str) -> tuple[str, bool]:
    """`text` in at most `limit` characters and whether it was cut: at a blank line outside code, with `note` below."""
    if len(text) <= limit:
        return text, False
    room = limit - len(note) - 2
    kept = text[: _boundary(text, room)].rstrip() if room > 0 else ""
    return (f"{kept}\n\n{note}" if kept else note[: max(limit, 0)]), True


def _boundary(text: str, room: int) -> int:
    """Where to cut so that at most `room` characters stay: the end of the last whole block, else a space in the first."""
    best = start = 0
    fence: tuple[str, int] | None = None
    for line in text[: room + 1].split("\n"):
        if not line.strip() and fence is None and start <= room:
            best = start
        fence = _fence_after(line, fence)
        start += len(line) + 1
    return best or _boundary_in_paragraph(text, room)


def _boundary_in_paragraph(text: str, room: int) -> int:
    first = text[:room].lstrip("\n").split("\n", 2)
    if (
        any(_fence_after(line, None) for line in first)
        or first[0].lstrip().startswith("|")
        or _is_delimiter_row(first[1:2])
    ):
        return 0
    end = max(text.rfind(" ", 0, room), text.rfind("\n", 0, room))
    if end <= 0:
        end = room
        if "\ud800" <= text[end - 1] <= "\udbff" and "\udc00" <= text[end] <= "\udfff":
            end -= 1
    fence: tuple[str, int] | None = None
    start = 0
    for line in text[:end].split("\n"):
        after = _fence_after(line, fence)
        if after is not None and fence is None:
            opened = start
        fence = after
        start += len(line) + 1
    return end if fence is None else opened


def _is_delimiter_row(lines: list[str]) -> bool:
    return bool(lines) and _delimiter_row(lines[0].strip()) is not None


def _fence_after(line: str, fence: tuple[str, int] | None) -> tuple[str, int] | None:
    """The fence (character, length) that is open after `line`; containers before it are looked through."""
    rest = _peel(line).rest.strip()
    if fence is None:
        opening = _FENCE.match(rest)
        return (rest[0], len(opening[1] or opening[3])) if opening else None
    closes = len(rest) >= fence[1] and rest.strip(fence[0]) == ""
    return None if closes else fence


# Blocks


def _indent(line: str) -> tuple[int, str]:
    rest = line.lstrip(" \t")
    lead = line[: len(line) - len(rest)]
    return len(lead.expandtabs(4)), rest.rstrip(" \t")


def _spaces(indent: int) -> str:
    return f"{_MARK}i{indent}{_MARK}" if indent else ""


def _literal(line: str) -> str:
    return f"{_MARK}l{line.rstrip()}"


@dataclass(slots=True)
class _Item:
    """An open list item: where its marker and its content stand (columns), and its number, None for a bullet."""

    marker: int
    content: int
    number: int | None


@dataclass(slots=True)
class _Peeled:
    """A line without its containers: `> ` and list markers, in that order of appearance."""

    key: str = ""
    rest: str = ""
    quotes: int = 0
    items: list[_Item] = field(default_factory=list)


def _peel(line: str) -> _Peeled:
    column, rest = _indent(line)
    peeled = _Peeled()
    while rest and peeled.quotes + len(peeled.items) < _DEPTH:
        if rest[0] == ">":
            peeled.quotes += 1
            peeled.key += f"{_MARK}>"
            width = 1
        elif (item := _item(rest, column)) is not None:
            peeled.items.append(item)
            peeled.key += f"{_MARK}-" if item.number is None else f"{_MARK}{item.number}."
            width = item.content - column
        else:
            break
        rest = rest[width:] if width <= len(rest) else ""
        space, stripped = _indent(rest)
        if space > 4 or (space == 4 and peeled.key[-1] != ">"):  # noqa: PLR2004  four make code; a quote takes one more
            break
        column, rest = column + width + space, stripped
    peeled.rest = rest
    return peeled


def _item(rest: str, column: int) -> _Item | None:
    if _is_thematic_break(rest):
        return None
    if found := _BULLET.match(rest):
        number, width = None, 1
    elif found := _ORDERED.match(rest):
        number, width = int(found[1]), len(found[1]) + 1
    else:
        return None
    space = len(found[2])
    return _Item(column, column + width + (space if 1 <= space <= 4 else 1), number)  # noqa: PLR2004


def _block(rest: str) -> str:
    """The key of a line that stands at the start of a block."""
    peeled = _peel(rest)
    return peeled.key + _leaf(peeled.rest, in_item=bool(peeled.items))


def _leaf(rest: str, *, in_item: bool) -> str:
    if not rest:
        return ""
    if rest[0] in " \t":  # code behind a marker
        return _literal(rest)
    if in_item and (task := _TASK.match(rest)):
        return f"{_MARK}{task[1].lower()}{_leaf_text(rest[task.end() :])}"
    return _leaf_text(rest)


def _leaf_text(rest: str) -> str:
    if _is_thematic_break(rest):
        return f"{_MARK}h"
    if fence := _FENCE.match(rest):
        return f"{_MARK}f{_SPACES.sub(' ', (fence[2] or fence[4] or '').strip())}"
    if heading := _HEADING.match(rest):
        return f"{_MARK}#{len(heading[1])}{_inline(_without_closing_hashes(rest[heading.end() :]))}"
    if (row := _delimiter_row(rest)) is not None:
        return row
    if len(rest) > 1 and rest[0] == rest[-1] == "|" and rest[-2] != "\\":
        return _MARK + "t" + f"{_MARK}/".join(_inline(cell.strip()) for cell in _cells(rest[1:-1]))
    return _inline(rest)


def _without_closing_hashes(text: str) -> str:
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else text


def _is_thematic_break(rest: str) -> bool:
    marks = rest.replace(" ", "").replace("\t", "")
    return len(marks) > 2 and marks[0] in "-_*" and marks.strip(marks[0]) == ""  # noqa: PLR2004


def _delimiter_row(rest: str) -> str | None:
    if "-" not in rest or "|" not in rest or rest.strip("|-: \t"):
        return None
    cells = [cell.strip() for cell in rest.strip("|").split("|")]
    if not all(cell.strip(":") and not cell.strip(":").strip("-") for cell in cells):
        return None
    sides = (f"{':' if c[0] == ':' else ''}-{':' if c[-1] == ':' else ''}" for c in cells)
    return f"{_MARK}r{'|'.join(sides)}"


def _cells(row: str) -> list[str]:
    """Cells split at bare pipes; an escaped one becomes a plain pipe, in code as well (GFM tables extension)."""
    cells, start = [""], 0
    for at in (found.start() for found in re.finditer(r"\|", row)):
        escaped = at > 0 and row[at - 1] == "\\"
        cells[-1] += row[start : at - 1] + "|" if escaped else row[start:at]
        if not escaped:
            cells.append("")
        start = at + 1
    cells[-1] += row[start:]
    return cells


# Whole texts


@dataclass(slots=True)
class _Fence:
    char: str
    length: int
    column: int
    quotes: int


@dataclass(slots=True)
class _Reader:
    """Reads lines in order; keeps what decides how the next is to be read: open list items, fence, raw HTML."""

    keys: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    fence: _Fence | None = None
    raw_until: str | None = None
    chunk: list[tuple[int, str, str]] = field(default_factory=list)  # of this paragraph: place in keys, line, bare text
    chunk_is_raw: bool = False
    unbroken: str | None = None  # the last line's key without the backslash that breaks it if its paragraph goes on

    def take(self, line: str) -> None:
        if self.fence is not None and self._in_fence(line, self.fence):
            return
        if self.raw_until is not None:
            self._take_raw(line)
        elif not line.strip() or not line.lstrip(" \t>"):
            self._take_blank(line)
        else:
            self._take_text(line)

    def finish(self) -> tuple[str, ...]:
        self._end_chunk()
        while self.keys and not self.keys[-1]:
            self.keys.pop()
        return tuple(self.keys)

    def _in_fence(self, line: str, fence: _Fence) -> bool:
        """Takes a line of fenced code; False when the container of the fence ended before it."""
        for _ in range(fence.quotes):
            inner = line.lstrip(" ")
            if not inner.startswith(">"):
                self.fence = None
                return False
            line = inner[1:].removeprefix(" ")
        indent, rest = _indent(line)
        if rest and not fence.quotes and self.items and indent < self.items[-1].content:
            self.fence = None
            return False
        if len(rest) >= fence.length and rest.strip(fence.char) == "":
            self.fence = None
            self.keys.append(f"{_MARK}f")
        else:
            lead = len(line) - len(line.lstrip(" "))
            self.keys.append(f"{_MARK}c{line[min(lead, fence.column) :]}")
        return True

    def _take_raw(self, line: str) -> None:
        self.keys.append(_literal(line))
        if self.raw_until is not None and self.raw_until in line:
            self.raw_until = None

    def _take_blank(self, line: str) -> None:
        self._end_chunk()
        key = f"{_MARK}>" * line.count(">")
        if self.keys and self.keys[-1] != key:
            self.keys.append(key)

    def _take_text(self, line: str) -> None:
        indent, rest = _indent(line)
        left = self._leave_items(indent)
        base = self.items[-1].content if self.items else 0
        depth = f"{_MARK}d{len(self.items)}{_MARK}" if self.items else ""
        if indent - base >= 4:  # noqa: PLR2004
            self.keys.append(f"{depth}{_literal(' ' * (indent - base) + rest)}")
            return
        if self._is_underline(rest, left=left):
            return
        peeled = _peel(" " * indent + rest)
        if peeled.items and not peeled.quotes:
            self._drop_blank_before(peeled, left)
            self._end_chunk()
        self._start_raw(rest)
        self.chunk.append((len(self.keys), depth + _literal(rest), peeled.rest))
        leaf = _leaf(peeled.rest, in_item=bool(peeled.items))
        if left and self.chunk and not peeled.items and not peeled.quotes and not leaf.startswith(_BLOCKS):
            self.items.extend(reversed(left))  # a lazy line does not end the item
        if self.unbroken is not None and not peeled.items and not peeled.quotes and not leaf.startswith(_BLOCKS):
            self.keys[-1] = self.unbroken
        self.keys.append(depth + peeled.key + leaf)
        self._remember_break(line, depth + peeled.key, peeled)
        if peeled.items and not peeled.quotes:
            self.items.extend(peeled.items)
        self._open_fence(peeled, indent)

    def _leave_items(self, indent: int) -> list[_Item]:
        left: list[_Item] = []
        while self.items and indent < self.items[-1].content:
            left.append(self.items.pop())
        return left

    def _drop_blank_before(self, peeled: _Peeled, left: list[_Item]) -> None:
        """A blank line between two items only makes the list loose."""
        item = peeled.items[0]
        sibling = bool(left) and (left[-1].number is None) == (item.number is None)
        starts = bool(self.items) and bool(peeled.rest) and item.number in {None, 1}
        if self.keys and not self.keys[-1] and (sibling or starts):
            self.keys.pop()

    def _is_underline(self, rest: str, *, left: list[_Item]) -> bool:
        """A row of `=` or `-` under a paragraph makes it a heading, not a rule."""
        if not self.chunk or left or (rest.strip("=") and rest.strip("-")):
            return False
        place, _, text = self.chunk[-1]
        if place != len(self.keys) - 1 or self.keys[place].startswith(
            (f"{_MARK}#", f"{_MARK}h", f"{_MARK}>", f"{_MARK}f")
        ):
            return False
        if len(self.chunk) == 1 and not self.items:
            self.keys[place] = f"{_MARK}#{1 if rest[0] == '=' else 2}{_inline(text)}"
        else:
            self.keys.append(f"{_MARK}u{rest[0]}")
        self.chunk.clear()
        return True

    def _start_raw(self, rest: str) -> None:
        if self.chunk or not _TAG_START.match(rest) or _AUTOLINK.match(rest):
            return
        self.chunk_is_raw = True
        for start, end in _RAW_UNTIL:
            if start.match(rest) and end not in rest[2:]:
                self.raw_until = end

    def _remember_break(self, line: str, prefix: str, peeled: _Peeled) -> None:
        rest = peeled.rest[:-1].rstrip()
        breaks = rest and line[-1] == "\\" and _ends_in_break(peeled.rest)
        leaf = _leaf(rest, in_item=bool(peeled.items)) if breaks else _BLOCKS[0]
        self.unbroken = None if leaf.startswith(_BLOCKS) else prefix + leaf

    def _open_fence(self, peeled: _Peeled, indent: int) -> None:
        if opening := _FENCE.match(peeled.rest):
            column = self.items[-1].content if self.items and not peeled.quotes else indent
            self.fence = _Fence(peeled.rest[0], len(opening[1] or opening[3]), max(column, indent), peeled.quotes)
            self.chunk.clear()

    def _end_chunk(self) -> None:
        """Settles a paragraph. What may reach over its lines (code, tags) makes all its lines literal."""
        if self.chunk_is_raw or any(_is_open(text) for _, _, text in self.chunk):
            for place, literal, _ in self.chunk:
                self.keys[place] = literal
        self.unbroken = None
        self.chunk.clear()
        self.chunk_is_raw = False


def _ends_in_break(rest: str) -> bool:
    return (len(rest) - len(rest.rstrip("\\"))) % 2 == 1


def _is_open(text: str) -> bool:
    """Whether code or a tag that starts in this line may end in another."""
    return ("`" in text or "<" in text) and f"{_MARK}o" in _inline(text)


# Inlines


@dataclass(slots=True)
class _Delimiter:
    """A run that may be markup: emphasis or a bracket. `after` is the target of a link, in key form."""

    text: str
    opens: bool
    closes: bool
    after: str = ""
    code: str = ""


def _inline(text: str) -> str:
    """One left-to-right scan; every look-ahead is bounded or answered from a table made before, so it is linear."""
    text = text.replace(_MARK, _MARK * 2)
    parts: list[str | _Delimiter] = []
    ticks = _tick_runs(text)
    last_tag_end = text.rfind(">")
    at = 0
    while found := _SPECIAL.search(text, at):
        parts.append(_SPACES.sub(" ", text[at : found.start()]))
        at = found.start()
        part: str | _Delimiter
        match text[at]:
            case "`":
                at, part = _code(text, at, ticks)
            case "*" | "_" | "~":
                at, part = _emphasis(text, at)
            case "[" | "]" | "!":
                at, part = _bracket(text, at)
            case "<":
                at, part = _tag(text, at, last_tag_end)
            case "|":
                at, part = at + 1, f"{_MARK}|"
            case _:
                at, part = _character(text, at)
        parts.append(part)
    parts.append(_SPACES.sub(" ", text[at:]))
    return _joined(parts)


def _tick_runs(text: str) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = defaultdict(list)
    for found in _TICKS.finditer(text):
        runs[found.end() - found.start()].append(found.start())
    return runs


def _code(text: str, at: int, ticks: dict[int, list[int]]) -> tuple[int, str]:
    found = _TICKS.match(text, at)
    end = found.end() if found else at + 1
    length = end - at
    closers = ticks.get(length, [])
    place = bisect_left(closers, end)
    if place == len(closers):
        return end, f"{_MARK}o{'`' * length}"
    code = text[end : closers[place]]
    if code.strip(" ") and code[0] == code[-1] == " ":
        code = code[1:-1]
    return closers[place] + length, f"{_MARK}k{code}{_MARK}k"


def _emphasis(text: str, at: int) -> tuple[int, _Delimiter]:
    found = _RUN.match(text, at)
    end = found.end() if found else at + 1
    before = text[at - 1] if at else " "
    after = text[end] if end < len(text) else " "
    left, right = _flanks(before, after), _flanks(after, before)
    if text[at] == "_":
        left, right = left and (not right or _is_punctuation(before)), right and (not left or _is_punctuation(after))
    return end, _Delimiter(text[at:end], opens=left, closes=right)


def _flanks(outside: str, inside: str) -> bool:
    """Left-flanking as CommonMark 6.2 has it; with the two exchanged, right-flanking."""
    return not inside.isspace() and (not _is_punctuation(inside) or outside.isspace() or _is_punctuation(outside))


def _is_punctuation(char: str) -> bool:
    return char in _PUNCTUATION or unicodedata.category(char)[0] == "P"


def _bracket(text: str, at: int) -> tuple[int, str | _Delimiter]:
    if text[at] == "!":
        return (at + 1, f"{_MARK}!") if text.startswith("![", at) else (at + 1, "!")
    if text[at] == "[":
        return at + 1, _Delimiter("[", opens=True, closes=False)
    if text.startswith("](", at) and (target := _target(text, at + 2)) is not None:
        return target[0], _Delimiter("]", opens=False, closes=True, after=target[1])
    return at + 1, _Delimiter("]", opens=False, closes=True)


def _target(text: str, at: int) -> tuple[int, str] | None:
    """The end and the key of `target "title")`, or None where it is no link."""
    at = _skip(text, at)
    if text.startswith("<", at):
        end = text.find(">", at, at + 4000)
        target, after = text[at + 1 : end], end + 1
        if end < 0 or "<" in target or "\\" in target:
            return None
    else:
        after = _bare_target_end(text, at)
        target = text[at:after]
    at = _skip(text, after)
    title = ""
    if at > after and text[at : at + 1] in {'"', "'", "("}:
        closing = ")" if text[at] == "(" else text[at]
        end = text.find(closing, at + 1, at + 4000)
        title = text[at + 1 : end]
        if end < 0 or "\\" in title:
            return None
        at = _skip(text, end + 1)
    return (at + 1, f"({target} {_MARK}{title})") if text.startswith(")", at) else None


def _bare_target_end(text: str, at: int) -> int:
    depth = 0
    while at < len(text) and text[at] not in _TARGET_END and depth <= _PARENTHESES:
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth < 0:
            break
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _tag(text: str, at: int, last_tag_end: int) -> tuple[int, str]:
    if found := _AUTOLINK.match(text, at):
        return found.end(), found[1]
    if found := _LINE_BREAK_TAG.match(text, at):
        return found.end(), f"{_MARK}b"
    if not _TAG_START.match(text, at):
        return at + 1, "<"
    if last_tag_end < at or (text.startswith("<!--", at) and text.find("-->", at, at + 4000) < 0):
        return at + 1, f"{_MARK}o<"
    end = text.index("-->", at) + 3 if text.startswith("<!--", at) else text.index(">", at) + 1
    return end, f"{_MARK}<{text[at:end]}{_MARK}>"


def _character(text: str, at: int) -> tuple[int, str]:
    following = text[at + 1 : at + 2]
    if text[at] == "\\":
        if not following:
            return at + 1, f"{_MARK}\\"
        return (at + 2, following) if following in _PUNCTUATION else (at + 1, "\\")
    if found := _ENTITY.match(text, at):
        return found.end(), html.unescape(found[0]).replace(_MARK, _MARK * 2)
    return at + 1, "&"


def _joined(parts: list[str | _Delimiter]) -> str:
    runs = [part for part in parts if isinstance(part, _Delimiter) and (part.opens or part.closes)]
    if _pairs_up(runs):
        codes = _codes(parts)
    else:
        codes = [part if isinstance(part, str) else f"{_marked(part)}{part.after}" for part in parts]
    return "".join(codes).strip(" ")


def _marked(run: _Delimiter) -> str:
    return "".join(_MARK + char for char in run.text) if run.opens or run.closes else run.text


def _pairs_up(runs: list[_Delimiter]) -> bool:
    """Whether the runs of a line nest plainly, each closed by its equal; anything cleverer keeps its own characters.

    Sets `code` of each: open upper case, close lower case, e for emphasis and s for strong, whatever character made it.
    """
    stack: list[_Delimiter] = []
    open_counts: dict[str, int] = defaultdict(int)
    for run in runs:
        twin = "[" if run.text == "]" else run.text
        if run.closes and stack and stack[-1].text == twin:
            open_counts[twin[0]] -= 1
            opener = stack.pop()
            opener.code, run.code = _code_of(run.text, opens=True), _code_of(run.text, opens=False)
        elif run.closes and (open_counts[twin[0]] or not (run.opens or twin == "[")):
            return False
        elif run.opens:
            stack.append(run)
            open_counts[run.text[0]] += 1
        else:
            run.code = f"{_MARK}]"
    return not stack


def _code_of(run: str, *, opens: bool) -> str:
    code = "e" * (len(run) % 2) + "s" * (len(run) // 2) if run[0] in "*_" else run.replace("[", "a").replace("]", "a")
    return code.upper() if opens else code


def _codes(parts: list[str | _Delimiter]) -> list[str]:
    """Neighbouring marks are sorted: `**_` and `_**` and `***` open the same."""
    codes: list[str] = []
    group: list[str] = []
    for part in [*parts, "end"]:
        if (
            isinstance(part, _Delimiter)
            and part.code
            and part.text[0] in "*_"
            and (not group or _same_way(group[0], part.code))
        ):
            group.append(part.code)
        elif part != "":
            if group:
                codes.append(_MARK + "".join(sorted("".join(group))) + _MARK)
                group = []
            codes.append(part if isinstance(part, str) else _single(part, group))
    return codes[:-1]


def _same_way(one: str, other: str) -> bool:
    return one.isupper() == other.isupper()


def _single(part: _Delimiter, group: list[str]) -> str:
    if part.code and part.text[0] in "*_":
        group.append(part.code)
        return ""
    return (f"{_MARK}{part.code}" if part.code else _marked(part)) + part.after
