"""Changes of a document that touch what they change and nothing else. Pure.

Each result is read again before it counts: what was not to change must still say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pmhub.sdk import Refused
from pmhub_folder.front_matter import Document, Pair, Stored, parse
from pmhub_folder.scalars import as_list, as_text, as_typed

TYPED: Final = frozenset({"due", "estimate", "start", "target", "date", "prerelease"})


def with_value(document: Document, key: str, value: Stored, *, typed: bool = False) -> Document:
    """`typed`: numbers, dates, true and false stand there as such. Raises Refused where the key holds what is not ours."""
    pair = document.pairs.get(key)
    if pair is not None and pair.value == value and not pair.opaque:
        return document
    if pair is None:
        text = document.text if value in (None, ()) else _with_line(document, key, _written(value, typed=typed))
    elif pair.opaque:
        raise Refused(
            f"line {pair.line}: {key} holds something else than text or a list of text",
            hint="Write it in one line by hand.",
        )
    elif isinstance(value, tuple) and isinstance(pair.value, tuple) and value and not pair.flow:
        text = _with_members(document, pair, value)
    else:
        text = _replaced(document, pair, _written(value, typed=typed))
    return checked(text, document, key, value)


def with_body(document: Document, change: Callable[[str], str]) -> Document:
    """`change` is given the text behind the front matter, with plain line ends, and gives what is to stand there."""
    before = document.text[document.body :]
    plain = before.replace("\r\n", "\n")
    after = change(plain)
    if after == plain:
        return document
    head = document.text[: document.body]
    if not head.endswith("\n"):
        head += document.newline
    return parse(head + after.replace("\n", document.newline))


def new_document(values: Mapping[str, Stored], body: str) -> Document:
    lines = [f"{key}: {_written(value, typed=key in TYPED)}\n" for key, value in values.items()]
    return parse("".join(["---\n", *lines, "---\n", f"\n{body}\n" if body else ""]))


def checked(text: str, before: Document, key: str, value: Stored) -> Document:
    """Raises Refused where the edit would not read back as it was meant."""
    after = parse(text)
    others = {name: pair.value for name, pair in before.pairs.items() if name != key}
    kept = {name: pair.value for name, pair in after.pairs.items() if name != key}
    same_body = text[after.body :] == before.text[before.body :]
    if after.value(key) not in (value, value or None) or kept != others or not same_body:
        line = before.line(key)
        raise Refused(f"line {line}: {key} cannot be changed without touching more", hint="Change it by hand.")
    return after


def _written(value: Stored, *, typed: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return as_list(value)
    return as_typed(value) if typed else as_text(value)


def _with_line(document: Document, key: str, written: str) -> str:
    return f"{document.text[: document.front]}{key}: {written}{document.newline}{document.text[document.front :]}"


def _replaced(document: Document, pair: Pair, written: str) -> str:
    """A value that ends with its line (a block) gives the line's end back."""
    text, old = document.text, document.text[pair.start : pair.end]
    kept = old[len(old.rstrip()) :] if old.strip() else ""
    if "\n" not in kept:
        kept = ""
    before = text[: pair.start]
    if not pair.flow:  # a block list begins on a line of its own
        before = before.rstrip()
    gap = " " if written and before.endswith(":") else ""
    return f"{before}{gap}{written}{kept}{text[pair.end :]}"


def _with_members(document: Document, pair: Pair, wanted: Sequence[str]) -> str:
    """A list with one member a line: lines go and come, the others stay as they are."""
    text, held = document.text, pair.value if isinstance(pair.value, tuple) else ()
    last_line = _line_of(text, pair.members[-1])
    indent = text[last_line[0] : pair.members[-1][0]]
    end = "" if text[: last_line[1]].endswith("\n") else document.newline
    new = "".join(f"{indent}{as_text(one)}{document.newline}" for one in wanted if one not in held)
    text = f"{text[: last_line[1]]}{end if new else ''}{new}{text[last_line[1] :]}"
    for span, one in reversed(list(zip(pair.members, held, strict=True))):
        if one not in wanted:
            begin, stop = _line_of(text, span)
            text = text[:begin] + text[stop:]
    return text


def _line_of(text: str, span: tuple[int, int]) -> tuple[int, int]:
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end + 1
