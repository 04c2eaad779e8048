"""docs/writing-a-connector.md from its template: `python tests/sdk/page.py`. Snippets and tables come from what tests run."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

from new_plugin import FOLDER  # noqa: E402

from pmhub.testing.conformance.suite import CHECKS  # noqa: E402

PAGE = HERE.parents[1] / "docs" / "writing-a-connector.md"
SNIPPET = re.compile(r"<!-- from (\S+): (.+?) -->\n```(\w+)\n.*?```\n", re.DOTALL)
TABLE = re.compile(r"(<!-- what the kit checks -->\n).*?(<!-- end -->)", re.DOTALL)
METHODS = "settings_type capabilities site check fetch sweep read normalise fit create update mark history parse_key context.log"


def filled(text: str) -> str:
    text = SNIPPET.sub(lambda found: _snippet(*found.groups()), text)
    return TABLE.sub(lambda found: f"{found[1]}{_table()}{found[2]}", text)


def _snippet(file: str, what: str, language: str) -> str:
    body = (FOLDER / file).read_text("utf-8") if what == "all" else _part(file, what)
    return f"<!-- from {file}: {what} -->\n```{language}\n{body.rstrip()}\n```\n"


def _part(file: str, what: str) -> str:
    """From the first line that holds `what`, with the decorators above it, up to where its block ends."""
    lines = (FOLDER / file).read_text("utf-8").split("\n")
    start = next(at for at, line in enumerate(lines) if what in line)
    while lines[start - 1].lstrip().startswith("@"):
        start -= 1
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = next(at for at in range(start, len(lines)) if what in lines[at]) + 1
    while end < len(lines) and (not lines[end].strip() or _is_inside(lines[end], indent)):
        end += 1
    part = [line[indent:] for line in lines[start:end]]
    return "\n".join(part)


def _is_inside(line: str, indent: int) -> bool:
    return len(line) - len(line.lstrip()) > indent or line.strip() in {")", "]", "}"}


def _table() -> str:
    order = METHODS.split()
    rows = sorted(CHECKS, key=lambda check: order.index(check.method))
    lines = [f"| `{check.method}` | {check.rule} |" for check in rows]
    return "\n".join(["| method | rule |", "| --- | --- |", *dict.fromkeys(lines), ""])


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
