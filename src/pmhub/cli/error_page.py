"""Writes docs/errors.md from the texts: `python -m pmhub.cli.error_page > docs/errors.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pmhub.cli.explained import ERRORS, EXIT_CODES, PRECEDENCE, Explained

_HEAD = """\
# Errors and exit codes

Made from the program by `python -m pmhub.cli.error_page > docs/errors.md`; a test holds the two together.

An error is told as `error[CODE]: what happened`, with where it was and, as `hint:`, what to do. With `--format json` or
`jsonl` it is one JSON object a line, on stderr ([schema](schemas/error.json)); other remarks come there as `{"type": "note", "message"}`.
A code is for good and is never given to
another error. `pmhub explain CODE` tells here and now what stands below.
"""


def error_page() -> str:
    return "\n".join([_HEAD, *_exit_codes(), *_errors()])


def _errors() -> Iterator[str]:
    for code, each in ERRORS.items():
        yield f"## {code}: {each.headline}\n"
        yield from _told(each)


def _exit_codes() -> Iterator[str]:
    yield "## Exit codes\n"
    yield "| | | what it means | what it asks of you |\n|--:|---|---|---|"
    yield from (f"| {number} | {each.headline} | {each.means} | {each.remedy} |" for number, each in EXIT_CODES.items())
    yield f"\nWhen several hold, the first of these is told: {', '.join(map(str, PRECEDENCE))}.\n"


def _told(each: Explained) -> Iterator[str]:
    yield f"{each.means}\n"
    yield f"*What to do:* {each.remedy}\n"


if __name__ == "__main__":
    sys.stdout.write(error_page())
