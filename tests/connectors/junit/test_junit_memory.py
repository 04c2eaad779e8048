"""A report of any length in memory that does not grow with it."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc

import pytest

from pmhub_junit import read

READER = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from pmhub_junit import read
cases = sum(1 for _ in read(sys.stdin.buffer))
status = Path("/proc/self/status")
if status.exists():  # getrusage tells the most of the process that started this one, too
    [kilobytes] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
else:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(cases, int(kilobytes) // 1024)
"""
MIB = 1024 * 1024


def read_elsewhere(repository, pieces):
    """(cases, megabytes at most) of a process that reads what is piped to it."""
    paths = [str(repository / "src"), str(repository / "plugins")]
    reader = [sys.executable, "-c", READER, *paths]
    with subprocess.Popen(reader, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        size = sum(process.stdin.write(piece) for piece in pieces)
        process.stdin.close()
        counted, memory = map(int, process.stdout.read().split())
    return size, counted, memory


def test_a_hundred_thousand_cases_are_read_in_a_few_megabytes(repository) -> None:
    case = "<testcase classname='shop.Cart' name='test_{}' time='0.01'><system-out>some output</system-out></testcase>"
    pieces = (case.format(number).encode() for number in range(100_000))
    _, counted, memory = read_elsewhere(repository, [b"<testsuite name='s'>", *pieces, b"</testsuite>"])
    assert counted == 100_000
    assert memory < 100


def test_a_text_that_is_cut_is_not_held_whole_first() -> None:
    text = b"<testsuite><testcase name='a'><failure>" + b"x" * (20 * MIB) + b"</failure></testcase></testsuite>"
    tracemalloc.start()
    try:
        [case] = read(io.BytesIO(text))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(case.message) == 4000
    assert most < 4 * MIB


@pytest.mark.soak
def test_two_hundred_megabytes_are_read_in_less_than_they_are(repository) -> None:
    def pieces():
        yield b"<testsuite name='s'>"
        for number in range(100_000):
            failure = f"<failure message='no {number}'>{'line of a trace ' * 60}</failure>" if number % 5 == 0 else ""
            output = f"<system-out>{'line of a log ' * 140}</system-out>"
            yield f"<testcase classname='shop.Cart' name='test_{number}'>{failure}{output}</testcase>".encode()
        yield b"</testsuite>"

    size, counted, memory = read_elsewhere(repository, pieces())
    assert size > 200 * MIB
    assert counted == 100_000
    assert memory < 200
