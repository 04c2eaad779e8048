"""Runs the functional tests over each pair of a Jira and a GitHub and prints what passed, file by file.

`python tests/functional/flavour_matrix.py [FILE ...]`: all files that open a stage, where none is named. Ends with 1 when a
test failed. Files that set up a site of their own flavour are not asked twice.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAIRS = tuple(product(("cloud", "data-center"), ("token", "app", "enterprise")))
OPENS_A_STAGE = re.compile(r"\b(?:open_stage|open_plan|cli_workspace)\(")


def files() -> list[Path]:
    found = [*HERE.glob("test_*.py"), *(HERE.parent / "security").glob("test_*.py")]
    return sorted(file for file in found if OPENS_A_STAGE.search(file.read_text("utf-8")))


def outcomes(pair: tuple[str, str], chosen: list[Path], report: Path) -> dict[str, Counter[str]]:
    """Of each file, how many tests passed, were left out and failed."""
    names = [str(file.relative_to(ROOT)) for file in chosen]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", f"--junitxml={report}", *names]
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PMHUB_FLAVOURS": " ".join(pair)}, stdout=sys.stderr, check=False
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for case in ET.parse(report).iter("testcase"):
        name = next(name for name in names if case.get("classname", "").startswith(name[:-3].replace("/", ".")))
        children = {child.tag for child in case}
        counts[name][
            "failed" if children & {"failure", "error"} else "left out" if "skipped" in children else "passed"
        ] += 1
    return counts


def cell(counts: Counter[str]) -> str:
    shown = [
        f"{number} {word}" if word != "passed" else str(number) for word, number in sorted(counts.items(), reverse=True)
    ]
    return ", ".join(shown) or "-"


def main() -> int:
    chosen = [Path(name).resolve() for name in sys.argv[1:]] or files()
    with TemporaryDirectory() as folder:
        columns = [outcomes(pair, chosen, Path(folder) / f"{'-'.join(pair)}.xml") for pair in PAIRS]
    rows = [["tests", *(" + ".join(pair) for pair in PAIRS)], ["---"] * (len(PAIRS) + 1)]
    rows += [
        [Path(name).stem.removeprefix("test_"), *(cell(column[name]) for column in columns)] for name in columns[0]
    ]
    sums = [sum(column.values(), Counter()) for column in columns]
    rows.append(["all", *map(cell, sums)])
    sys.stdout.write("".join(f"| {' | '.join(row)} |\n" for row in rows))
    return int(any(one["failed"] for one in sums))


if __name__ == "__main__":
    sys.exit(main())
