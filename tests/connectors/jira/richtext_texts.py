"""Texts that people wrote, and those of the GFM specification, with the words a reader of each sees."""

from __future__ import annotations

import ast
import functools
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from typing import Any

import pytest
from fixtures.fetch import GFM
from fixtures.recorded_answers import jira_answers, octokit_answers, pygithub_answers
from markdown_it import MarkdownIt
from richtext_oracle import words

_STRING = r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_EXAMPLE = re.compile(rf"section: {_STRING},\s*example: (\d+),\s*markdown:\s*{_STRING},\s*html:\s*{_STRING}")
_RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_LEAST = 5


@dataclass(frozen=True)
class Example:
    section: str
    number: int
    markdown: str
    html: str


def gfm_examples() -> list[Example]:
    path = GFM / "index.js"
    if not path.exists():
        pytest.skip("the examples of the GFM specification are not fetched: make fixtures, which asks npm")
    found = _EXAMPLE.findall(path.read_text("utf-8"))
    return [Example(_plain(one), int(number), _plain(two), _plain(three)) for one, number, two, three in found]


@functools.cache
def real_texts() -> list[str]:
    """Bodies of recorded answers, then the descriptions of installed packages, whole and section by section."""
    bodies = {
        text
        for answer in [*pygithub_answers(), *octokit_answers()]
        for text in _bodies(answer.body)
    } | {text for answer in jira_answers().values() for text in _bodies(answer)}  # fmt: skip
    described = {dist.metadata.get_payload() for dist in distributions()}
    readmes = {text for text in described if isinstance(text, str) and len(text) > _LEAST}
    sections = {part for text in readmes for part in re.split(r"(?m)^(?=#{1,6} )", text) if len(part) > _LEAST}
    return [*sorted(bodies), *sorted(readmes | sections)]


def seen_words(markdown: str) -> set[str]:
    """The words that a reader of the rendered text sees; entities and link targets are none."""
    return words(html.unescape(re.sub(r"<[^>]*>", " ", _RENDERER.render(markdown))))


def rendered(markdown: str) -> str:
    """The page of a text, where a hard break counts as a soft one and a loose list as a tight one, as trackers show them."""
    page = re.sub(r"</?p>|<br ?/?>", " ", _RENDERER.render(markdown))
    return " ".join(re.sub(r"\s*(</?(?:li|[ou]l|blockquote|h\d|t\w+)[^>]*>)\s*", r"\1", page).split())


def _plain(literal: str) -> str:
    value = ast.literal_eval(literal)
    assert isinstance(value, str)
    return value


def _bodies(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"body", "description"} and isinstance(inner, str):
                yield from [inner] if len(inner) > _LEAST else []
            else:
                yield from _bodies(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _bodies(inner)
