"""What the directory of a zip archive may say of its files."""

from __future__ import annotations

import re
import stat
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pmhub_junit.limits import MIB, Limits
from pmhub_junit.unreadable import Unreadable

_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000  # APPNOTE 4.4.4: the file, strongly, the directory itself
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ELSEWHERE: Final = re.compile(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|[:\x00-\x1f\x7f]|^$")
_LOCAL_HEADER: Final = 30
_LONGEST_NAME: Final = 1_000
_RATIO_FROM: Final = MIB
_NESTED: Final = (".zip", ".jar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".zst")


def checked(entries: Sequence[zipfile.ZipInfo], limits: Limits) -> list[zipfile.ZipInfo]:
    """The reports among `entries`, sorted by name. Raises Unreadable for the whole archive if any entry is not in order."""
    if len(entries) > limits.entries:
        raise Unreadable(f"it holds more than {limits.entries:,} files", hint="Upload the reports alone.")
    _separate(entries)
    for entry in entries:
        fault = _fault(entry, limits)
        if fault:
            raise Unreadable(f"{_shown(entry)} {fault}", hint="Upload the reports themselves, as plain files.")
    reports = [entry for entry in entries if entry.filename.lower().endswith(".xml")]
    sizes = [entry.file_size for entry in reports]
    if sum(sizes) > limits.unpacked or max(sizes, default=0) > limits.size:
        raise Unreadable(f"its reports unpack to {sum(sizes):,} bytes", hint="Keep logs out of them, or split them.")
    if not reports:
        raise _nothing(entries)
    return sorted(reports, key=lambda entry: entry.filename)


def _fault(entry: zipfile.ZipInfo, limits: Limits) -> str:
    mode = entry.external_attr >> 16
    if _ELSEWHERE.search(entry.orig_filename) or len(entry.orig_filename) > _LONGEST_NAME:
        return "is a name that leads out of the archive"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a link or a device, not a file"
    if entry.compress_type not in _METHODS:
        return "is packed in an unusual way (only stored and deflated are read)"
    if entry.file_size > max(_RATIO_FROM, limits.ratio * entry.compress_size):
        return f"unpacks to more than {limits.ratio} times its size"
    return ""


def _separate(entries: Sequence[zipfile.ZipInfo]) -> None:
    """No name twice, and no two files out of the same bytes: a small archive could unpack to any size."""
    names = Counter(entry.filename for entry in entries)
    twice = next((entry for entry in entries if names[entry.filename] > 1), None)
    if twice:
        raise Unreadable(f"{_shown(twice)} is in it twice", hint="Give each report a name of its own.")
    for one, other in pairwise(sorted(entries, key=lambda entry: entry.header_offset)):
        if one.header_offset + _LOCAL_HEADER + one.compress_size > other.header_offset:
            raise Unreadable(f"{_shown(one)} overlaps {_shown(other)}", hint="Pack the archive again.")


def _nothing(entries: Sequence[zipfile.ZipInfo]) -> Unreadable:
    nested = next((entry for entry in entries if entry.filename.lower().endswith(_NESTED)), None)
    if nested:
        return Unreadable(f"{_shown(nested)} is an archive in the archive", hint="Upload the reports themselves.")
    return Unreadable("it holds no .xml file", hint="Does the job upload the folder the tests write to?")


def _shown(entry: zipfile.ZipInfo) -> str:
    return repr(entry.orig_filename[:80])
