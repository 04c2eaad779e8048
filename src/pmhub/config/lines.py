"""On which line of a TOML text each key stands. The text is known to be valid: tomllib read it before."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys of tables and positions in arrays, from the root."""

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


def index(text: str) -> Mapping[KeyPath, int]:
    scan = _Scan(text)
    scan.statements()
    return scan.lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of the nearest key on the way to `path` that is written down; 1 where none is."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Scan:
    """One pass over the text: `at` is where it stands, `elements` counts the tables of each array of tables."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.elements: dict[KeyPath, int] = {}

    def statements(self) -> None:
        base: KeyPath = ()
        while self._skip_blank() < len(self.text):
            if self._took("[["):
                base = self._array_header()
            elif self._took("["):
                base = self._header()
            else:
                self._pair(base)

    def _array_header(self) -> KeyPath:
        line = self._line()
        path = self._resolved(self._keys())
        self._note(path, line)
        position = self.elements.get(path, 0)
        self.elements[path] = position + 1
        self._note((*path, position), line)
        self.at += len("]]")
        return (*path, position)

    def _header(self) -> KeyPath:
        line = self._line()
        path = self._current(self._resolved(self._keys()))
        self._note(path, line)
        self.at += len("]")
        return path

    def _pair(self, base: KeyPath) -> None:
        line = self._line()
        path = base + self._keys()
        self._note(path, line)
        self.at += len("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        if self._took("["):
            self._array(path)
        elif self._took("{"):
            self._inline_table(path)
        elif scalar := _SCALAR.match(self.text, self.at):
            self.at = scalar.end()

    def _array(self, path: KeyPath) -> None:
        position = 0
        while self._skip_blank() < len(self.text) and not self._took("]"):
            self._note((*path, position), self._line())
            self._value((*path, position))
            self._skip_blank()
            self._took(",")
            position += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._skip_blank() < len(self.text) and not self._took("}"):
            self._pair(path)
            self._skip_blank()
            self._took(",")

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        while found := _KEY.match(self.text, self.at):
            self.at = found.end()
            keys.append(_unquoted(found[1]))
            if not self._took("."):
                break
        return tuple(keys)

    def _resolved(self, keys: tuple[str, ...]) -> KeyPath:
        path: KeyPath = ()
        for key in keys:
            path = (*self._current(path), key)
        return path

    def _current(self, path: KeyPath) -> KeyPath:
        return (*path, self.elements[path] - 1) if path in self.elements else path

    def _note(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _took(self, mark: str) -> bool:
        taken = self.text.startswith(mark, self.at)
        self.at += len(mark) if taken else 0
        return taken

    def _skip_blank(self) -> int:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.at


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    text: str = tomllib.loads(f"key = {key}")["key"]
    return text
