"""Bytes of any encoding → UTF-8 that an XML parser takes: what is no character of XML becomes U+FFFD."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from pmhub_junit.unreadable import Unreadable

_BOMS: Final = (  # the longer first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# A declaration counts only where it could be read as ASCII, and only for codecs that hold text (Python has others).
_KNOWN: Final = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp(125\d|437|850|866|932|936|949|950)|koi8-[ru]|shift_jis|euc_(jp|kr)|gb2312|gbk|gb18030|big5"
)
_PACKED: Final = ((b"PK\x03\x04", "a zip archive"), (b"\x1f\x8b", "a gzip file"), (b"BZh", "a bzip2 file"))

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}".encode()
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r"))
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REFERENCES: Final = re.compile(rb"&#(?:(\d{1,9})|x([0-9a-fA-F]{1,8}));")
_LONGEST_REFERENCE: Final = 12
_CHARACTERS: Final = (  # XML 1.0, section 2.2
    (9, 10, 13),
    range(0x20, 0xD800),
    range(0xE000, 0xFFFE),
    range(0x10000, 0x110000),
)


def encoding_of(head: bytes) -> tuple[str, int]:
    """The codec of a report that begins with `head`, and how many bytes of mark to leave out. Raises Unreadable."""
    for packed, what in _PACKED:
        if head.startswith(packed):
            raise Unreadable(f"this is {what}, not XML", hint="Unpack it first, or hand it over as an archive.")
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark)
    for start, name in _BARE:
        if head.startswith(start):
            return name, 0
    return _declared(head), 0


def _declared(head: bytes) -> str:
    found = _DECLARED.match(head)
    name = found[1].decode() if found else "utf-8"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if known.startswith(("utf-16", "utf-32")):
        return "utf-8"  # written by a tool that declares its strings' encoding, not its file's
    if not _KNOWN.fullmatch(known):
        raise Unreadable(f"encoding {name!r} is not known", hint="Write the report as UTF-8.")
    return known


def clean(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-8 without anything XML forbids. Not every reader of a log escapes what it quotes."""
    source = iter(chunks)
    head = next(source, b"")
    name, mark = encoding_of(head)
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    held, text = b"", decoder.decode(head[mark:]).lstrip()  # white space before a declaration is an error in XML only
    while True:
        whole, held = _split(held + text.encode("utf-8", "replace"))
        yield _replaced(whole)
        chunk = next(source, None)
        if chunk is None:
            break
        text = decoder.decode(chunk)
    yield _replaced(held + decoder.decode(b"", final=True).encode("utf-8", "replace"))


def _split(text: bytes) -> tuple[bytes, bytes]:
    """Before and from a reference, or one of the last characters of UTF-8, that the end of `text` may have cut in two."""
    start = text.rfind(b"&", -_LONGEST_REFERENCE)
    cut = start != -1 and text.find(b";", start) == -1
    return (text[:start], text[start:]) if cut else (text, b"")


def _replaced(text: bytes) -> bytes:
    if (
        len(text.translate(None, _CONTROLS)) < len(text) or b"\xef\xbf" in text
    ):  # asked first: rare, and slow to replace
        text = _FORBIDDEN.sub(_REPLACEMENT, text)
    return _REFERENCES.sub(_allowed, text) if b"&#" in text else text


def _allowed(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return reference[0] if _is_character(number) else _REPLACEMENT


def _is_character(number: int) -> bool:
    return any(number in allowed for allowed in _CHARACTERS)
