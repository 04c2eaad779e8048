"""Whatever the bytes are, the answer is cases or one clear error, never another exception."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pmhub_junit import Unreadable, archive, read

REAL = sorted((Path(__file__).parent / "real").glob("*.xml"))
REPORTS = [path.read_bytes() for path in REAL]
JUNK = st.binary(max_size=12) | st.sampled_from(
    [b"<", b"&", b"<![CDATA[", b"<!--", b"<?", b"&#0;", b"\x00", b"\xff\xfe", b"</testsuite>"]
)


@st.composite
def damaged(draw, wholes):
    """A sound file of which one to five pieces were cut out or written over."""
    content = bytearray(draw(st.sampled_from(wholes)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 40))] = draw(JUNK)
    return bytes(content)


def packed():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in REAL[:3]:
            opened.write(path, path.name)
    return target.getvalue()


def refusal(read_all):
    try:
        read_all()
    except Unreadable as error:
        return error
    return None


@settings(max_examples=150, deadline=None)
@given(damaged(REPORTS) | st.binary(max_size=300))
def test_a_damaged_report_is_read_or_refused(content) -> None:
    refused = refusal(lambda: list(read(io.BytesIO(content))))
    assert refused is None or (refused.message and refused.hint)


@settings(max_examples=150, deadline=None)
@given(damaged([packed()]))
def test_a_damaged_archive_is_read_or_refused(content) -> None:
    refused = refusal(lambda: [list(read(stream)) for _, stream in archive(io.BytesIO(content))])
    assert refused is None or (refused.message and refused.hint)
