"""How many bodies of 5 kB a second are read and written: `python -m benchmarks.richtext DIRECTION` prints one figure's row.

A body is what people wrote: recorded issues and comments, laid together, and descriptions of installed packages, cut between
blocks. Cold is the first time, of a process that has read one body of another kind; again is the same bodies once more. An
edit changes one word of a body that was read before, as every body is that a run writes over.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from pmhub.model.markdown import cut
from pmhub_jira.richtext import from_adf, from_wiki, to_adf, to_adf_over, to_wiki, to_wiki_over

ROOT = Path(__file__).resolve().parents[1]
SIZE, LEAST, COUNT = 5_000, 4_000, 60
WARM_UP = "# a\n\nb **c** `d` [e](https://example.com/f)\n\n- g\n  - h\n\n| i |\n|---|\n| j |\n\n<b>k</b> \\* &amp;"


def measured(direction: str) -> dict[str, float]:
    """Bodies a second of CPU time, of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.richtext", direction]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def bodies() -> list[str]:
    """Half of them of each kind, where there are as many."""
    recorded, described = list(_joined(_recorded())), list(_described())
    return [*recorded[: COUNT // 2], *described][:COUNT]


def _joined(texts: Iterator[str]) -> Iterator[str]:
    body = ""
    for text in texts:
        body += text + "\n\n"
        if len(body) >= LEAST:
            yield cut(body, SIZE, "")[0]
            body = ""


def _recorded() -> Iterator[str]:
    for file in sorted((ROOT / "tests" / "fixtures").glob("*/**/*.json")):
        yield from _bodies(json.loads(file.read_text("utf-8")))
    for file in sorted((ROOT / "tests" / "fixtures" / "fetched").glob("PyGithub-*/*.txt")):
        for line in file.read_text("utf-8").splitlines():
            with suppress(ValueError):  # not every line is an answer
                yield from _bodies(json.loads(line))


def _bodies(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        body = value.get("body")
        if isinstance(body, str) and len(body) > 200 and body.count("```") % 2 == 0:  # noqa: PLR2004
            yield body.replace("\r\n", "\n")
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _bodies(inner)


def _described() -> Iterator[str]:
    texts = {text for dist in distributions() if isinstance(text := dist.metadata.get_payload(), str)}
    for text in sorted(texts):
        part = cut(text.replace("\r\n", "\n"), SIZE, "")[0]
        if len(part) >= LEAST:
            yield part


def _edited(texts: list[str]) -> list[str]:
    return [text.replace(" the ", " that ", 1) for text in texts]


def _rate(work: Callable[[Any], object], given: list[Any]) -> float:
    start = time.process_time()
    for one in given:
        work(one)
    return round(len(given) / (time.process_time() - start))


def _row(direction: str, texts: list[str]) -> dict[str, float]:
    work, given = DIRECTIONS[direction](texts)
    return {"cold": _rate(work, given), "again": _rate(work, given)}


def _over_adf(texts: list[str]) -> tuple[Callable[[Any], object], list[Any]]:
    adf = _child("adf", texts)
    pairs = list(zip(adf, _edited([from_adf(one).text for one in adf]), strict=True))
    return lambda pair: to_adf_over(*pair), pairs


def _over_wiki(texts: list[str]) -> tuple[Callable[[Any], object], list[Any]]:
    wiki = _child("wiki", texts)
    pairs = list(zip(wiki, _edited([from_wiki(one).text for one in wiki]), strict=True))
    return lambda pair: to_wiki_over(*pair), pairs


DIRECTIONS: dict[str, Callable[[list[str]], tuple[Callable[[Any], object], list[Any]]]] = {
    "markdown-it alone, parse": lambda texts: (
        MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse,
        texts,
    ),
    "Markdown to ADF": lambda texts: (to_adf, texts),
    "ADF to Markdown": lambda texts: (from_adf, _child("adf", texts)),
    "Markdown to wiki": lambda texts: (to_wiki, texts),
    "wiki to Markdown": lambda texts: (from_wiki, _child("wiki", texts)),
    "to ADF and back, as a body is fitted": lambda texts: (lambda text: from_adf(to_adf(text)), texts),
    "to wiki and back, as a body is fitted": lambda texts: (lambda text: from_wiki(to_wiki(text)), texts),
    "one edit laid into ADF": _over_adf,
    "one edit laid into wiki": _over_wiki,
}


def _child(form: str, texts: list[str]) -> list[Any]:
    """Written by a process of its own, so that this one has seen none of it."""
    command = [sys.executable, "-m", "benchmarks.richtext", f"write {form}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, input=json.dumps(texts))
    found: list[Any] = json.loads(done.stdout)
    return found


def main(direction: str) -> None:
    if direction.startswith("write "):
        write = to_adf if direction.endswith("adf") else to_wiki
        print(json.dumps([write(text) for text in json.load(sys.stdin)]))
        return
    from_adf(to_adf(WARM_UP)), from_wiki(to_wiki(WARM_UP))
    texts = bodies()
    print(
        json.dumps({**_row(direction, texts), "bodies": len(texts), "mean": round(sum(map(len, texts)) / len(texts))})
    )


if __name__ == "__main__":
    main(sys.argv[1])
